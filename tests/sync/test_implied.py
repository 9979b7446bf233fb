"""What an event says of another object that it names is written there, in whatever order the events come."""

import itertools

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinax.stripe.models import Charge, Dispute, PaymentIntent, Payout, Review
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

CHARGE = build("charge", id="ch_1", disputed=False, payment_intent="pi_1")


def happened(stripe, kind, obj, *, current=True):
    """Let something happen, ten seconds after what was before."""
    stripe.advance(10)
    return stripe.event(kind, obj, store=current)


def test_a_dispute_makes_its_charge_disputed(stripe, post_event):
    post_event(happened(stripe, "charge.succeeded", CHARGE))

    post_event(happened(stripe, "charge.dispute.created", build("dispute", charge="ch_1", status="needs_response")))

    charge = Charge.objects.get()
    assert (charge.disputed, charge.data["disputed"]) == (True, False)


def test_a_dispute_that_comes_before_its_charge_makes_it_disputed(stripe, post_event):
    post_event(happened(stripe, "charge.dispute.created", build("dispute", charge="ch_1", status="needs_response")))

    post_event(happened(stripe, "charge.succeeded", CHARGE))

    charge = Charge.objects.get()
    assert (charge.is_stub, charge.disputed) == (False, True)


ORDERS = list(itertools.permutations(range(4)))


@pytest.mark.parametrize("order", ORDERS)
def test_a_charge_of_which_no_event_says_so_ends_as_disputed_in_every_order(order, stripe, post_event, heard):
    dispute = build("dispute", id="du_1", charge="ch_1", status="needs_response")
    events = [
        happened(stripe, "charge.succeeded", CHARGE),
        happened(stripe, "charge.updated", {**CHARGE, "description": "changed before the dispute"}),
        happened(stripe, "charge.dispute.created", dispute),
        happened(stripe, "charge.dispute.closed", {**dispute, "status": "lost"}),
    ]

    for number in order:
        assert post_event(events[number]).status_code == 200

    assert Charge.objects.get().disputed is True
    late = [call.instance.disputed for call in heard if call.signal == "charge.updated"]
    assert late == [order.index(1) > min(order.index(2), order.index(3))]


@pytest.mark.parametrize("status", ["warning_needs_response", "warning_under_review", "warning_closed", "prevented"])
def test_an_inquiry_makes_no_charge_disputed(status, stripe, post_event):
    post_event(happened(stripe, "charge.succeeded", CHARGE))

    post_event(happened(stripe, "charge.dispute.created", build("dispute", charge="ch_1", status=status)))

    assert Charge.objects.get().disputed is False


def test_an_inquiry_that_becomes_a_dispute_makes_its_charge_disputed(stripe, post_event):
    inquiry = build("dispute", charge="ch_1", status="warning_needs_response")
    post_event(happened(stripe, "charge.succeeded", CHARGE))
    post_event(happened(stripe, "charge.dispute.created", inquiry))

    post_event(happened(stripe, "charge.dispute.updated", {**inquiry, "status": "needs_response"}))

    assert Charge.objects.get().disputed is True


def test_only_the_charge_that_it_names_is_disputed(stripe, post_event):
    stripe.connect("acct_1")
    post_event(happened(stripe, "charge.succeeded", CHARGE))
    post_event(happened(stripe, "charge.succeeded", {**CHARGE, "id": "ch_2"}))
    post_event(stripe.event("charge.succeeded", CHARGE, account="acct_1"))

    post_event(happened(stripe, "charge.dispute.created", build("dispute", charge="ch_1", status="needs_response")))

    disputed = Charge.objects.filter(disputed=True)
    assert [(charge.stripe_id, charge.stripe_account) for charge in disputed] == [("ch_1", "")]


def test_an_import_of_disputes_marks_their_charges_and_one_of_charges_takes_nothing_back(stripe, post_event):
    for number in range(3):
        stripe.put({**CHARGE, "id": f"ch_{number}"})
        stripe.put(build("dispute", charge=f"ch_{number}", status="needs_response"))

    call_command("stripe_sync", "dispute")
    stripe.advance(10)
    call_command("stripe_sync", "charge")

    assert [charge.disputed for charge in Charge.objects.synced()] == [True] * 3


def test_a_charge_inside_its_payment_intent_takes_nothing_back(stripe, post_event):
    charges = {"object": "list", "data": [{**CHARGE, "description": "inside"}], "has_more": False}
    post_event(happened(stripe, "charge.succeeded", CHARGE))
    post_event(happened(stripe, "charge.dispute.created", build("dispute", charge="ch_1", status="needs_response")))

    post_event(happened(stripe, "payment_intent.succeeded", build("payment_intent", id="pi_1", charges=charges)))

    charge = Charge.objects.get(stripe_id="ch_1")
    assert (charge.description, charge.disputed) == ("inside", True)


def test_a_review_is_its_payments_review(stripe, post_event):
    post_event(happened(stripe, "charge.succeeded", {**CHARGE, "review": None}))
    post_event(happened(stripe, "payment_intent.succeeded", build("payment_intent", id="pi_1", review=None)))

    post_event(happened(stripe, "review.opened", build("review", charge="ch_1", payment_intent="pi_1")))
    post_event(happened(stripe, "charge.updated", {**CHARGE, "review": None}))

    review = Review.objects.get()
    assert Charge.objects.get(stripe_id="ch_1").review == review
    assert PaymentIntent.objects.get().review == review


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_payout_that_reverses_another_says_so_of_it(order, stripe, post_event):
    events = [
        happened(stripe, "payout.paid", build("payout", id="po_1", reversed_by=None)),
        happened(stripe, "payout.created", build("payout", id="po_2", original_payout="po_1")),
    ]

    for number in order:
        post_event(events[number])

    assert Payout.objects.get(stripe_id="po_1").reversed_by == Payout.objects.get(stripe_id="po_2")


@pytest.mark.django_db(transaction=True)
def test_it_costs_one_statement_and_only_the_first_time(stripe, post_event):
    dispute = build("dispute", id="du_1", charge="ch_1", status="warning_needs_response")
    post_event(happened(stripe, "charge.succeeded", CHARGE))
    post_event(happened(stripe, "charge.dispute.created", dispute))

    def statements(status):
        body = happened(stripe, "charge.dispute.updated", {**dispute, "status": status})
        with CaptureQueriesContext(connection) as captured:
            post_event(body)
        return len(captured)

    before, first, again = statements("warning_under_review"), statements("needs_response"), statements("under_review")

    assert Dispute.objects.get().status == "under_review"
    assert (first, again) == (before + 1, before)
