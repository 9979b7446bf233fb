"""Which secret vouches for a delivery, and what none of them may."""

import json
import time

import pytest

from pinax.stripe.dispatch import inline
from pinax.stripe.models import Event, RejectedDelivery
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

OLD, NEW, OTHERS = "whsec_old", "whsec_new", "whsec_of_another_endpoint"
Cause = RejectedDelivery.Cause


@pytest.fixture
def post_signed(post_event, sign):
    def post(body, secret=OLD, **how):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return post_event(raw, **sign(raw, secret, **how)).status_code

    return post


@pytest.mark.parametrize(
    ("secrets", "label"),
    [
        ([OLD], "secret 1"),
        ([NEW, OLD], "secret 2"),
        (OLD, "secret 1"),
        ({"platform": NEW, "connect": OLD}, "connect"),
        ({"": NEW, None: OLD}, "secret 2"),
        ({"a" * 1000: OLD}, "a" * 100),
        ([OLD, OLD], "secret 1"),
    ],
)
def test_the_event_knows_which_secret_signed_it_by_its_label(secrets, label, stripe, post_signed, settings, caplog):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = secrets
    caplog.set_level("INFO", "pinax.stripe")

    assert post_signed(stripe.event("ping")) == 200

    event = Event.objects.get()
    assert (event.signed, event.signed_by) == (True, label)
    assert f"signed by {label}" in caplog.text


def test_a_secret_in_the_place_of_its_label_is_not_shown(stripe, post_signed, settings, caplog):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = {"whsec_canary": OLD, "whsec_canary2": "whsec_..."}
    caplog.set_level("INFO", "pinax.stripe")

    assert post_signed(stripe.event("ping")) == 200
    assert post_signed(stripe.event("ping"), NEW) == 400

    kept = f"{Event.objects.values()}{RejectedDelivery.objects.values()}"
    assert "canary" not in kept + caplog.text


def test_without_secrets_nothing_is_signed_whatever_the_header_says(stripe, post_signed):
    assert post_signed(stripe.event("ping")) == 200

    event = Event.objects.get()
    assert (event.signed, event.signed_by) == (False, "")


def test_rotating_a_secret_with_deliveries_under_way_loses_none(stripe, post_event, post_signed, sign, heard, settings):
    settings.PINAX_STRIPE_VALIDATION = "signature"
    settings.PINAX_STRIPE_DISPATCHER = "tests.test_costs.enqueue_nowhere"
    happened = [stripe.event("customer.created", build("customer")) for _ in range(6)]

    def by_both(body):
        raw = json.dumps(body).encode()
        old, new = (sign(raw, secret)["Stripe-Signature"] for secret in (OLD, NEW))
        return post_event(raw, stripe_signature=f"{old},{new.partition(',')[2]}").status_code

    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [OLD]
    answers = [post_signed(happened[0]), by_both(happened[1]), post_signed(happened[5], NEW)]
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [NEW, OLD]
    answers += [post_signed(happened[2]), by_both(happened[3]), post_signed(happened[5], NEW)]
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [NEW]
    answers += [by_both(happened[4])]
    for event in Event.objects.all():
        inline(event.pk)

    assert answers == [200, 200, 400, 200, 200, 200, 200]
    assert {call.event.stripe_id for call in heard} == {body["id"] for body in happened}
    assert (Event.objects.filter(processed=True, valid=True).count(), len(heard)) == (6, 12)
    labels = Event.objects.order_by("pk").values_list("signed_by", flat=True)
    assert list(labels) == ["secret 1", "secret 1", "secret 2", "secret 1", "secret 1", "secret 1"]


