"""At each step of an event's way, its process is killed; the same end is found after another delivery, or recovery."""

import time
from typing import NamedTuple

import pytest
from django.utils import timezone

from pinax.stripe.models import Customer, Event, EventProcessingException, EventReceipt
from pinax.stripe.operations.retry import process_due
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

from .killing import killed_at
from .ledger.models import Entry
from .ledger.receivers import NAMES, first, second

pytestmark = pytest.mark.django_db(transaction=True)


class Kill(NamedTuple):
    """Where a process is killed, in which situation.

    ``happens`` is "first event" (of an object), "doubtful event" (of the same second as another), "queued event" (a
    dispatcher takes it, and loses it), "receiver fails" (the second of two), or "Stripe fails".
    """

    step: str
    happens: str
    function: str
    moment: str
    recorded: bool = True

    def __str__(self):
        module, _, name = self.function.partition(":")
        return f"{self.step}, {self.happens}, {self.moment} {module.rpartition('.')[2]}.{name}"


VIEW = "pinax.stripe.views:webhook"
OPEN = "pinax.stripe.inbox.message:open_delivery"
RECORD = "pinax.stripe.inbox.recording:record"
DISPATCH = "pinax.stripe.dispatch:dispatch"
ENQUEUE = f"{__name__}:lose"
VERIFY = "pinax.stripe.inbox.verification:verify"
CONFIRM = "pinax.stripe.inbox.confirmation:confirmation"
FETCH = "pinax.stripe.sync.freshness:_fetch"
PROCESS = "pinax.stripe.inbox.processing:_synced_and_signalled"
CLAIM = "pinax.stripe.inbox.attempts:lock"
SYNC = "pinax.stripe.sync.write:write"
FIRST, SECOND = f"{first.__module__}:first", f"{__name__}:second_unless_broken"
MARK = "pinax.stripe.inbox.processing:_mark"
COMMIT = "django.db.backends.base.base:BaseDatabaseWrapper._commit"
TELL = "pinax.stripe.inbox.reporting:report"
WRITE_DOWN = "pinax.stripe.inbox.failures:log_exception"
KEEP = "pinax.stripe.inbox.failures:record_failure"
TAKE = "pinax.stripe.operations.retry:claim"

KILLS = [
    Kill("receive", "first event", VIEW, "before", recorded=False),
    Kill("receive", "first event", VIEW, "after"),
    Kill("open", "first event", OPEN, "before", recorded=False),
    Kill("open", "first event", OPEN, "after", recorded=False),
    Kill("record", "first event", RECORD, "before", recorded=False),
    Kill("record", "first event", RECORD, "after"),
    Kill("dispatch", "first event", DISPATCH, "before"),
    Kill("dispatch", "first event", DISPATCH, "after"),
    Kill("dispatch", "queued event", ENQUEUE, "before"),
    Kill("dispatch", "queued event", ENQUEUE, "after"),
    Kill("verify", "first event", VERIFY, "before"),
    Kill("verify", "first event", VERIFY, "after"),
    Kill("verify", "first event", CONFIRM, "before"),
    Kill("verify", "first event", CONFIRM, "after"),
    Kill("fetch", "doubtful event", FETCH, "before"),
    Kill("fetch", "doubtful event", FETCH, "after"),
    Kill("process", "first event", PROCESS, "before"),
    Kill("process", "first event", CLAIM, "after"),
    Kill("process", "first event", SYNC, "before"),
    Kill("process", "first event", SYNC, "after"),
    Kill("process", "first event", FIRST, "before"),
    Kill("process", "first event", FIRST, "after"),
    Kill("process", "first event", SECOND, "before"),
    Kill("process", "first event", SECOND, "after"),
    Kill("process", "first event", MARK, "after"),
    Kill("process", "first event", COMMIT, "before"),
    Kill("process", "first event", COMMIT, "after"),
    Kill("process", "first event", TELL, "before"),
    Kill("process", "doubtful event", COMMIT, "before"),
    Kill("process", "doubtful event", COMMIT, "after"),
    Kill("fail", "receiver fails", SECOND, "after"),
    Kill("fail", "receiver fails", WRITE_DOWN, "after"),
    Kill("fail", "receiver fails", COMMIT, "before"),
    Kill("fail", "receiver fails", COMMIT, "after"),
    Kill("fail", "Stripe fails", KEEP, "before"),
    Kill("fail", "Stripe fails", COMMIT, "before"),
    Kill("fail", "Stripe fails", COMMIT, "after"),
    Kill("fail", "Stripe fails", KEEP, "after"),
]

