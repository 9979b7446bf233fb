"""Many deliveries at once: one row, one signal, no error."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from pinax.stripe.models import Charge, Customer, Event, EventProcessingException
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 20


@pytest.fixture
def post_at_once(post_event):
    def post(bodies):
        together = threading.Barrier(len(bodies))

        def deliver(body):
            try:
                together.wait()
                return post_event(body).status_code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(bodies)) as threads:
            return list(threads.map(deliver, bodies))

    return post


def test_twenty_deliveries_of_one_event_are_one_row_and_one_signal(stripe, post_at_once, connect):
    calls = []
    connect(any_event, lambda event, **kwargs: calls.append(event.stripe_id))
    body = stripe.event("customer.created", build("customer"))

    statuses = post_at_once([body] * AT_ONCE)

    assert statuses == [200] * AT_ONCE
    assert (Event.objects.count(), Customer.objects.count(), calls) == (1, 1, [body["id"]])
    assert Event.objects.get().deliveries == AT_ONCE
    assert EventProcessingException.objects.count() == 0


def test_events_of_one_object_at_once_leave_its_current_state(stripe, post_at_once):
    charge = build("charge", amount=0)
    bodies = [stripe.event("charge.updated", {**charge, "amount": amount}) for amount in range(1, 9)]

    statuses = post_at_once(bodies)
    for body, status in zip(bodies, statuses, strict=True):
        if status == 503:
            assert post_at_once([body]) == [200]

    assert Charge.objects.get().amount == 8
    assert Event.objects.filter(processed=True).count() == 8


def test_events_that_point_at_the_same_unknown_customer_make_one_stub(stripe, post_at_once):
    bodies = [stripe.event("charge.succeeded", build("charge", customer="cus_1")) for _ in range(8)]

    assert post_at_once(bodies) == [200] * 8
    assert Customer.objects.get().is_stub
    assert Charge.objects.filter(customer__stripe_id="cus_1").count() == 8


def test_a_forged_and_a_genuine_one_at_once_leave_the_genuine_one(stripe, post_at_once, connect):
    calls = []
    connect(any_event, lambda event, **kwargs: calls.append(event.stripe_id))
    genuine = stripe.event("charge.succeeded", build("charge", amount=1))
    forged = {**genuine, "type": "charge.refunded"}

    statuses = post_at_once([forged, genuine] * 5)

    assert statuses == [400, 200] * 5
    assert Event.objects.get().message == genuine
    assert calls == [genuine["id"]]
