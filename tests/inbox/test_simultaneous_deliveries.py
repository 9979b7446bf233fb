"""Many deliveries at once: one row, one signal, no error."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest
from django.db import connection, connections

from pinax.stripe.models import Card, Charge, Customer, Event, EventProcessingException, Refund
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
    # Counting never waits for the lock of the one that processes the event, so a few may not be counted.
    assert 1 < Event.objects.get().deliveries <= AT_ONCE
    assert EventProcessingException.objects.count() == 0


def test_events_of_one_object_at_once_leave_its_current_state(stripe, post_at_once):
    charge = build("charge", amount=0)
    bodies = [stripe.event("charge.updated", {**charge, "amount": amount}) for amount in range(1, 9)]

    assert post_at_once(bodies) == [200] * 8
    assert Charge.objects.get().amount == 8
    assert Event.objects.filter(processed=True).count() == 8


def test_events_that_point_at_the_same_unknown_customer_make_one_stub(stripe, post_at_once):
    bodies = [stripe.event("charge.succeeded", build("charge", customer="cus_1")) for _ in range(8)]

    assert post_at_once(bodies) == [200] * 8
    assert Customer.objects.get().is_stub
    assert Charge.objects.filter(customer__stripe_id="cus_1").count() == 8


def test_events_of_objects_that_point_at_each_other_are_all_done(stripe, post_at_once):
    bodies = []
    for number in range(4):
        charge, intent, customer = f"ch_{number}", f"pi_{number}", f"cus_{number}"
        method = f"pm_{number}"
        settings = {"default_payment_method": method}
        bodies += [
            stripe.event("charge.succeeded", build("charge", id=charge, payment_intent=intent, customer=customer)),
            stripe.event("payment_intent.succeeded", build("payment_intent", id=intent, latest_charge=charge)),
            stripe.event("customer.updated", build("customer", id=customer, invoice_settings=settings)),
            stripe.event("payment_method.attached", build("payment_method", id=method, customer=customer)),
        ]

    assert post_at_once(bodies) == [200] * 16
    assert not Charge.objects.stubs().exists()
    assert not Customer.objects.stubs().exists()


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer")
def test_an_older_copy_inside_a_charge_does_not_overwrite_a_refund_that_is_newer(stripe, post_event):
    charge, refund = build("charge", id="ch_1", customer=None), build("refund", id="re_1", charge="ch_1")
    post_event(stripe.event("charge.succeeded", charge))
    stripe.advance(10)
    inside = {"object": "list", "data": [{**refund, "status": "pending"}], "has_more": False}
    older = stripe.event("charge.refunded", {**charge, "refunds": inside})
    stripe.advance(10)
    newer = stripe.event("refund.updated", {**refund, "status": "succeeded"})
    started = []

    def meanwhile():
        try:
            assert post_event(newer).status_code == 200
        finally:
            connections.close_all()

    def look(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if "FOR UPDATE" in sql and not started:
            started.append(threading.Thread(target=meanwhile))
            started[0].start()
            started[0].join(1)
        return result

    with connection.execute_wrapper(look):
        assert post_event(older).status_code == 200
    started[0].join()

    assert Refund.objects.get().status == "succeeded"


def test_a_slow_answer_does_not_bring_a_deleted_card_back(stripe, post_event):
    card = build("card", id="card_1", customer="cus_1")
    inside = {"object": "list", "data": [card], "has_more": False}
    customer = {**build("customer", id="cus_1"), "sources": inside}
    early = stripe.event("customer.updated", customer)
    stripe.advance(10)
    post_event(stripe.event("customer.updated", customer))
    stripe.advance(10)
    later = formatdate(stripe.now + 3, usegmt=True)
    stripe.answering(path="/v1/customers/cus_1", delay=1.2, times=1, headers={"Date": later})

    def deliver_early():
        try:
            post_event(early)
        finally:
            connections.close_all()

    slow = threading.Thread(target=deliver_early)
    slow.start()
    while not stripe.asked("/v1/customers/cus_1"):
        time.sleep(0.01)
    stripe.advance(2)
    assert post_event(stripe.event("customer.source.deleted", card)).status_code == 200
    slow.join()

    assert (Card.objects.count(), Card.all_objects.count()) == (0, 1)


def test_a_forged_and_a_genuine_one_at_once_leave_the_genuine_one(stripe, post_at_once, connect):
    calls = []
    connect(any_event, lambda event, **kwargs: calls.append(event.stripe_id))
    genuine = stripe.event("charge.succeeded", build("charge", amount=1))
    forged = {**genuine, "type": "charge.refunded"}

    statuses = post_at_once([forged, genuine] * 5)

    assert statuses == [400, 200] * 5
    assert Event.objects.get().message == genuine
    assert calls == [genuine["id"]]
