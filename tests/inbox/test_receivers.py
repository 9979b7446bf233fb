"""Receivers stand by themselves: what one has done is kept, and not repeated, whatever becomes of another."""

import asyncio
import functools

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError

from pinax.stripe import signals
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.models import Customer, Event, EventProcessingException, EventReceipt
from pinax.stripe.receivers import LONGEST_IDENTITY
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event, receiver_name
from pinax.stripe.testing import build
from pinax.stripe.webhooks import registry

pytestmark = pytest.mark.django_db

CREATED = WEBHOOK_SIGNALS["customer.created"]


class Worker:
    """A receiver that leaves a group for each of its calls, and then fails as often as it is told to."""

    def __init__(self, name, failures=0):
        self.__qualname__, self.failures = name, failures

    def __call__(self, event, instance, **kwargs):
        Group.objects.create(name=f"{self.__qualname__} {Group.objects.count()}")
        if self.failures:
            self.failures -= 1
            raise ValueError(f"{self.__qualname__} fails")

    @property
    def done(self):
        return Group.objects.filter(name__startswith=f"{self.__qualname__} ").count()


@pytest.fixture
def worker(connect):
    def worker(name, failures=0, signal=CREATED):
        return connect(signal, Worker(name, failures))

    return worker


@pytest.fixture
def body(stripe):
    return stripe.event("customer.created", build("customer", id="cus_1"))


def names(event):
    return [receipt.receiver.rpartition(".")[2] for receipt in event.receipts.all()]


def test_the_first_is_kept_and_not_repeated_by_the_next_three_tries_of_the_second(body, worker, post_event):
    first, second = worker("first"), worker("second", failures=4)

    answers = [post_event(body).status_code for _ in range(4)]

    event = Event.objects.get()
    assert (answers, first.done, second.done) == ([503] * 4, 1, 0)
    assert (names(event), event.attempts, event.failures) == (["first"], 4, 4)
    assert event.exceptions.filter(receiver__endswith="second").count() == 4

    assert post_event(body).status_code == 200
    event.refresh_from_db()
    assert (first.done, second.done, event.processed, event.attempts) == (1, 1, True, 5)


def test_those_after_the_one_that_failed_are_called_too(body, worker, post_event):
    workers = [worker("first"), worker("second", failures=1), worker("third"), worker("last", signal=any_event)]

    assert post_event(body).status_code == 503
    assert [each.done for each in workers] == [1, 0, 1, 1]
    assert names(Event.objects.get()) == ["first", "third", "last"]

    assert post_event(body).status_code == 200
    assert [each.done for each in workers] == [1, 1, 1, 1]


def test_each_that_failed_leaves_an_error_of_its_own(body, worker, post_event):
    worker("first", failures=1), worker("second", failures=1)

    post_event(body)

    kept = EventProcessingException.objects.order_by("pk")
    assert [(one.stage, one.message) for one in kept] == [
        ("receiver", "ValueError: first fails"),
        ("receiver", "ValueError: second fails"),
    ]
    assert Event.objects.get().failures == 1


def test_none_failing_leaves_no_receipt_and_the_row_says_who_was_called(body, worker, post_event):
    worker("alone")
    worker("another")

    post_event(body)

    called = Event.objects.get().receivers
    assert EventReceipt.objects.count() == 0
    assert [name.rpartition(".")[2] for name in called] == ["alone", "another"]
    assert all(0 <= seconds < 5 for seconds in called.values())


def test_after_a_failure_there_is_a_receipt_for_every_receiver(body, worker, post_event):
    alone = worker("alone", failures=1)
    worker("another")

    post_event(body)
    assert [receipt.receiver.rpartition(".")[2] for receipt in EventReceipt.objects.all()] == ["another"]
    post_event(body)

    receipts = EventReceipt.objects.values_list("receiver", flat=True)
    assert sorted(name.rpartition(".")[2] for name in receipts) == ["alone", "another"]
    assert [name.rpartition(".")[2] for name in Event.objects.get().receivers] == ["alone"]
    assert alone.done == 1


def test_what_is_synced_is_not_fetched_again_for_the_receivers_that_are_left(body, stripe, worker, post_event):
    worker("first", failures=1)
    post_event(body)
    stripe.requests.clear()

    with stripe.answering(status=500):
        assert post_event(body).status_code == 200

    assert stripe.requests == []
    assert Event.objects.get().customer == Customer.objects.get()


def test_a_later_try_gets_the_row_as_it_is_by_then(body, stripe, connect, worker, post_event):
    worker("first", failures=1)
    post_event(body)
    stripe.advance(5)
    post_event(stripe.event("customer.updated", build("customer", id="cus_1", name="newer")))
    seen = []
    connect(CREATED, lambda event, instance, **kwargs: seen.append((event.object["name"] != "newer", instance.name)))

    assert post_event(body).status_code == 200

    assert seen == [(True, "newer")]


def test_a_receiver_that_was_removed_blocks_nothing(body, worker, post_event):
    first, second = worker("first"), worker("second", failures=99)
    post_event(body)
    CREATED.disconnect(second)

    assert post_event(body).status_code == 200
    assert (first.done, Event.objects.get().processed) == (1, True)


def ship(event, warehouse, ledger, **kwargs):
    ledger.append(warehouse)
    if ledger.count(warehouse) == 1 and warehouse == "Oslo":
        raise ValueError("Oslo is out of stock")


