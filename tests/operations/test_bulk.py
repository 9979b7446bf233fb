"""Many events at once: what a batch costs, counted, and what several threads may not do."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.imports import rate_limiter
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.models import Customer, Event, Reconciliation
from pinax.stripe.operations import retry
from pinax.stripe.operations.reconcile import reconcile
from pinax.stripe.operations.reconcile_stats import ReconcileStats
from pinax.stripe.operations.retry import claim, process_due
from pinax.stripe.scope import Scope
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

TEST = Scope("", livemode=False)
can_lock_rows = pytest.mark.skipif(connection.vendor == "sqlite", reason="this database cannot lock rows")


@pytest.fixture
def sweep(stripe):
    """Reconcile, with four threads if the database allows; returns the stats."""

    def sweep(concurrency=4, **options):
        stats = ReconcileStats("events")
        limiter = rate_limiter.RateLimiter(rate=1_000_000)
        reconcile(TEST, limiter, stats, **{"report": lambda stats: None, **options}, concurrency=concurrency)
        return stats

    return sweep


@pytest.fixture
def missed(stripe):
    """Let events of customers happen that nobody delivers, a second apart: of each customer so many."""

    def missed(customers, events=1):
        objects = [build("customer", id=f"cus_{number}") for number in range(customers)]
        for number in range(events):
            for customer in objects:
                stripe.advance(1)
                stripe.event("customer.updated", {**customer, "description": f"state {number}"})

    return missed


@pytest.fixture
def due(stripe, post_event, settings):
    """Events that are due, and that nobody has tried yet; the first one is the longest overdue."""
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.lose"

    def due(number):
        for nth in range(number):
            assert post_event(stripe.event("customer.created", build("customer"))).status_code == 200
            moment = timezone.now() - timedelta(minutes=number - nth)
            Event.objects.filter(pk=Event.objects.latest("pk").pk).update(next_attempt_at=moment)
        return list(Event.objects.order_by("pk"))

    return due


def lose(event_pk):
    """A dispatcher that loses every event."""


def statements(captured, *words):
    found = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in found if all(word in sql for word in words)]


@pytest.mark.django_db
def test_a_page_of_missed_events_is_recorded_with_one_insert_and_no_request_for_each(stripe, sweep, missed):
    missed(60)

    with CaptureQueriesContext(connection) as captured:
        stats = sweep()

    assert (stats.counts["recovered"], stats.counts["processed"], stats.failed) == (60, 60, 0)
    assert [request.path for request in stripe.requests] == ["/v1/events"]
    event = connection.ops.quote_name("pinaxstripe_event")
    inserts = len(statements(captured, f"INSERT INTO {event}"))
    assert inserts <= (2 if connection.vendor == "sqlite" else 1)  # SQLite limits the values of a statement
    # The state of those that are known, and what is claimed, twenty at a time.
    columns = connection.ops.quote_name("webhook_message")
    assert len(statements(captured, "SELECT", f"FROM {event}", columns)) <= 3 + 1


@pytest.mark.django_db
def test_an_event_that_is_delivered_while_its_page_is_recorded_is_recorded_once(stripe, sweep, missed, post_event):
    missed(2)
    body = stripe.event("customer.created", build("customer"))
    posted = []

    def delivering(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if "IN (" in sql and connection.ops.quote_name("pinaxstripe_event") in sql and not posted:
            posted.append(None)  # the page is compared with what is here, and not recorded yet
            posted[:] = [post_event(body).status_code]
        return found

    with connection.execute_wrapper(delivering):
        stats = sweep()

    assert (posted, stats.failed) == ([200], 0)
    assert Event.objects.filter(processed=True).count() == Event.objects.count() == 3
    assert Event.objects.get(stripe_id=body["id"]).deliveries == 1


class Fragile(DefaultHookSet):
    """Fails at one customer's events."""

    def wants(self, message):
        if message["data"]["object"]["id"] == "cus_1":
            raise LookupError("cus_1 has no rule")
        return True


