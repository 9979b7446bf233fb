"""Somebody else writes between our look and our write."""

import pytest
from django.utils import timezone

from pinax.stripe.inbox.message import Outcome
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.models import Charge, Customer, Event
from pinax.stripe.sync.write import write
from pinax.stripe.testing import build
from pinax.stripe.webhooks import registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def overtake():
    """Let a handler find its row written by somebody else, the first so many times that it writes."""
    tries = []

    def overtake(kind, times, meanwhile):
        class Overtaken(registry[kind]):
            def sync(self, change):
                tries.append(change)
                if len(tries) <= times:
                    meanwhile(change)
                return super().sync(change)

        return registry.override(Overtaken)

    overtake.tries = tries
    return overtake


def somebody_writes(change):
    Customer.all_objects.update(synced_at=timezone.now())


def test_the_order_is_settled_anew_and_the_event_done(stripe, post_event, overtake, heard):
    customer = build("customer", id="cus_1")
    post_event(stripe.event("customer.created", customer))
    stripe.advance(10)
    heard.clear()

    with overtake("customer.updated", 1, somebody_writes):
        response = post_event(stripe.event("customer.updated", {**customer, "name": "Ada"}))

    assert (response.status_code, len(overtake.tries), len(heard)) == (200, 2, 2)
    assert Customer.objects.get().name == "Ada"


def test_a_row_that_somebody_else_makes_first_is_written_over(stripe, post_event, overtake):
    def somebody_makes_it(change):
        Charge.objects.create(**change.snapshot.key)

    with overtake("charge.succeeded", 1, somebody_makes_it):
        assert post_event(stripe.event("charge.succeeded", build("charge", amount=5))).status_code == 200
    assert Charge.objects.get().amount == 5


def test_one_that_is_overtaken_for_ever_is_left_to_the_next_delivery(stripe, post_event, overtake):
    customer = build("customer", id="cus_1")
    post_event(stripe.event("customer.created", customer))
    stripe.advance(10)
    body = stripe.event("customer.updated", {**customer, "name": "Ada"})

    with overtake("customer.updated", 99, somebody_writes):
        assert post_event(body).status_code == 503
    kept = Event.objects.get(stripe_id=body["id"]).exceptions.get()
    assert (kept.stage, kept.message) == (
        "sync",
        "ConcurrentUpdate: The row was updated concurrently.",
    )

    assert post_event(body).status_code == 200
    assert Customer.objects.get().name == "Ada"


def test_an_event_that_somebody_else_has_done_meanwhile_is_not_done_twice(stripe, post_event, heard):
    class Late(registry["customer.created"]):
        def snapshot(self):
            Event.objects.update(processed=True, valid=True)
            return super().snapshot()

    with registry.override(Late):
        response = post_event(stripe.event("customer.created", build("customer")))

    assert (response.status_code, heard, Customer.objects.count()) == (200, [], 0)


def test_a_refused_body_that_is_replaced_meanwhile_is_not_put_back(stripe, post_event):
    genuine = stripe.event("charge.succeeded", build("charge", amount=1))
    forged = {**genuine, "type": "charge.refunded"}
    post_event(forged)

    assert post_event(genuine).status_code == 200
    assert post_event(forged).status_code == 400
    assert Event.objects.get().valid is True


def test_writing_nothing_leaves_the_row_as_it_is():
    from pinax.stripe.sync.freshness import Change

    assert write(Change(None, None)) is None


def test_a_process_that_has_no_key_yet_leaves_alone_what_another_one_has_confirmed(stripe, post_event, settings):
    body = stripe.event("customer.created", build("customer"))
    with stripe.answering(status=500):
        assert post_event(body).status_code == 503
    as_it_was = Event.objects.get()
    Event.objects.update(valid=True, validated_message=body)
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None

    assert process_event(as_it_was) is Outcome.PROCESSED

    assert not Event.objects.get().skipped
