"""How things stand is counted where the rows are, by index, in a fixed number of statements."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinax.stripe.models import Account, Event, Reconciliation
from pinax.stripe.operations.health import status
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

NOW = timezone.now()
#: What rows of events that nobody asks about here need.
PLAIN = {"kind": "ping", "livemode": False, "webhook_message": {}}


def keep(number=1, *, lag=0.0, ago=0.0, **facts):
    """Keep events that were received so many seconds ago, so many seconds after they had happened."""
    received = NOW - timedelta(seconds=ago)
    first = Event.objects.count()
    rows = [
        Event(stripe_id=f"evt_{first + nth}", created=received - timedelta(seconds=lag), **PLAIN, **facts)
        for nth in range(number)
    ]
    Event.objects.bulk_create(rows)
    Event.objects.filter(stripe_id__in=[row.stripe_id for row in rows]).update(received_at=received)


def test_where_nothing_has_happened_there_is_nothing_to_tell():
    now = status()

    assert (now.received, now.invalid, now.pending, now.due, now.failing, now.given_up) == (0,) * 6
    assert now.lag == {50: None, 95: None, 99: None}
    assert (now.last_received_at, now.oldest_pending_at, now.oldest_pending_age) == (None, None, None)
    assert now.reconciliations == []


def test_what_came_lately_is_counted_and_what_came_before_is_not():
    keep(3, valid=True, processed=True)
    keep(2, valid=False)
    keep(1, skipped=True)
    keep(4, valid=True, processed=True, ago=25 * 3600)
    keep(5, valid=False, ago=25 * 3600)

    now = status()

    assert (now.received, now.invalid) == (6, 2)


def test_percentiles_are_those_of_the_confirmed_events_of_lately():
    for lag in range(1, 201):
        keep(lag=lag, valid=True, processed=True)
    keep(100, lag=10_000, valid=True, processed=True, ago=25 * 3600)
    keep(100, lag=10_000, valid=False)

    assert {share: lag.total_seconds() for share, lag in status().lag.items()} == {50: 100, 95: 190, 99: 198}


def test_the_lag_is_that_of_the_newest_events():
    keep(1_000, lag=5, valid=True, processed=True)
    keep(1_000, lag=500, ago=600, valid=True, processed=True)

    assert status().lag == dict.fromkeys((50, 95, 99), timedelta(seconds=5))


@pytest.mark.parametrize(("number", "expected"), [(1, [7, 7, 7]), (2, [7, 8, 8]), (3, [8, 9, 9])])
def test_of_few_events_each_percentile_is_one_of_theirs(number, expected):
    for nth in range(number):
        keep(lag=7 + nth, valid=True, processed=True)

    assert [lag.total_seconds() for lag in status().lag.values()] == expected


def test_the_newest_event_that_counts_is_a_confirmed_one():
    keep(valid=True, processed=True, ago=3 * 24 * 3600)
    keep(valid=False, ago=10)

    assert status().last_received_at == NOW - timedelta(days=3)


def test_pending_events_are_counted_by_what_they_wait_for():
    later, before = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
    keep(1, next_attempt_at=later)
    keep(2, next_attempt_at=before, ago=5000)
    keep(4, next_attempt_at=later, attempts=1, failures=1, valid=True)
    keep(8, next_attempt_at=before, attempts=1)
    keep(16, given_up_at=before, attempts=12, failures=12, valid=True, ago=9000)
    keep(32, valid=True, processed=True, attempts=1)

    now = status()

    assert (now.pending, now.due, now.failing, now.given_up) == (31, 10, 12, 16)
    assert now.pending == Event.objects.pending().count()
    assert now.given_up == Event.objects.given_up().count()
    assert now.oldest_pending_at == NOW - timedelta(seconds=5000)


def test_a_refused_event_that_is_asked_about_again_is_none_that_waits():
    keep(valid=False, ago=7200, next_attempt_at=NOW)

    assert (status().pending, status().oldest_pending_age) == (0, None)


def test_an_event_that_was_given_up_and_is_tried_again_is_counted_once():
    keep(given_up_at=NOW, next_attempt_at=NOW, attempts=12, failures=12, valid=True)

    now = status()

    assert (now.pending, now.due, now.failing, now.given_up) == (1, 1, 0, 1)


def test_every_event_that_came_through_the_door_counts_as_what_it_is(stripe, post_event, connect, settings):
    def ship(**kwargs):
        raise RuntimeError("no box")

    connect(WEBHOOK_SIGNALS["invoice.paid"], ship)
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["radar.*"]
    post_event(stripe.event("customer.created", build("customer")))
    post_event(stripe.event("radar.early_fraud_warning.created", build("radar.early_fraud_warning")))
    post_event(stripe.event("customer.created", build("customer"), store=False) | {"id": "evt_forged"})
    post_event(stripe.event("invoice.paid", build("invoice")))
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1
    post_event(stripe.event("invoice.paid", build("invoice")))
    with stripe.answering(500):
        post_event(stripe.event("customer.created", build("customer")))

    now = status()

    assert (now.received, now.invalid, now.pending, now.failing, now.given_up) == (6, 1, 3, 2, 1)
    assert now.pending == Event.objects.pending().count()


def test_the_account_furthest_behind_comes_first_and_one_that_has_disconnected_not_at_all():
    for account, hours in (("acct_1", 2), ("acct_2", 50), ("acct_gone", 500), ("", None)):
        reached = NOW - timedelta(hours=hours) if hours else None
        Reconciliation.objects.create(stripe_account=account, livemode=True, reached=reached)
    Account.objects.create(stripe_id="acct_gone", livemode=True, deauthorized_at=NOW)
    Account.objects.create(stripe_id="acct_2", livemode=True)
    Account.objects.create(stripe_id="acct_1", livemode=False, deauthorized_at=NOW)

    now = status()

    assert [row.stripe_account for row in now.reconciliations] == ["", "acct_2", "acct_1"]
    assert now.behind(now.reconciliations[1]) >= timedelta(hours=50)
    assert now.behind(now.reconciliations[0]) < timedelta(hours=1)


@pytest.mark.parametrize("number", [1, 300])
def test_it_costs_thirteen_statements_however_many_events_there_are(number, django_assert_num_queries):
    keep(number, valid=True, processed=True)
    keep(number, next_attempt_at=NOW)
    keep(number, given_up_at=NOW, valid=True)
    for nth in range(number):
        Reconciliation.objects.create(stripe_account=f"acct_{nth}", livemode=True)

    with django_assert_num_queries(13):
        status()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="reads PostgreSQL's plans")
def test_no_question_reads_the_whole_table():
    keep(60_000, valid=True, processed=True, ago=3 * 24 * 3600)
    keep(20_000, skipped=True, ago=3 * 24 * 3600)
    keep(19_000, valid=False, ago=3 * 24 * 3600)
    keep(400, valid=True, processed=True)
    keep(400, next_attempt_at=NOW, attempts=1)
    keep(200, given_up_at=NOW, attempts=12, failures=12, valid=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pinaxstripe_event")
        with CaptureQueriesContext(connection) as asked:
            status()
        read = []
        for query in asked.captured_queries:
            if 'FROM "pinaxstripe_event"' in query["sql"]:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {query['sql']}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
                assert "Seq Scan" not in plan, plan
                rows, dropped = (
                    sum(map(float, re.findall(pattern, plan)))
                    for pattern in (r"Index.* rows=([\d.]+) loops", r"Removed by Filter: (\d+)")
                )
                read.append(rows + dropped)

    assert len(read) == 9
    assert max(read) <= 4 * 1000
