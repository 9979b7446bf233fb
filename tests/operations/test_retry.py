"""What is due is found and done, whoever has died; what fails too often is given up, and said so."""

import logging
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from pinax.stripe.inbox.message import Outcome
from pinax.stripe.models import Event
from pinax.stripe.operations.retry import claim, process_due
from pinax.stripe.signals import any_event, event_failed, event_given_up, event_invalid, event_processed
from pinax.stripe.testing import build
from pinax.stripe.webhooks import registry

pytestmark = pytest.mark.django_db


def lose(event_pk):
    """A dispatcher that loses every event."""


@pytest.fixture
def lost(stripe, post_event, settings):
    """Events that were recorded and answered 200, and that nobody will process."""
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.lose"

    def lost(number=1):
        for _ in range(number):
            assert post_event(stripe.event("customer.created", build("customer"))).status_code == 200
        return Event.objects.order_by("pk")

    return lost


@pytest.fixture
def told(connect):
    """What was told to metrics and alerts, in order."""
    calls = []
    for signal, name in (
        (event_processed, "processed"),
        (event_failed, "failed"),
        (event_invalid, "invalid"),
        (event_given_up, "given up"),
    ):
        connect(signal, lambda event, name=name, **kwargs: calls.append((name, event.stripe_id, kwargs.get("error"))))
    return calls


def pass_time(**delta):
    """Bring the moment nearer at which events are tried."""
    for event in Event.objects.filter(next_attempt_at__isnull=False):
        Event.objects.filter(pk=event.pk).update(next_attempt_at=event.next_attempt_at - timedelta(**delta))


def pause(event):
    event.refresh_from_db()
    return (event.next_attempt_at - timezone.now()).total_seconds()


def test_a_lost_event_is_due_once_its_lease_has_expired(lost):
    (event,) = lost()
    assert (process_due(), 170 < pause(event) <= 180) == (Counter(), True)

    pass_time(seconds=200)

    assert process_due() == {Outcome.PROCESSED: 1}
    event.refresh_from_db()
    assert (event.processed, event.next_attempt_at) == (True, None)


def test_an_event_that_is_done_refused_or_skipped_is_never_due(stripe, post_event, settings):
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["radar.*"]
    post_event(stripe.event("customer.created", build("customer")))
    post_event(stripe.event("customer.created", build("customer"), store=False) | {"id": "evt_forged"})
    post_event(stripe.event("radar.early_fraud_warning.created", build("radar.early_fraud_warning")))
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None
    post_event(stripe.event("customer.updated", build("customer")))

    assert Event.objects.count() == 4
    assert list(Event.objects.values_list("next_attempt_at", flat=True)) == [None] * 4


def test_pauses_double_up_to_the_longest(stripe, post_event, connect, settings):
    settings.PINAX_STRIPE_RETRY_BACKOFF = (60, 500)
    connect(any_event, lambda **kwargs: 1 / 0)
    body = stripe.event("customer.created", build("customer"))

    pauses = []
    for _ in range(5):
        post_event(body)
        pauses.append(pause(Event.objects.get()))

    assert [0.85 < is_ / asked < 1.15 for is_, asked in zip(pauses, (60, 120, 240, 480, 500), strict=True)] == [
        True
    ] * 5


def test_an_event_that_fails_too_often_is_given_up_and_said_so(stripe, post_event, connect, settings, told, caplog):
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 3
    fails = connect(any_event, lambda **kwargs: 1 / 0)
    body = stripe.event("customer.created", build("customer"))
    post_event(body)

    outcomes = []
    for _ in range(4):
        pass_time(days=1)
        outcomes.append(dict(process_due()))

    event = Event.objects.get()
    assert outcomes == [{Outcome.RETRY: 1}, {Outcome.RETRY: 1}, {}, {}]
    assert (event.failures, event.next_attempt_at) == (3, None)
    assert list(Event.objects.given_up()) == list(Event.objects.failed()) == [event]
    assert [what for what, *_ in told] == ["failed", "failed", "failed", "given up"]
    assert "given up (receiver failed in" in caplog.text

    any_event.disconnect(fails)
    assert post_event(body).status_code == 200
    event.refresh_from_db()
    assert (event.processed, event.given_up_at, Event.objects.given_up().count()) == (True, None, 0)


