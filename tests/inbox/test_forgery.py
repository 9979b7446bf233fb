"""What is sent is recorded, but acted on only once Stripe has confirmed it."""

import json
import logging

import pytest

from pinax.stripe.models import Account, Charge, Event, RejectedDelivery
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


def forged(body, field):
    """The genuine body with one thing changed."""
    lie = json.loads(json.dumps(body))
    match field:
        case "type":
            lie["type"] = "charge.refunded"
        case "account":
            lie["account"] = "acct_mallory"
        case "our own account":
            lie["account"] = "acct_fake"
        case "livemode":
            lie["livemode"] = not lie["livemode"]
        case "created":
            lie["created"] += 1
        case "amount":
            lie["data"]["object"]["amount"] = 1_000_000
        case "object id":
            lie["data"]["object"]["id"] = "ch_mallory"
        case "object type":
            lie["data"]["object"]["object"] = "payout"
        case "a new key":
            lie["data"]["object"]["\nforged line"] = True
    return lie


FIELDS = [
    "type",
    "account",
    "our own account",
    "livemode",
    "created",
    "amount",
    "object id",
    "object type",
    "a new key",
]


@pytest.fixture
def genuine(stripe):
    return stripe.event("charge.succeeded", build("charge", id="ch_1", amount=1))


@pytest.mark.parametrize("field", FIELDS)
def test_a_forged_event_is_kept_but_not_acted_on_and_the_genuine_one_wins(field, genuine, post_event, heard):
    lie = forged(genuine, field)

    response = post_event(lie)

    event = Event.objects.get()
    assert (response.status_code, event.valid, event.processed, event.message) == (400, False, False, None)
    assert event.verification_note
    assert "\n" not in event.verification_note
    assert event.webhook_message == lie
    assert (heard, Charge.objects.count(), Account.all_objects.count()) == ([], 0, 0)

    assert post_event(genuine).status_code == 200
    event = Event.objects.get()
    assert (event.valid, event.processed, event.kind, event.stripe_account) == (True, True, "charge.succeeded", "")
    assert event.message == event.webhook_message == genuine
    assert [call.signal for call in heard] == ["charge.succeeded", "*"]
    assert Charge.objects.get().amount == 1
    assert Account.all_objects.count() == 0
    assert json.loads(RejectedDelivery.objects.get(event=event).body) == lie


@pytest.mark.parametrize("field", FIELDS)
def test_after_the_genuine_one_a_forged_one_changes_nothing_and_is_kept(field, genuine, stripe, post_event, heard):
    post_event(genuine)
    known = Event.objects.values().get()
    heard.clear()
    stripe.requests.clear()
    lie = forged(genuine, field)

    response = post_event(lie)

    assert response.status_code == 400
    assert Event.objects.values().get() == known
    assert json.loads(RejectedDelivery.objects.get().body) == lie
    assert (heard, stripe.requests, Charge.objects.get().amount) == ([], [], 1)


def test_the_note_names_what_differs(genuine, post_event):
    post_event(forged(genuine, "amount"))

    assert Event.objects.get().verification_note == "data.object.amount not as in Stripe's copy"


def test_an_event_that_stripe_has_never_heard_of_is_kept_as_invalid(stripe, post_event, heard):
    body = stripe.event("charge.succeeded", build("charge"))

    response = post_event({**body, "id": "evt_made_up"})

    event = Event.objects.get(stripe_id="evt_made_up")
    assert (response.status_code, event.valid) == (400, False)
    assert event.verification_note.startswith("no such event with the test key")
    assert heard == []


def test_a_forged_one_that_comes_while_the_genuine_one_waits_does_not_take_its_place(
    stripe, genuine, post_event, heard
):
    with stripe.answering(status=500):
        assert post_event(genuine).status_code == 503

    assert post_event(forged(genuine, "amount")).status_code == 400

    event = Event.objects.get()
    assert (event.valid, event.webhook_message) == (None, genuine)
    assert RejectedDelivery.objects.count() == 1
    assert post_event(genuine).status_code == 200
    assert len(heard) == 2


def test_the_genuine_one_gets_through_while_a_forged_one_waits(stripe, genuine, post_event, heard):
    with stripe.answering(status=500):
        assert post_event(forged(genuine, "amount")).status_code == 503

    assert post_event(genuine).status_code == 200
    assert (Event.objects.get().message, len(heard)) == (genuine, 2)
    assert json.loads(RejectedDelivery.objects.get().body) == forged(genuine, "amount")