def test_the_label_stays_with_an_event_that_is_tried_again_later(stripe, post_signed, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = {"shop": OLD}
    with stripe.answering(status=500):
        assert post_signed(stripe.event("ping")) == 503

    inline(Event.objects.get().pk)

    event = Event.objects.get()
    assert (event.processed, event.signed, event.signed_by) == (True, True, "shop")


@pytest.mark.parametrize(
    "secret",
    [
        "",
        " ",
        "\t\n",
        "\N{NO-BREAK SPACE}",
        "\N{IDEOGRAPHIC SPACE}",
        "\N{ZERO WIDTH SPACE}",
        "\N{ZERO WIDTH NO-BREAK SPACE}",
        "whsec_old\n",
        " whsec_old",
        "whsec old",
        "whsec_\N{NO-BREAK SPACE}old",
        "whsec_\N{HORIZONTAL ELLIPSIS}",
        "pk_live_abc",
        "sk_live_abc",
        "rk_test_abc",
        "SK_LIVE_ABC",
        "whsec_",
        "whsec_...",
        "whsec_xxxxxxxxxxxx",
        "whsec_***",
        "whsec_<secret>",
        "<your secret>",
        "$STRIPE_WEBHOOK_SECRET",
        "{{ secret }}",
        "your_webhook_secret",
        "whsec_your_secret_here",
        "whsec_abc...",
        "changeme",
        "None",
    ],
)
@pytest.mark.parametrize("validation", ["retrieve", "signature"])
def test_a_secret_that_is_none_vouches_for_nothing_even_for_who_knows_it(
    secret, validation, stripe, post_signed, settings
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [secret]
    settings.PINAX_STRIPE_VALIDATION = validation

    assert post_signed(stripe.event("ping"), secret) == 400

    assert (Event.objects.count(), stripe.requests) == (0, [])
    kept = RejectedDelivery.objects.get()
    assert kept.cause == Cause.NO_SECRET
    assert kept.reason.startswith("no webhook secret can verify it: secret 1 ")


@pytest.mark.parametrize("secret", [0, 1, b"whsec_old", ["whsec_old"], None])
def test_a_secret_that_is_no_text_vouches_for_nothing(secret, stripe, post_signed, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = {"odd": secret}

    assert post_signed(stripe.event("ping"), str(secret)) == 400
    assert RejectedDelivery.objects.get().cause == Cause.NO_SECRET


def test_beside_an_unusable_secret_a_usable_one_still_vouches(stripe, post_signed, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["", None, OLD]

    assert post_signed(stripe.event("ping"), "") == 400
    assert post_signed(stripe.event("ping")) == 200
    assert Event.objects.get().signed_by == "secret 3"


def test_with_both_ways_a_signature_is_not_enough(stripe, post_signed, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [OLD]

    assert post_signed({**stripe.event("ping"), "id": "evt_invented"}) == 503
    assert post_signed(stripe.event("ping"), OTHERS) == 400
    assert (Event.objects.get().signed_by, Event.objects.get().valid) == ("secret 1", None)


@pytest.fixture
def at_one_moment(monkeypatch):
    """The clock stands still."""
    now = int(time.time())
    monkeypatch.setattr(time, "time", lambda: now + 0.9)
    return now


@pytest.mark.parametrize(("off", "answer"), [(-301, 400), (-300, 200), (0, 200), (300, 200), (301, 400)])
def test_the_tolerance_is_kept_to_the_second_both_ways(off, answer, at_one_moment, stripe, post_signed, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [OLD]

    assert post_signed(stripe.event("ping"), at=at_one_moment + off) == answer

    if answer == 400:
        when = "301 seconds ago" if off < 0 else "301 seconds ahead of our clock"
        assert RejectedDelivery.objects.get().reason.startswith(f"signed with secret 1 {when}, and 300 are allowed")
        assert RejectedDelivery.objects.get().cause == Cause.STALE


@pytest.fixture
def by_signature(settings):
    """From now on, a signature is needed, and enough."""

    def by_signature():
        settings.PINAX_STRIPE_VALIDATION = "signature"
        settings.PINAX_STRIPE_WEBHOOK_SECRETS = [OLD]

    return by_signature


def test_what_waits_when_a_signature_begins_to_decide_is_still_asked_about(
    stripe, post_event, by_signature, heard, settings
):
    settings.PINAX_STRIPE_DISPATCHER = "tests.test_costs.enqueue_nowhere"
    genuine = stripe.event("ping")
    assert [post_event(body).status_code for body in (genuine, {**genuine, "id": "evt_invented"})] == [200, 200]

    by_signature()
    for event in Event.objects.all():
        inline(event.pk)

    found = dict(Event.objects.values_list("stripe_id", "valid"))
    assert found == {genuine["id"]: True, "evt_invented": False}
    assert {call.event.stripe_id for call in heard} == {genuine["id"]}


def test_a_signed_delivery_vouches_for_the_event_that_an_unsigned_one_has_left_waiting(
    stripe, post_event, post_signed, by_signature, settings
):
    settings.PINAX_STRIPE_DISPATCHER = "tests.test_costs.enqueue_nowhere"
    body = stripe.event("customer.updated", build("customer"), previous_attributes={"name": "Ada"})
    lie = {**body, "data": {**body["data"], "previous_attributes": {"name": "Mallory"}}}
    assert post_event(lie).status_code == 200

    by_signature()
    assert post_signed(body) == 200
    inline(Event.objects.get().pk)

    event = Event.objects.get()
    assert (event.processed, event.signed_by, event.deliveries) == (True, "secret 1", 2)
    assert event.message == event.webhook_message == body
    assert stripe.requests == []