def test_stripe_out_of_reach_for_a_day_is_no_reason_to_give_up(stripe, post_event, connect, settings):
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 2
    calls = []
    connect(any_event, lambda event, **kwargs: calls.append(event.stripe_id))
    with stripe.answering(status=500):
        assert post_event(stripe.event("customer.created", build("customer"))).status_code == 503
        for _ in range(5):
            pass_time(days=1)
            assert process_due() == {Outcome.RETRY: 1}

    event = Event.objects.get()
    assert (event.attempts, event.failures, event.given_up_at) == (6, 0, None)

    pass_time(days=1)
    assert process_due() == {Outcome.PROCESSED: 1}
    assert calls == [event.stripe_id]


def test_an_event_that_was_given_up_and_is_tried_again_later_is_given_up_no_longer(stripe, post_event, settings, told):
    settings.PINAX_STRIPE_SYNC = "latest"
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1
    body = stripe.event("customer.created", build("customer"))
    with stripe.answering(status=403, path="/v1/customers/*"):
        post_event(body)
    assert Event.objects.given_up().count() == 1
    told.clear()

    with stripe.answering(status=500, path="/v1/customers/*"):
        assert post_event(body).status_code == 503

    event = Event.objects.get()
    assert (event.given_up_at, event.next_attempt_at is None) == (None, False)
    assert [what for what, *_ in told] == ["failed"]
    pass_time(days=1)
    assert process_due() == {Outcome.PROCESSED: 1}


def test_a_fetch_that_stripe_refuses_for_good_counts(stripe, post_event, settings):
    settings.PINAX_STRIPE_SYNC = "latest"
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1

    with stripe.answering(status=403, path="/v1/customers/*"):
        assert post_event(stripe.event("customer.created", build("customer"))).status_code == 503

    assert Event.objects.given_up().count() == 1


def test_what_somebody_has_taken_is_left_to_him_until_he_is_taken_for_dead(lost):
    lost(2)
    pass_time(seconds=200)

    (taken,) = claim(timezone.now())

    assert process_due() == {Outcome.PROCESSED: 1}
    taken.refresh_from_db()
    assert not taken.processed
    pass_time(seconds=200)
    assert process_due() == {Outcome.PROCESSED: 1}


def test_what_a_dead_worker_held_is_free_after_the_first_pause_however_often_it_has_failed(lost):
    lost()
    Event.objects.update(attempts=20, failures=10, next_attempt_at=timezone.now())

    (taken,) = claim(timezone.now())

    assert 170 < pause(taken) <= 180


def test_the_longest_overdue_comes_first_and_a_limit_is_kept(lost, heard):
    lost(3)
    oldest = Event.objects.order_by("pk").last()
    pass_time(seconds=200)
    Event.objects.filter(pk=oldest.pk).update(next_attempt_at=timezone.now() - timedelta(days=1))

    assert process_due(limit=1) == {Outcome.PROCESSED: 1}
    assert {call.event for call in heard} == {oldest}
    assert process_due(stop=lambda: True) == {}
    assert process_due() == {Outcome.PROCESSED: 2}