def test_a_queue_never_answers_200_for_a_body_that_the_row_does_not_hold(genuine, post_event, heard, settings):
    settings.PINAX_STRIPE_DISPATCHER = "tests.test_costs.enqueue_nowhere"
    assert post_event(forged(genuine, "amount")).status_code == 200
    assert heard == []

    assert post_event(genuine).status_code == 200

    assert Event.objects.get().processed
    assert len(heard) == 2


def test_a_signed_one_is_not_taken_for_the_forged_one_that_waits(genuine, post_event, sign, heard, settings):
    settings.PINAX_STRIPE_DISPATCHER = "tests.test_costs.enqueue_nowhere"
    post_event(forged(genuine, "amount"))
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]
    body = json.dumps(genuine).encode()

    assert post_event(body, **sign(body, "whsec_one")).status_code == 200

    assert Event.objects.get().message == genuine
    assert len(heard) == 2


def test_a_forged_one_on_its_way_leaves_no_mark_on_the_genuine_one_that_is_done_meanwhile(stripe, genuine, post_event):
    class Overtaking(logging.Handler):
        """Let the genuine one be done while Stripe is asked about the forged one."""

        def emit(self, record):
            logger.removeHandler(self)
            assert post_event(genuine).status_code == 200
            stripe.answering(status=429, body={"error": {"type": "rate_limit_error"}}, times=1)

    logger = logging.getLogger("stripe")
    logger.addHandler(Overtaking(logging.INFO))

    response = post_event(forged(genuine, "amount"))

    event = Event.objects.get()
    assert response.status_code == 503
    assert (event.processed, event.verification_note, event.attempts) == (True, "", 1)
    assert (event.webhook_message, event.exceptions.count()) == (genuine, 0)


def test_while_stripe_is_away_a_forged_one_leaves_no_mark_on_the_genuine_one_that_waits(stripe, genuine, post_event):
    with stripe.answering(status=500):
        post_event(genuine)
        known = Event.objects.values("attempts", "verification_note", "webhook_message").get()

        assert post_event(forged(genuine, "amount")).status_code == 503

    counted = Event.objects.values("attempts", "verification_note", "webhook_message").get()
    assert (counted, Event.objects.get().exceptions.count()) == (known, 1)


def test_one_of_another_version_on_its_way_does_not_replace_what_was_posted(stripe, genuine, post_event):
    class Overtaking(logging.Handler):
        def emit(self, record):
            logger.removeHandler(self)
            assert post_event(genuine).status_code == 200

    logger = logging.getLogger("stripe")
    logger.addHandler(Overtaking(logging.INFO))

    post_event({**forged(genuine, "amount"), "api_version": "2015-10-16"})

    assert Event.objects.get().webhook_message == genuine


def test_evidence_is_bounded(genuine, post_event, settings):
    settings.PINAX_STRIPE_REJECTED_KEPT = 3
    post_event(genuine)

    for amount in range(10, 20):
        post_event(json.loads(json.dumps(genuine).replace('"amount": 1,', f'"amount": {amount},')))

    bodies = RejectedDelivery.objects.order_by("pk").values_list("body", flat=True)
    assert [json.loads(body)["data"]["object"]["amount"] for body in bodies] == [17, 18, 19]


def test_another_api_version_is_compared_by_identity_and_the_note_says_so(stripe, genuine, post_event):
    older = json.loads(json.dumps(genuine))
    older["api_version"] = "2015-10-16"
    older["data"]["object"]["paid_in_full"] = "another rendering"

    assert post_event(older).status_code == 200

    event = Event.objects.get()
    assert event.verification_note.startswith("compared by identity: delivered as 2015-10-16")
    assert (event.message, event.api_version) == (genuine, genuine["api_version"])


def test_another_api_version_is_no_way_to_smuggle_in_another_object(genuine, post_event):
    lie = {**forged(genuine, "object id"), "api_version": "2015-10-16"}

    assert post_event(lie).status_code == 400
    assert Event.objects.get().verification_note == "data.object.id not as in Stripe's copy"


def test_only_stripes_copy_is_used_where_a_rendering_may_differ(genuine, post_event):
    lie = {**forged(genuine, "amount"), "api_version": "2015-10-16"}

    assert post_event(lie).status_code == 200
    assert Charge.objects.get().amount == 1


@pytest.mark.parametrize("one", [1, 1.0])
def test_a_number_is_no_truth(stripe, post_event, one):
    body = stripe.event("charge.succeeded", build("charge", paid=True))
    body["data"]["object"]["paid"] = one

    assert post_event(body).status_code == 400
