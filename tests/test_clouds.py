"""Events in messages of Amazon EventBridge and Azure Event Grid, as stripe-python's own tests have them."""

import json

import pytest

from pinax.stripe.clouds import Outcome, receive
from pinax.stripe.exceptions import InsideTransaction, NotProcessed, UnreadableDelivery
from pinax.stripe.models import Customer, Event, RejectedDelivery
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

SOURCE = "ed_test_61abc"


def of_event_bridge(event, source=SOURCE):
    return {
        "version": "0",
        "id": "6f0d3ab0-1111-4222-8333-444455556666",
        "detail-type": event["type"],
        "source": f"aws.partner/stripe.com/{source}",
        "account": "123456789012",
        "time": "2026-10-28T12:00:00Z",
        "region": "eu-central-1",
        "resources": [f"arn:aws:events:eu-central-1::event-source/aws.partner/stripe.com/{source}"],
        "detail": event,
    }


def of_event_grid(event, source=SOURCE):
    return {
        "specversion": "1.0",
        "id": "6f0d3ab0-1111-4222-8333-444455556666",
        "source": f"/providers/stripe/{source}",
        "type": event["type"],
        "subject": None,
        "time": "2026-10-28T12:00:00Z",
        "dataContentType": "application/json",
        "data": event,
    }


@pytest.fixture(params=[of_event_bridge, of_event_grid])
def envelope(request):
    return request.param


@pytest.fixture(params=["snapshot", "thin"])
def body(request, stripe):
    snapshot = stripe.event("customer.created", build("customer", name="Ada"))
    return snapshot if request.param == "snapshot" else stripe.thin(snapshot)


@pytest.mark.parametrize("form", [dict, json.dumps, lambda message: json.dumps(message).encode()])
@pytest.mark.parametrize("validation", ["retrieve", "signature"])
def test_an_event_in_a_message_is_verified_and_processed_once(form, validation, body, envelope, heard, settings):
    settings.PINAX_STRIPE_VALIDATION = validation
    settings.PINAX_STRIPE_VALIDATION_BUDGET = 0
    message = form(envelope(body))

    assert [receive(message, source=SOURCE) for _ in range(2)] == [Outcome.PROCESSED, Outcome.DUPLICATE]
    event = Event.objects.get()
    assert (event.valid, event.processed, event.signed, event.deliveries) == (True, True, False, 2)
    assert [call.signal for call in heard] == ["customer.created", "*"]
    assert Customer.objects.get().name == "Ada"


def test_a_message_and_a_delivery_of_the_same_event_fire_once(body, envelope, post_event, heard):
    assert post_event(body).status_code == 200
    assert receive(envelope(body), source=SOURCE) is Outcome.DUPLICATE
    assert len(heard) == 2


def test_a_forged_event_in_a_message_is_kept_and_not_acted_on(stripe, envelope, heard):
    body = stripe.event("customer.created", build("customer"))

    assert receive(envelope({**body, "id": "evt_forged"}), source=SOURCE) is Outcome.REJECTED
    assert (Event.objects.get().valid, heard) == (False, [])


def test_what_could_not_be_verified_is_to_come_again(stripe, body, envelope):
    message = envelope(body)
    with stripe.answering(500), pytest.raises(NotProcessed, match=body["id"]):
        receive(message, source=SOURCE)

    assert Event.objects.get().next_attempt_at is not None
    assert receive(message, source=SOURCE) is Outcome.PROCESSED


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": "aws.partner/stripe.com/ed_of_somebody_else"}, "not from Stripe's event destination"),
        ({"source": "aws.partner/stripe.com.evil/ed_test_61abc"}, "not from Stripe's event destination"),
        ({"source": None}, "not from Stripe's event destination"),
        ({"detail": None, "data": None}, "has no event"),
        ({"detail": "evt_1", "data": "evt_1"}, "has no event"),
        ({"detail-type": "customer.deleted", "type": "customer.deleted"}, "another event type"),
    ],
    ids=str,
)
def test_a_message_that_is_not_stripes_is_refused(change, said, stripe, envelope):
    body = stripe.event("customer.created", build("customer"))

    with pytest.raises(UnreadableDelivery, match=said):
        receive({**envelope(body), **change}, source=SOURCE)
    assert (Event.objects.count(), stripe.requests) == (0, [])


@pytest.mark.parametrize("text", ["", "[]", "{", b"\xff", 7, None])
def test_garbage_is_refused(text):
    with pytest.raises(UnreadableDelivery):
        receive(text, source=SOURCE)


def test_an_event_that_cannot_be_read_is_kept(stripe, envelope):
    body = {**stripe.event("customer.created", build("customer")), "created": "now"}

    with pytest.raises(UnreadableDelivery, match="created"):
        receive(envelope(body), source=f"ed_other, {SOURCE}")
    kept = RejectedDelivery.objects.get()
    assert (kept.stripe_id, kept.cause) == (body["id"], RejectedDelivery.Cause.UNREADABLE)


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_nothing_is_done(body, envelope):
    from django.db import transaction

    with transaction.atomic(), pytest.raises(InsideTransaction):
        receive(envelope(body), source=SOURCE)
    assert Event.objects.count() == 0


def test_a_message_of_a_cloud_that_is_posted_to_the_webhook_smuggles_nothing_in(body, envelope, post_event, heard):
    for hidden in (envelope(body), {**envelope(body), "object": "event"}, {"detail": body}, {"data": body}):
        assert post_event(hidden).status_code == 400
    assert (Event.objects.count(), heard) == (0, [])