def test_an_event_that_is_deleted_while_stripe_is_asked_about_it_stops_none_of_the_others(lost, caplog):
    events = {event.stripe_id: event for event in lost(2)}
    pass_time(seconds=200)
    gone = []

    class Deleting(logging.Handler):
        """Delete the event that Stripe is asked about first."""

        def emit(self, record):
            if not gone:
                gone.extend(stripe_id for stripe_id in events if stripe_id in record.getMessage())
                events[gone[0]].delete()

    asking, deleting = logging.getLogger("stripe"), Deleting()
    asking.addHandler(deleting)
    try:
        outcomes = process_due()
    finally:
        asking.removeHandler(deleting)

    assert outcomes == {Outcome.SKIPPED: 1, Outcome.PROCESSED: 1}
    assert f"{gone[0]}: its row is gone" in caplog.text


def test_a_row_that_holds_no_event_is_counted_shown_and_given_up_and_stops_none_of_the_others(lost, settings):
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 2
    broken, _ = lost(2)
    pass_time(seconds=200)
    Event.objects.filter(pk=broken.pk).update(webhook_message={})

    assert process_due() == {Outcome.RETRY: 1, Outcome.PROCESSED: 1}

    broken.refresh_from_db()
    assert (broken.failures, broken.attempts, broken.given_up_at) == (1, 1, None)
    assert "the row cannot be read" in broken.exceptions.get().message
    assert pause(broken) > 50
    pass_time(seconds=200)

    assert process_due() == {Outcome.RETRY: 1}

    broken.refresh_from_db()
    assert (broken.failures, broken.exceptions.count(), broken.next_attempt_at) == (2, 2, None)
    assert broken in Event.objects.given_up()


def test_what_fails_without_a_pause_does_not_keep_a_run_busy_for_ever(lost, connect, settings):
    settings.PINAX_STRIPE_RETRY_BACKOFF = (0, 0)
    settings.PINAX_STRIPE_LEASE = 0
    connect(any_event, lambda **kwargs: 1 / 0)
    lost(2)

    assert process_due() == {Outcome.RETRY: 2}


def test_metrics_hear_of_each_outcome_once_and_cannot_do_harm(stripe, post_event, told, connect):
    connect(event_processed, lambda **kwargs: 1 / 0)
    body = stripe.event("customer.created", build("customer"))
    forged = stripe.event("customer.updated", build("customer")) | {"id": "evt_forged"}

    assert [post_event(one).status_code for one in (body, body, forged)] == [200, 200, 400]

    assert [(what, stripe_id) for what, stripe_id, _ in told] == [("processed", body["id"]), ("invalid", forged["id"])]


def test_a_log_line_has_the_facts_as_fields(stripe, post_event, caplog):
    caplog.set_level("INFO", "pinax.stripe")

    post_event(stripe.event("customer.created", build("customer"), id="evt_1"))

    (line,) = [record for record in caplog.records if record.name == "pinax.stripe"]
    assert line.getMessage() == "evt_1 customer.created: processed"
    assert (line.event_id, line.event_kind, line.event_outcome) == ("evt_1", "customer.created", "processed")
    assert (line.stripe_account, line.livemode, line.failures, line.event_reason) == ("", False, 0, "")


@pytest.mark.django_db(transaction=True)
def test_any_number_side_by_side_do_each_event_once(lost, connect):
    calls, lock = Counter(), threading.Lock()

    def count(event, **kwargs):
        with lock:
            calls[event.stripe_id] += 1

    connect(any_event, count)
    lost(24)
    pass_time(seconds=200)

    def work(_):
        try:
            return process_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        outcomes = sum(threads.map(work, range(4)), Counter())

    assert outcomes == {Outcome.PROCESSED: 24}
    assert set(calls.values()) == {1}
    assert len(calls) == 24


def test_a_lock_that_was_waited_for_too_long_is_nobodys_failure(stripe, post_event):
    tried = []

    class Busy(registry["customer.created"]):
        def sync(self, change):
            tried.append(change)
            if len(tried) == 1:
                raise OperationalError("database is locked")
            return super().sync(change)

    with registry.override(Busy):
        assert post_event(stripe.event("customer.created", build("customer"))).status_code == 200
    assert (len(tried), Event.objects.get().failures) == (2, 0)
