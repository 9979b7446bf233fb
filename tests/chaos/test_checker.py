"""The checker names every broken promise: each is broken here, one at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pinax.stripe.models import Customer, Event
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

from .checker import unexpected, violations
from .ledger.models import Entry
from .ledger.receivers import first, second
from .report import NAMED, Report

pytestmark = pytest.mark.django_db

MOMENT = timezone.now() + timedelta(hours=1)


@pytest.fixture
def world(stripe, post_event, connect):
    """Two customers, one of them gone, as they are when nothing has gone wrong: what the checker is told of them."""
    connect(any_event, first)
    connect(any_event, second)
    there, gone = build("customer", id="cus_there"), build("customer", id="cus_gone")
    told = [
        stripe.event("customer.created", there, id="evt_1"),
        stripe.event("customer.created", gone, id="evt_2"),
    ]
    stripe.advance(1)
    told.append(stripe.event("customer.deleted", gone, id="evt_3"))
    for body in told:
        assert post_event(body).status_code == 200
    return {
        "events": [body["id"] for body in told],
        "objects": [(told[0]["data"]["object"], False), (told[2]["data"]["object"], True)],
    }


def an_event_is_lost():
    Event.objects.filter(stripe_id="evt_1").delete()


def an_event_is_invented():
    Event.objects.filter(stripe_id="evt_1").update(stripe_id="evt_x")


def an_event_is_not_done():
    Event.objects.filter(stripe_id="evt_1").update(processed=False)


def an_event_is_given_up():
    Event.objects.filter(stripe_id="evt_1").update(processed=False, given_up_at=MOMENT)


def an_event_is_not_verified():
    Event.objects.filter(stripe_id="evt_1").update(processed=False, valid=None)


def an_event_is_refused():
    Event.objects.filter(stripe_id="evt_1").update(processed=False, valid=False)


def an_event_is_skipped():
    Event.objects.filter(stripe_id="evt_1").update(processed=False, skipped=True)


def an_event_that_is_done_is_due():
    Event.objects.filter(stripe_id="evt_1").update(next_attempt_at=MOMENT)


def an_event_has_no_copy_of_stripes():
    Event.objects.filter(stripe_id="evt_1").update(pruned_at=MOMENT)


def a_receivers_work_is_missing():
    Entry.objects.filter(event_id="evt_1", receiver="second").delete()


def a_receivers_work_is_double():
    Entry.objects.create(event_id="evt_1", receiver="second")


def a_receivers_work_is_nobodys():
    Entry.objects.create(event_id="evt_x", receiver="second")


def a_row_is_missing():
    Customer.all_objects.filter(stripe_id="cus_there").delete()


def a_row_is_a_stub():
    Customer.objects.filter(stripe_id="cus_there").update(synced_at=None)


def a_row_is_old():
    customer = Customer.objects.get(stripe_id="cus_there")
    Customer.objects.filter(pk=customer.pk).update(data={**customer.data, "metadata": {"version": "0"}})


def a_row_of_what_is_there_is_a_tombstone():
    Customer.objects.filter(stripe_id="cus_there").update(deleted_at=MOMENT)


def a_row_of_what_is_gone_is_none():
    Customer.all_objects.filter(stripe_id="cus_gone").update(deleted_at=None)


def test_where_nothing_has_gone_wrong_nothing_is_named(world):
    assert violations(**world) == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (an_event_is_lost, ["lost: evt_1 was delivered and answered, and is not recorded"]),
        (an_event_is_invented, ["lost: evt_1 was", "invented: evt_x is recorded"]),
        (an_event_is_not_done, ["stuck: evt_1 customer.created is not done: valid=True"]),
        (an_event_is_given_up, ["stuck: evt_1 customer.created is not done: valid=True"]),
        (an_event_is_not_verified, ["stuck: evt_1 customer.created is not done: valid=None"]),
        (an_event_is_refused, ["stuck: evt_1 customer.created is not done: valid=False"]),
        (an_event_is_skipped, ["stuck: evt_1 customer.created is not done: valid=True, skipped=True"]),
        (an_event_that_is_done_is_due, ["stuck: evt_1 is done, and would be tried again"]),
        (an_event_has_no_copy_of_stripes, ["unconfirmed: evt_1 is done without Stripe's copy"]),
        (a_receivers_work_is_missing, ["missing: the work of second for evt_1 is not there"]),
        (a_receivers_work_is_double, ["double: the work of second for evt_1 is there 2 times"]),
        (a_receivers_work_is_nobodys, ["invented: the work of second for evt_x was not asked for"]),
        (a_row_is_missing, ["missing: there is no row of customer cus_there"]),
        (a_row_is_a_stub, ["missing: there is no row of customer cus_there"]),
        (a_row_is_old, ["differs: customer cus_there is version None at Stripe, and version 0 here"]),
        (a_row_of_what_is_there_is_a_tombstone, ["differs: customer cus_there is there at Stripe, and not so here"]),
        (a_row_of_what_is_gone_is_none, ["differs: customer cus_gone is gone at Stripe, and not so here"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_promise_is_named(world, wrong, named):
    wrong()

    found = violations(**world)

    assert [line[: len(beginning)] for line, beginning in zip(found, named, strict=True)] == named


def test_an_answer_that_may_not_be_is_named():
    assert unexpected({"deliveries": 9, "answered 200": 5, "answered 503": 2, "not answered": 1}) == []
    assert unexpected({"answered 200": 5, "answered 500": 2}) == ["answered 500: 2 deliveries"]


def test_a_report_names_violations_up_to_a_limit_and_counts_the_rest():
    report = Report("a run", {"events": 3, "kills": 12}, ["lost: evt_1"] * (NAMED + 2))

    lines = list(report.lines)

    assert lines[:4] == ["a run", "  events  3", "  kills   12", "  VIOLATION lost: evt_1"]
    assert lines[-2:] == ["  and 2 more", f"verdict: {NAMED + 2} violations"]
    assert list(Report("a run").lines)[-1] == "verdict: nothing lost, nothing twice"