@pytest.mark.django_db
def test_a_hook_that_fails_at_one_event_stops_no_other_and_keeps_the_cursor(sweep, missed, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Fragile"
    missed(3)

    stats = sweep()

    assert (stats.counts["processed"], stats.failed) == (2, 1)
    assert "cus_1 has no rule" in stats.problems[0]
    assert Reconciliation.objects.get().reached is None


@pytest.mark.django_db(transaction=True)
def test_threads_process_each_event_once_and_those_of_one_object_in_their_order(stripe, sweep, missed, connect):
    missed(9, events=4)
    calls = []
    connect(any_event, lambda event, **kwargs: calls.append((event.object_id, event.object["description"])))

    stats = sweep()

    assert (stats.counts["processed"], stats.failed, stats.problems) == (36, 0, [])
    for number in range(9):
        states = [state for customer, state in calls if customer == f"cus_{number}"]
        assert states == [f"state {nth}" for nth in range(4)]
    assert {request.path for request in stripe.requests} == {"/v1/events"}  # no order was in doubt
    assert Reconciliation.objects.get().reached is not None


@can_lock_rows
@pytest.mark.django_db(transaction=True)
def test_threads_close_their_connections(sweep, missed):
    def connected():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            else:
                cursor.execute("SELECT count(*) FROM information_schema.processlist WHERE db = database()")
            return cursor.fetchone()[0]

    missed(8)
    before = connected()

    sweep()

    give_up = time.monotonic() + 20  # the server takes a moment to see that a connection is closed
    while connected() > before and time.monotonic() < give_up:
        time.sleep(0.05)
    assert connected() <= before
    assert Event.objects.filter(processed=True).count() == 8


@can_lock_rows
@pytest.mark.django_db(transaction=True)
def test_as_many_threads_process_as_were_asked_for_and_no_more(due, connect):
    due(8)
    together, threads = threading.Barrier(4, timeout=60), set()

    def meet(**kwargs):
        threads.add(threading.get_ident())
        together.wait()

    connect(any_event, meet)
    retry_batch, retry.BATCH = retry.BATCH, 2
    try:
        assert process_due(concurrency=4) == {Outcome.PROCESSED: 8}
    finally:
        retry.BATCH = retry_batch
    assert len(threads) == 4


@pytest.mark.django_db(transaction=True)
def test_the_end_of_the_process_in_one_thread_ends_all_and_gives_back_what_was_not_begun(due, connect, settings):
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1
    first, *_ = due(12)

    def leave(event, **kwargs):
        if event.pk == first.pk:
            raise SystemExit

    connect(any_event, leave)

    with pytest.raises(SystemExit):
        process_due(concurrency=4)

    left = Event.objects.filter(processed=False).exclude(pk=first.pk)
    assert Event.objects.get(pk=first.pk).attempts == 1
    assert list(left.due()) == list(left)


@pytest.mark.django_db
def test_a_batch_is_claimed_with_the_same_number_of_statements_however_many_they_are(due):
    if not connection.features.has_select_for_update_skip_locked:
        pytest.skip("each row is compared")
    due(5)

    with CaptureQueriesContext(connection) as one:
        claim(timezone.now())
    with CaptureQueriesContext(connection) as four:
        assert len(claim(timezone.now(), 20)) == 4

    assert len(four) == len(one)


@pytest.mark.django_db
def test_a_batch_that_is_not_finished_in_time_is_given_back_and_claimed_again(due, monkeypatch):
    due(3)
    monkeypatch.setattr(retry, "HOLD", 1)
    clock = iter(range(0, 1000, 2))  # each look at the clock is two seconds later than the last one
    monkeypatch.setattr(retry, "monotonic", lambda: next(clock) / 4)

    assert process_due() == {Outcome.PROCESSED: 3}


@pytest.mark.django_db
def test_an_event_that_is_claimed_is_left_alone_for_the_whole_lease_from_when_it_is_begun(due, settings):
    settings.PINAX_STRIPE_LEASE = 60
    due(2)

    events = claim(timezone.now(), 20)

    rest = min(event.next_attempt_at for event in events) - timezone.now()
    assert rest.total_seconds() > 60 + retry.HOLD - 5


@pytest.mark.django_db
def test_a_run_that_is_stopped_makes_what_it_has_claimed_due_again(due):
    first, *rest = due(4)

    assert process_due(stop=lambda: Event.objects.filter(processed=True).exists()) == {Outcome.PROCESSED: 1}

    first.refresh_from_db()
    assert first.processed
    assert set(Event.objects.due()) == set(rest)


@can_lock_rows
@pytest.mark.django_db(transaction=True)
def test_fetches_in_threads_keep_the_rate_limit(stripe, sweep, missed, monkeypatch):
    turns = []
    monkeypatch.setattr(rate_limiter.RateLimiter, "wait", lambda limiter: turns.append(threading.get_ident()))
    missed(6)
    Customer.objects.all().delete()
    stripe.now -= 100  # what comes now is older than the rows will be: the order is in doubt
    missed(6)

    sweep()

    assert len(turns) == len(stripe.requests)


def test_a_limit_is_shared_by_threads(monkeypatch):
    slept = []
    monkeypatch.setattr(rate_limiter, "sleep", slept.append)
    monkeypatch.setattr(rate_limiter, "monotonic", lambda: 0.0)
    limiter = rate_limiter.RateLimiter(rate=10)

    threads = [threading.Thread(target=limiter.wait) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(round(pause, 3) for pause in slept) == [0.1, 0.2, 0.3, 0.4]


@pytest.mark.django_db(transaction=True)
def test_events_that_another_worker_is_processing_are_no_failure_of_a_reconciliation(sweep, missed):
    missed(3)
    done = []

    def report(stats):
        if not done:
            done.append(Event.objects.filter(object_id="cus_1").update(processed=True, next_attempt_at=None))

    stats = sweep(report=report)

    assert (stats.counts["processed"], stats.failed) == (2, 0)
    assert not Event.objects.filter(processed=False).exists()
    assert Event.objects.exclude(next_attempt_at=F("next_attempt_at")).count() == 3