#: Where recovery itself is killed: at an event that nobody has tried, and at one that waits for its second receiver.
KILLS_OF_RECOVERY = [
    Kill("recover", "queued event", TAKE, "before"),
    Kill("recover", "queued event", TAKE, "after"),
    Kill("recover", "queued event", VERIFY, "after"),
    Kill("recover", "queued event", PROCESS, "after"),
    Kill("recover", "receiver fails", CLAIM, "after"),
    Kill("recover", "receiver fails", SECOND, "after"),
    Kill("recover", "receiver fails", PROCESS, "after"),
]

broken = set()


def second_unless_broken(event, **kwargs):
    second(event)
    if "second" in broken:
        raise RuntimeError("the second receiver fails after its work")


def lose(event_pk):
    """A dispatcher whose broker loses what it takes."""


@pytest.fixture
def _django_db_helper(django_db_setup, django_db_blocker):
    """Commit for children to see, as pytest-django does, but empty five tables in the end: a flush of all is slow."""
    with django_db_blocker.unblock():
        yield
        for model in (Entry, EventReceipt, EventProcessingException, Event, Customer):
            model._base_manager.all().delete()


@pytest.fixture(autouse=True)
def receivers(connect):
    connect(any_event, first)
    connect(any_event, second_unless_broken)
    yield
    broken.clear()


@pytest.fixture
def happens(stripe, post_event, settings):
    """Let something happen at Stripe, in a world that has its faults until ``mended`` is called."""

    class World:
        def __init__(self):
            self.mended = lambda: None

        def __call__(self, what):
            customer = build("customer", name="as created")
            body = stripe.event("customer.created", customer)
            if what == "doubtful event":
                assert post_event(body).status_code == 200
                body = stripe.event("customer.updated", {**customer, "name": "as it is now"})
            if what == "queued event":
                settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.lose"
                self.mended = lambda: setattr(settings, "PINAX_STRIPE_DISPATCHER", "pinax.stripe.dispatch.inline")
            if what == "receiver fails":
                broken.add("second")
                self.mended = broken.clear
            if what == "Stripe fails":
                self.mended = stripe.answering(status=429).end
            return body

    return World()


@pytest.fixture
def delivered_again(post_event):
    return lambda body: post_event(body).status_code == 200


def recover():
    """Let the pause pass, and run what ``stripe_process`` runs."""
    Event.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())
    process_due()


def recovered(body):
    recover()
    return Event.objects.filter(stripe_id=body["id"], processed=True).exists()


def until_done(rescue, body):
    """Rescue until it is done: a database may need a moment to notice that its client is dead."""
    for _ in range(200):
        if rescue(body):
            return
        time.sleep(0.02)
    pytest.fail(f"{body['id']} is never done")


def end_state(body):
    """Return what is there at the end of an event's way."""
    event = Event.objects.get(stripe_id=body["id"])
    return {
        "done": (event.processed, event.valid, event.next_attempt_at),
        "pending": Event.objects.pending().count(),
        "effects": sorted(Entry.objects.filter(event_id=body["id"]).values_list("receiver", flat=True)),
        "row": Customer.objects.get(stripe_id=body["data"]["object"]["id"]).data,
    }


def as_it_should_be(body):
    return {"done": (True, True, None), "pending": 0, "effects": sorted(NAMES), "row": body["data"]["object"]}


@pytest.mark.parametrize("kill", KILLS, ids=str)
def test_an_event_whose_process_is_killed_ends_done_once_when_it_is_delivered_again(
    kill, happens, post_event, delivered_again
):
    body = happens(kill.happens)

    assert killed_at(lambda: post_event(body), kill.function, kill.moment), f"nothing was killed {kill}"
    assert Event.objects.filter(stripe_id=body["id"]).exists() is kill.recorded
    happens.mended()
    until_done(delivered_again, body)

    assert end_state(body) == as_it_should_be(body)


@pytest.mark.parametrize("kill", [kill for kill in KILLS if kill.recorded], ids=str)
def test_an_event_whose_process_is_killed_ends_done_once_when_recovery_finds_it(
    kill, happens, post_event, delivered_again
):
    body = happens(kill.happens)

    assert killed_at(lambda: post_event(body), kill.function, kill.moment), f"nothing was killed {kill}"
    happens.mended()
    until_done(recovered, body)

    assert end_state(body) == as_it_should_be(body)
    assert delivered_again(body)
    assert end_state(body) == as_it_should_be(body)


@pytest.mark.parametrize("kill", KILLS_OF_RECOVERY, ids=str)
def test_an_event_whose_recovery_is_killed_ends_done_once_when_the_next_one_finds_it(
    kill, happens, post_event, delivered_again
):
    body = happens(kill.happens)
    post_event(body)
    assert not Event.objects.get(stripe_id=body["id"]).processed
    happens.mended()

    assert killed_at(recover, kill.function, kill.moment), f"nothing was killed {kill}"
    until_done(recovered, body)

    assert end_state(body) == as_it_should_be(body)
    assert delivered_again(body)
    assert end_state(body) == as_it_should_be(body)
