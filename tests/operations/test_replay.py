"""A replay runs what has not succeeded; more only where that is said. Who, when and why is written down."""

import pytest
from django.utils import timezone

from pinax.stripe.exceptions import UnknownReceiver
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.models import Customer, Event, EventReplay
from pinax.stripe.operations.replay import Request, replay
from pinax.stripe.operations.retry import process_due
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from tests.inbox.listener import Listener

pytestmark = pytest.mark.django_db

CREATED = WEBHOOK_SIGNALS["customer.created"]


@pytest.fixture
def listener(connect):
    return lambda name, failures=0: connect(CREATED, Listener(name, failures))


@pytest.fixture
def event(stripe, post_event):
    """Deliver an event; its row."""

    def event():
        post_event(stripe.event("customer.created", build("customer", id="cus_1")))
        return Event.objects.get()

    return event


def asking(**options):
    return Request("ada", "the warehouse was down", **options)


def called(name):
    return f"{Listener.__module__}.{name}"


def test_a_failed_event_is_run_again_and_that_is_written_down(event, listener):
    first, second = listener("first"), listener("second", failures=1)
    failed = event()

    assert replay(failed.pk, asking()) is Outcome.PROCESSED

    kept = EventReplay.objects.get()
    assert (first.calls, second.calls) == (1, 2)
    assert (kept.event, kept.requested_by, kept.reason) == (failed, "ada", "the warehouse was down")
    assert (kept.receiver, kept.again, kept.outcome) == ("", False, "processed")


def test_a_done_event_is_left_alone(event, listener):
    first = listener("first")
    done = event()

    assert replay(done.pk, asking()) is Outcome.DUPLICATE
    assert replay(done.pk, asking(receiver=called("first"))) is Outcome.DUPLICATE
    assert (first.calls, EventReplay.objects.count()) == (1, 0)


def test_again_runs_the_sync_and_every_receiver(event, listener, stripe):
    first, second = listener("first"), listener("second")
    done = event()
    stripe.advance(10)
    stripe.put(build("customer", id="cus_1", name="Grace"))

    assert replay(done.pk, asking(again=True)) is Outcome.PROCESSED

    assert (first.calls, second.calls, Customer.objects.get().name) == (2, 2, "Grace")
    assert Event.objects.get().processed


def test_again_with_a_receiver_runs_that_one_only(event, listener, stripe):
    first, second = listener("first"), listener("second")
    done = event()
    stripe.requests.clear()

    assert replay(done.pk, asking(again=True, receiver=called("second"))) is Outcome.PROCESSED

    assert (first.calls, second.calls, stripe.requests) == (1, 2, [])
    assert Event.objects.get().processed


def test_again_with_a_receiver_that_fails_leaves_that_one_to_be_tried(event, listener, post_event):
    first, second = listener("first"), listener("second")
    done = event()
    second.failures = 1

    assert replay(done.pk, asking(again=True, receiver=called("second"))) is Outcome.RETRY
    assert EventReplay.objects.get().outcome == "to be tried again"
    assert replay(done.pk, asking()) is Outcome.PROCESSED

    assert (first.calls, second.calls) == (1, 3)


def test_a_receiver_that_has_come_through_is_not_called_again(event, listener):
    first, second = listener("first"), listener("second", failures=1)
    half_way = event()

    assert replay(half_way.pk, asking(receiver=called("first"))) is Outcome.DUPLICATE
    assert replay(half_way.pk, asking(receiver=called("second"))) is Outcome.PROCESSED
    assert (first.calls, second.calls) == (1, 2)


def test_a_name_that_no_receiver_has_is_an_error_that_names_those_there_are(event, listener):
    listener("first")
    done = event()

    with pytest.raises(UnknownReceiver, match=r"is called shop.gone; there are: .*first"):
        replay(done.pk, asking(receiver="shop.gone", again=True))
    assert Event.objects.get().processed


def test_an_event_that_was_given_up_starts_anew(event, listener, settings):
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1
    listener("first", failures=1)
    given_up = event()
    assert Event.objects.given_up().count() == 1

    assert replay(given_up.pk, asking()) is Outcome.PROCESSED

    given_up.refresh_from_db()
    assert (given_up.processed, given_up.failures, given_up.given_up_at) == (True, 0, None)


def test_an_event_that_stripe_contradicted_is_asked_about_once_more(stripe, post_event):
    unknown = stripe.event("customer.created", build("customer")) | {"id": "evt_unknown"}
    assert post_event(unknown).status_code == 400
    refused = Event.objects.get()
    stripe.put(unknown)
    assert refused.valid is False

    assert replay(refused.pk, asking()) is Outcome.PROCESSED
    refused.refresh_from_db()
    assert (refused.valid, refused.processed) == (True, True)


def test_an_event_that_was_skipped_is_done(stripe, post_event, settings):
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["customer.*"]
    post_event(stripe.event("customer.created", build("customer")))
    settings.PINAX_STRIPE_IGNORED_EVENTS = []

    assert replay(Event.objects.get().pk, asking()) is Outcome.PROCESSED
    assert (Event.objects.get().skipped, Event.objects.get().processed) == (False, True)


def test_of_a_pruned_event_nothing_is_left_to_run(event, listener):
    first = listener("first")
    done = event()
    Event.objects.blank(timezone.now())

    assert replay(done.pk, asking(again=True)) is Outcome.DUPLICATE
    assert (first.calls, EventReplay.objects.count()) == (1, 0)


def test_receivers_that_were_left_out_are_due_again_whatever_the_row_said(event, listener):
    first, second = listener("first", failures=1), listener("second", failures=1)
    failed = event()
    Event.objects.update(next_attempt_at=None)

    assert process_event(Event.objects.get(), only=called("first")) is Outcome.RETRY

    failed.refresh_from_db()
    assert (first.calls, second.calls, failed.next_attempt_at is None) == (2, 1, False)


def test_a_replay_of_one_receiver_runs_no_other_later(event, listener):
    first, second = listener("first", failures=9), listener("second", failures=9)
    failed = event()
    Event.objects.update(next_attempt_at=None, given_up_at=timezone.now(), failures=12)
    first.failures = 0

    assert replay(failed.pk, Request("ada", "the first is mended", called("first"))) is Outcome.RETRY

    failed.refresh_from_db()
    assert (first.calls, second.calls) == (2, 1)
    assert (failed.next_attempt_at, failed.given_up_at is None, failed.failures) == (None, False, 12)
    assert process_due() == {}
    assert second.calls == 1
