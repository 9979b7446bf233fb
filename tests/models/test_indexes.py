"""Every index of events has a query that needs it, and there is none besides."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinax.stripe.models import Charge, Customer, Event, EventProcessingException
from pinax.stripe.operations import retention
from pinax.stripe.operations.health import status
from pinax.stripe.operations.retry import process_due
from pinax.stripe.operations.selection import of_kinds
from pinax.stripe.testing import build

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="reads PostgreSQL's plans"),
]

#: The events: a year of processed ones, and some in each other state, of all ages.
NUMBER = 60_000
FILL = f"""
    INSERT INTO pinaxstripe_event ({{columns}})
    SELECT {{values}} FROM (
        SELECT nth, now() - (1 + {NUMBER} - nth) * interval '9 minutes' AS at,
               CASE WHEN nth % 40 = 1 THEN 'skipped' WHEN nth % 40 = 2 THEN 'invalid' WHEN nth % 400 = 3 THEN 'given up'
                    WHEN nth % 400 = 4 THEN 'due' ELSE 'processed' END AS state
        FROM generate_series(1, {NUMBER}) AS nth
    ) AS filled, (SELECT * FROM pinaxstripe_event LIMIT 1) AS one
"""
VALUES = {
    "stripe_id": "'evt_' || nth",
    "thin_id": "'evt_thin_' || nth",
    "object_id": "'ch_' || nth",
    "request_id": "'req_' || nth",
    "platform": "CASE WHEN nth % 1000 = 6 THEN 'eu' ELSE '' END",
    "stripe_account": "'acct_' || nth % 500",
    "kind": "CASE WHEN nth % 1000 = 0 THEN 'topup.failed' WHEN nth % 2 = 0 THEN 'plan.created' ELSE 'invoice.paid' END",
    "customer_id": "one.customer_id + nth % 100",
    "created": "at",
    "received_at": "at",
    "webhook_message": "'{}'",
    "validated_message": "NULL",
    "signed": "nth % 80 <> 2",
    "valid": "CASE state WHEN 'processed' THEN true WHEN 'invalid' THEN false WHEN 'due' THEN true END",
    "processed": "state = 'processed'",
    "processed_at": "CASE WHEN state = 'processed' THEN at END",
    "pruned_at": "CASE WHEN state = 'processed' AND at < now() - interval '89 days' THEN at + interval '90 days' END",
    "skipped": "state = 'skipped'",
    "skip_cause": "CASE WHEN state <> 'skipped' THEN '' WHEN nth % 4000 = 1 THEN 'no key' ELSE 'switched off' END",
    "next_attempt_at": "CASE WHEN state = 'due' THEN at END",
    "given_up_at": "CASE WHEN state = 'given up' THEN at END",
    "attempts": "1",
}


@pytest.fixture
def many(stripe, post_event, settings):
    """Many events of a hundred customers, and a few errors."""
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = 90
    first = Customer.objects.create(stripe_id="cus_0", livemode=False)
    Customer.objects.bulk_create(
        Customer(pk=first.pk + nth, stripe_id=f"cus_{nth}", livemode=False) for nth in range(1, 100)
    )
    post_event(stripe.event("charge.succeeded", build("charge", customer="cus_0")))
    names = [column.column for column in Event._meta.concrete_fields if column.column != "id"]
    values = ", ".join(VALUES.get(name, f"one.{name}") for name in names)
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(columns=", ".join(names), values=values))
        cursor.execute(
            "INSERT INTO pinaxstripe_eventprocessingexception"
            " (event_id, stage, receiver, message, traceback, created_at)"
            " SELECT id, 'receiver', 'shop', 'x', 'x', received_at FROM pinaxstripe_event WHERE id % 5 = 0"
        )
        cursor.execute("ANALYZE pinaxstripe_event")
        cursor.execute("ANALYZE pinaxstripe_eventprocessingexception")
    return first


@pytest.fixture
def used():
    """The indexes with which a table is read, by PostgreSQL's plans."""

    def used(table, act):
        with CaptureQueriesContext(connection) as captured:
            act()
        found = set()
        with connection.cursor() as cursor:
            for query in captured.captured_queries:
                if f'FROM "{table}"' not in query["sql"] or query["sql"].startswith("DELETE"):
                    continue
                cursor.execute(f"EXPLAIN {query['sql']}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
                found |= set(re.findall(rf"using (\S+) on {table}\b", plan))
                found |= set(re.findall(r"Bitmap Index Scan on (\S+)", plan))
        return found

    return used


def indexes_of(table):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return {name for name, one in found.items() if one["index"] or one["primary_key"] or one["unique"]}


def prune(words):
    now = timezone.now()
    (job,) = (job for job in retention.jobs(now) if job.words == words)
    retention.run_job(job)


def test_every_index_of_events_serves_a_query(many, used, admin_client, stripe, post_event, settings):
    settings.PINAX_STRIPE_VALIDATION_BUDGET = None
    delivered = Event.objects.order_by("pk").first().message

    def shown(**query):
        return lambda: admin_client.get("/admin/pinax_stripe/event/", query)

    page = f"/admin/pinax_stripe/customer/{many.pk}/change/"

    def by_pattern():
        list(of_kinds(Event.objects.order_by(), ["topup.*"]))

    needed_by = {
        "pinaxstripe_event_pkey": lambda: Event.objects.get(pk=Event.objects.first().pk),
        "pinaxstripe_event_once": lambda: post_event(delivered),
        "pinaxstripe_event_thin_once": shown(q="evt_thin_7"),
        "pinaxstripe_event_created": shown(),
        "pinaxstripe_event_received_at": status,
        "pinaxstripe_event_next_attempt": lambda: process_due(limit=1),
        "pinaxstripe_event_given_up": status,
        "pinaxstripe_event_valid": shown(valid__exact=0),
        "pinaxstripe_event_customer": lambda: admin_client.get(page),
        "pinaxstripe_event_platform": shown(platform="eu"),
        "pinaxstripe_event_account": shown(q="acct_7"),
        "pinaxstripe_event_object": lambda: list(Event.objects.about(Charge(stripe_id="ch_7", livemode=False))),
        "pinaxstripe_event_request": shown(q="req_7"),
        "pinaxstripe_event_skip_cause": status,
        "pinaxstripe_event_prune": lambda: prune("processed events blanked"),
        "pinaxstripe_event_signed_false": status,
        "pinaxstripe_event_unconfirmed": lambda: prune("events that nobody can confirm any more deleted"),
        "pinaxstripe_event_skipped": lambda: prune("skipped events deleted"),
    }
    for name in indexes_of("pinaxstripe_event"):
        if name.startswith("pinaxstripe_event_kind_"):  # made by db_index, with an index for patterns
            needed_by[name] = shown(kind="topup.*") if name.endswith("_like") else by_pattern
    found = {name: used("pinaxstripe_event", act) for name, act in needed_by.items()}

    assert {name: plan for name, plan in found.items() if name not in plan} == {}
    assert set(needed_by) == indexes_of("pinaxstripe_event")


def test_the_errors_to_prune_are_found_by_their_age(many, used):
    plans = used(EventProcessingException._meta.db_table, lambda: prune("errors of processed events deleted"))

    assert "pinaxstripe_error_created_at" in plans


def test_what_is_pruned_next_is_found_by_what_it_reads_and_not_by_what_is_kept(many):
    """The blocks that stripe_prune reads to blank one event are a few, of thousands."""
    now = timezone.now()
    last = Event.objects.filter(processed_at__lt=now - timedelta(days=90)).order_by("-processed_at").first()
    Event.objects.filter(pk=last.pk).update(pruned_at=None)
    (job,) = (job for job in retention.jobs(now) if job.words == "processed events blanked")
    with CaptureQueriesContext(connection) as captured:
        assert retention.run_job(job) == 1

    (first, *_others) = (query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT"))
    Event.objects.filter(pk=last.pk).update(pruned_at=None)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {first}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert sum(map(int, re.findall(r"Buffers: shared hit=(\d+)", plan)[:1])) < 40, plan
