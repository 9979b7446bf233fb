"""What one delivery costs: counted, not timed (DESIGN.md, section 11)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinax.stripe.models import Event
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)


def enqueue_nowhere(event_pk):
    """A dispatcher that takes the event and runs nothing."""


@pytest.fixture
def statements_of(post_event):
    def count(body, status=200):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert post_event(body).status_code == status
        return [query["sql"] for query in captured.captured_queries]

    return count


@pytest.fixture
def known_charge(stripe, post_event, connect):
    """A charge of a known customer, a receiver for it, and nothing asked or heard yet."""
    customer = build("customer")
    charge = build("charge", customer=customer["id"], refunds=None)
    post_event(stripe.event("customer.created", customer))
    post_event(stripe.event("charge.pending", charge))
    connect(WEBHOOK_SIGNALS["charge.succeeded"], lambda **kwargs: None)
    stripe.advance(10)
    stripe.requests.clear()
    return charge


def test_a_first_delivery_costs_one_call_and_twelve_statements(stripe, statements_of, known_charge):
    statements = statements_of(stripe.event("charge.succeeded", {**known_charge, "status": "succeeded"}))

    assert Event.objects.filter(processed=True).count() == 3
    assert [request.path for request in stripe.requests] == [f"/v1/events/{Event.objects.first().stripe_id}"]
    assert len(statements) <= 12, "\n".join(statements)


def test_order_in_doubt_costs_one_more_call_and_at_most_two_more_statements(stripe, statements_of, known_charge):
    late = stripe.event("charge.succeeded", known_charge, created=stripe.now - 60)

    statements = statements_of(late)

    assert [request.path for request in stripe.requests] == [
        f"/v1/events/{late['id']}",
        f"/v1/charges/{known_charge['id']}",
    ]
    assert len(statements) <= 14, "\n".join(statements)


def test_a_duplicate_of_a_done_event_costs_two_statements_and_no_call(stripe, statements_of, known_charge):
    body = stripe.event("charge.succeeded", known_charge)
    statements_of(body)
    stripe.requests.clear()

    statements = statements_of(body)

    assert len(statements) == 2
    assert stripe.requests == []


def test_a_queued_event_costs_two_statements_until_the_answer(stripe, statements_of, known_charge, settings):
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.enqueue_nowhere"

    statements = statements_of(stripe.event("charge.succeeded", known_charge))

    assert len(statements) == 2
    assert stripe.requests == []


@pytest.mark.parametrize("kept", [0, 300])
def test_costs_do_not_grow_with_the_number_of_events_kept(stripe, statements_of, known_charge, kept):
    first = Event.objects.first()
    for number in range(kept):
        first.pk, first.stripe_id = None, f"evt_kept{number}"
        first.save(force_insert=True)

    assert len(statements_of(stripe.event("charge.succeeded", known_charge))) <= 12
