"""What a project decides about its events: which it wants, when Stripe is answered, what comes too early."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from pinax.stripe.exceptions import NotYet
from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.models import Customer, Event
from pinax.stripe.operations.health import status
from pinax.stripe.operations.retry import process_due
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)


class OurProducts(DefaultHookSet):
    def wants(self, message):
        return message["data"]["object"].get("metadata", {}).get("shop") != "another"


class Broken(DefaultHookSet):
    def wants(self, message):
        raise RuntimeError("a mistake in wants()")


def let_pass(**delta):
    Event.objects.filter(next_attempt_at__isnull=False).update(
        next_attempt_at=F("next_attempt_at") - timedelta(**delta)
    )


def test_an_event_that_the_project_does_not_want_is_recorded_and_answered_200(stripe, post_event, heard, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.OurProducts"
    theirs = stripe.event("customer.created", build("customer", metadata={"shop": "another"}))
    ours = stripe.event("customer.created", build("customer"))

    assert [post_event(body).status_code for body in (theirs, ours)] == [200, 200]

    skipped = Event.objects.get(stripe_id=theirs["id"])
    assert (skipped.skipped, skipped.skip_cause, skipped.valid, skipped.next_attempt_at) == (
        True,
        "not wanted",
        None,
        None,
    )
    assert "OurProducts.wants()" in skipped.verification_note
    assert (Customer.objects.count(), len(heard), status().switched_off) == (1, 2, 1)
    assert f"/v1/events/{theirs['id']}" not in [request.path for request in stripe.requests]


def test_a_hook_that_fails_is_answered_503_and_loses_nothing(stripe, post_event, settings, heard):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Broken"
    body = stripe.event("customer.created", build("customer"))

    assert post_event(body).status_code == 503

    settings.PINAX_STRIPE_HOOKSET = "pinax.stripe.hooks.DefaultHookSet"
    let_pass(seconds=200)
    assert process_due() == {Outcome.PROCESSED: 1}
    assert len(heard) == 2


@pytest.mark.parametrize(("acknowledge", "answer"), [("processed", 503), ("recorded", 200)])
def test_acknowledge_says_whether_a_failing_receiver_keeps_stripe_waiting(
    acknowledge, answer, stripe, post_event, connect, settings
):
    settings.PINAX_STRIPE_ACKNOWLEDGE = acknowledge
    fails = connect(any_event, lambda **kwargs: 1 / 0)

    assert post_event(stripe.event("customer.created", build("customer"))).status_code == answer

    event = Event.objects.get()
    assert (event.processed, event.failures, Customer.objects.count()) == (False, 1, 1)
    any_event.disconnect(fails)
    let_pass(seconds=200)
    assert process_due() == {Outcome.PROCESSED: 1}


def test_with_acknowledge_recorded_what_is_not_confirmed_or_synced_is_still_503(stripe, post_event, settings):
    settings.PINAX_STRIPE_ACKNOWLEDGE = "recorded"

    with stripe.answering(status=500):
        assert post_event(stripe.event("ping")).status_code == 503
    assert post_event({**stripe.event("ping"), "id": "evt_forged"}).status_code == 400


def test_not_yet_is_tried_again_soon_counts_no_failure_and_keeps_no_error(stripe, post_event, connect, caplog):
    caplog.set_level("INFO", "pinax.stripe")
    linked, other = [], []

    def needs_the_user(event, instance, **kwargs):
        Customer.objects.update(name="half-way")
        if not linked:
            raise NotYet("no user is linked")

    connect(WEBHOOK_SIGNALS["customer.created"], needs_the_user)
    connect(any_event, lambda **kwargs: other.append(1))

    body = stripe.event("customer.created", build("customer", id="cus_1"))
    for _ in range(30):
        assert post_event(body).status_code == 503
    event = Event.objects.get()
    assert (event.failures, event.given_up_at, event.exceptions.count()) == (0, None, 0)
    assert Customer.objects.get().name != "half-way"
    soon = event.next_attempt_at - timezone.now()
    assert timedelta(seconds=40) < soon < timedelta(seconds=70)
    records = [record for record in caplog.records if record.name == "pinax.stripe"]
    assert {record.levelname for record in records} == {"INFO"}
    assert "needs_the_user waits: NotYet: no user is linked" in records[-1].event_reason

    linked.append(1)
    other.clear()
    let_pass(seconds=70)
    assert process_due() == {Outcome.PROCESSED: 1}
    assert other == []


def test_not_yet_beside_a_failure_is_a_failure(stripe, post_event, connect):
    def not_yet(**kwargs):
        raise NotYet

    connect(any_event, not_yet)
    connect(any_event, lambda **kwargs: 1 / 0)

    post_event(stripe.event("ping"))

    event = Event.objects.get()
    assert (event.failures, [error.message for error in event.exceptions.all()]) == (
        1,
        ["ZeroDivisionError: division by zero"],
    )