@pytest.mark.parametrize("how", ["partials", "closures"])
@pytest.mark.parametrize("signal", [CREATED, any_event], ids=repr)
def test_after_a_restart_in_another_order_only_the_one_that_failed_is_called_again(how, signal, body, post_event):
    ledger = []

    def shipper(warehouse):
        if how == "partials":
            return functools.partial(ship, warehouse=warehouse, ledger=ledger)
        return lambda **kwargs: ship(warehouse=warehouse, ledger=ledger, **kwargs)

    def start(*warehouses):
        for warehouse in warehouses:
            signal.connect(shipper(warehouse), weak=False, dispatch_uid=f"shop.ship to {warehouse}")

    with signals.override(empty=True):
        start("Oslo", "Rome")
        assert post_event(body).status_code == 503
    with signals.override(empty=True):
        start("Rome", "Oslo")
        assert post_event(body).status_code == 200

    assert ledger == ["Oslo", "Rome", "Oslo"]
    assert Event.objects.get().processed


def test_after_a_restart_a_pattern_in_another_order_knows_who_has_succeeded(stripe, post_event):
    body, ledger = stripe.event("customer.brand_new", build("customer")), []

    def start(*warehouses):
        for warehouse in warehouses:
            signals.on("customer.*", dispatch_uid=warehouse)(
                functools.partial(ship, warehouse=warehouse, ledger=ledger)
            )

    with signals.override(empty=True):
        start("Oslo", "Rome")
        assert post_event(body).status_code == 503
    with signals.override(empty=True):
        start("Rome", "Oslo")
        assert post_event(body).status_code == 200

    assert ledger == ["Oslo", "Rome", "Oslo"]


def test_one_that_hears_its_type_and_everything_is_called_for_both_and_has_two_receipts(body, connect, post_event):
    seen = []

    def receiver(signal, **kwargs):
        seen.append(signal.kind)
        if len(seen) == 3:
            raise ValueError

    connect(CREATED, receiver, "first")
    connect(any_event, receiver, "first")
    connect(any_event, receiver, "second")

    post_event(body)
    assert [receipt.receiver for receipt in Event.objects.get().receipts.all()] == ["first", "any_event:first"]
    post_event(body)

    assert seen == ["customer.created", "*", "*", "*"]
    assert Event.objects.get().processed


@pytest.mark.parametrize("signal", [CREATED, any_event], ids=repr)
def test_the_longest_identity_fits_into_its_columns(signal, body, connect, worker, post_event):
    longest = LONGEST_IDENTITY - len(signal._prefix)
    connect(signal, Worker("long"), "l" * longest)
    connect(signal, Worker("longer", failures=1), "m" * longest)

    assert post_event(body).status_code == 503

    assert EventReceipt.objects.get().receiver == f"{signal._prefix}{'l' * longest}"
    assert EventProcessingException.objects.get().receiver == f"{signal._prefix}{'m' * longest}"
    lengths = {model._meta.get_field("receiver").max_length for model in (EventReceipt, EventProcessingException)}
    assert lengths == {LONGEST_IDENTITY}


def test_an_async_receiver_that_fails_is_tried_again_by_itself(body, connect, worker, post_event):
    seen = []

    async def receiver(**kwargs):
        seen.append("tried")
        if len(seen) == 1:
            raise ValueError

    first = worker("first")
    connect(CREATED, receiver)

    assert [post_event(body).status_code for _ in range(2)] == [503, 200]
    assert (first.done, len(seen)) == (1, 2)


def test_an_async_receiver_whose_task_was_cancelled_has_failed_like_any_other(body, connect, worker, post_event):
    seen = []

    async def receiver(**kwargs):
        seen.append("tried")
        if len(seen) == 1:
            raise asyncio.CancelledError

    first = worker("first")
    connect(CREATED, receiver)

    assert [post_event(body).status_code for _ in range(2)] == [503, 200]
    assert (first.done, len(seen), Event.objects.get().failures) == (1, 2, 1)


def test_database_trouble_of_one_receiver_leaves_the_work_of_the_others(body, connect, worker, post_event):
    def receiver(**kwargs):
        Group.objects.create(name="twice")
        Group.objects.create(name="twice")

    first, _, last = worker("first"), connect(CREATED, receiver), worker("last")

    assert post_event(body).status_code == 503
    assert (first.done, last.done, Group.objects.filter(name="twice").count()) == (1, 1, 0)
    assert EventProcessingException.objects.get().message.startswith(IntegrityError.__name__)


def test_only_the_one_that_is_asked_for_is_called(body, worker, post_event):
    first, second = worker("first", failures=1), worker("second", failures=1)
    post_event(body)

    outcome = process_event(Event.objects.get(), only=receiver_name(second))

    assert (outcome, first.done, second.done) == (Outcome.RETRY, 0, 1)
    assert process_event(Event.objects.get()) is Outcome.PROCESSED
    assert (first.done, second.done) == (1, 1)


def test_a_sync_that_fails_takes_the_receivers_work_back(body, worker, post_event):
    first = worker("first")

    class Broken(registry["customer.created"]):
        def sync(self, change):
            super().sync(change)
            raise RuntimeError

    with registry.override(Broken):
        assert post_event(body).status_code == 503
    assert (first.done, Customer.objects.count(), Event.objects.get().synced_at) == (0, 0, None)


def test_two_who_bring_an_event_half_the_way_at_once_call_nobody_twice(body, worker, post_event):
    """Both have read the event before either has written: the second sees the first's receipts."""
    first, second = worker("first"), worker("second", failures=2)
    assert post_event(body).status_code == 503
    stale = Event.objects.get()
    stale.synced_at = None

    assert process_event(stale) is Outcome.RETRY

    assert (first.done, second.failures) == (1, 0)
    assert process_event(Event.objects.get()) is Outcome.PROCESSED
    assert (first.done, second.done) == (1, 1)
