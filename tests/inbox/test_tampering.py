"""Every field of a genuine event, changed one at a time; and events that are genuine, but somebody else's."""

import copy
import hmac
import json
import re

import pytest

from pinax.stripe.models import Charge, Event, StripeObject
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

SECRET = "whsec_one"
#: What Stripe's copy need not repeat: it changes from delivery to delivery, or is not what the event is about. Such a
#: delivery is taken for the genuine one, and nothing of it is used.
NOT_COMPARED = ("api_version", "pending_webhooks", "request", "data.previous_attributes")


def facts():
    carried = build("charge", id="ch_1", amount=1, metadata={"order": "7"}, customer="cus_1")
    return {"obj": carried, "id": "evt_1", "account": "acct_1", "previous_attributes": {"amount": 2}}


def leaves(tree, path=()):
    """The way to everything in an event that is no object or list with something in it."""
    members = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    if not members:
        yield path
    for key, inner in members:
        yield from leaves(inner, (*path, key))


def example():
    from pinax.stripe.testing import FakeStripe

    known = facts()
    return FakeStripe().event("charge.captured", known.pop("obj"), **known)


LEAVES = [".".join(map(str, path)) for path in leaves(example())]


OTHERS = {"event": "payout", "charge": "payout", "charge.captured": "charge.refunded"}


def another(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return OTHERS.get(value, f"{value}1") if isinstance(value, str) else "x"


def tampered(event, leaf):
    lie = copy.deepcopy(event)
    *parents, last = leaf.split(".")
    here = lie
    for step in parents:
        here = here[int(step) if isinstance(here, list) else step]
    last = int(last) if isinstance(here, list) else last
    here[last] = another(here[last])
    return lie


@pytest.fixture
def genuine(stripe):
    stripe.connect("acct_1")
    known = facts()
    return stripe.event("charge.captured", known.pop("obj"), **known)


def test_the_fields_are_all_there():
    assert {"id", "type", "account", "livemode", "created", "data.object.amount"} <= set(LEAVES)
    assert len(LEAVES) > 50


@pytest.mark.parametrize("leaf", [leaf for leaf in LEAVES if not leaf.startswith(NOT_COMPARED)])
def test_a_field_that_is_changed_is_answered_400_and_nothing_is_acted_on(leaf, genuine, post_event, heard):
    assert post_event(tampered(genuine, leaf)).status_code == 400

    assert (heard, Charge.objects.count(), Event.objects.filter(valid=True).count()) == ([], 0, 0)
    assert post_event(genuine).status_code == 200  # and the genuine one comes through all the same
    assert Event.objects.get(stripe_id="evt_1").message == genuine


@pytest.mark.parametrize("leaf", [leaf for leaf in LEAVES if leaf.startswith(NOT_COMPARED)])
def test_of_a_field_that_is_not_compared_only_stripes_copy_is_used(leaf, genuine, post_event, heard):
    assert post_event(tampered(genuine, leaf)).status_code == 200

    event = Event.objects.get()
    assert event.message == genuine
    assert event.api_version == genuine["api_version"]
    assert [call.event.message for call in heard] == [genuine, genuine]
    assert Charge.objects.get().amount == 1


@pytest.mark.parametrize("validation", ["retrieve", "signature"])
def test_where_it_is_signed_no_field_can_be_changed(validation, genuine, stripe, post_event, sign, heard, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.PINAX_STRIPE_VALIDATION = validation
    signature = sign(json.dumps(genuine).encode(), SECRET)

    for leaf in LEAVES:
        assert post_event(tampered(genuine, leaf), **signature).status_code == 400

    assert (Event.objects.count(), stripe.requests, heard) == (0, [], [])
    assert post_event(genuine, **signature).status_code == 200


@pytest.mark.parametrize("at", range(0, 1_000, 37))
def test_where_it_is_signed_no_byte_can_be_changed(at, genuine, stripe, post_event, sign, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    body = json.dumps(genuine).encode()

    for other in (body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :], body[:at] + body[at + 1 :], body[:at]):
        assert post_event(other, **sign(body, SECRET)).status_code == 400

    assert (Event.objects.count(), stripe.requests) == (0, [])


@pytest.mark.parametrize("livemode", [True, False])
def test_an_event_of_one_mode_is_none_of_the_other(livemode, stripe, post_event, heard):
    """Anybody can cause an event of test mode in an account of their own; it is never asked for with the live key."""
    body = stripe.event("charge.succeeded", build("charge"), livemode=livemode)

    assert post_event({**body, "livemode": not livemode}).status_code == 400

    assert [request.livemode for request in stripe.requests] == [not livemode]
    assert heard == []


@pytest.mark.parametrize(
    ("of", "claimed"), [("acct_1", "acct_2"), ("acct_1", ""), ("", "acct_1"), ("", "acct_stranger")]
)
def test_an_event_of_one_account_is_none_of_another(of, claimed, stripe, post_event, heard):
    stripe.connect("acct_1")
    stripe.connect("acct_2")
    body = stripe.event("charge.succeeded", build("charge"), account=of)

    assert post_event({**body, "account": claimed}).status_code == 400

    assert heard == []
    assert not Charge.objects.exists()


def test_a_true_event_of_an_account_that_is_not_ours_is_not_acted_on(stripe, post_event, heard):
    body = stripe.event("charge.succeeded", build("charge"), account="acct_stranger")

    assert post_event(body).status_code == 400

    assert "the key has no access to account acct_stranger" in Event.objects.get().verification_note
    assert heard == []


@pytest.mark.parametrize(
    "odd", ["x/../../v1/balance", "..", "%2e%2e", "x?limit=1", "x#", "x\r\nHost: evil", "//evil", "é"]
)
@pytest.mark.parametrize("kind", ["charge", "coupon", "customer"])
def test_whoever_has_the_secret_still_leads_no_request_elsewhere(kind, odd, stripe, post_event, sign, settings):
    """Ids of objects are chosen by people; where the object is fetched, the id is one segment of the path."""
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.PINAX_STRIPE_VALIDATION = "signature"
    settings.PINAX_STRIPE_SYNC = "latest"
    carried = {**build(kind), "id": odd, "livemode": False}
    body = json.dumps(stripe.event(f"{kind}.updated", carried, store=False)).encode()

    assert post_event(body, **sign(body, SECRET)).status_code == 200

    for request in stripe.requests:
        assert (request.method, request.account) == ("GET", "")
        assert re.fullmatch(rf"/v1/{kind}s/[\w.%-]+", request.path, re.ASCII)
        assert not request.path.endswith("/..")


def test_each_candidate_is_compared_whole_however_much_of_it_is_right(genuine, post_event, sign, settings, monkeypatch):
    """No time is measured: each comparison goes through the one function that takes the same time for all."""
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET, "whsec_two", "whsec_three"]
    body = json.dumps(genuine).encode()
    right = sign(body, SECRET)["Stripe-Signature"]
    time, _, digest = right.partition(",v1=")
    compared = []
    constant = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda *two: compared.append(two) or constant(*two))

    counts = set()
    for known in range(0, 64, 7):
        compared.clear()
        guess = digest[:known] + "".join("0" if char == "f" else "f" for char in digest[known:])
        assert post_event(body, **{"Stripe-Signature": f"{time},v1={guess},v1={guess}"}).status_code == 400
        assert {len(value) for two in compared for value in two} == {64}
        counts.add(len(compared))

    (count,) = counts
    assert count >= 3 * 2  # every secret, every candidate
    assert post_event(body, **{"Stripe-Signature": right}).status_code == 200


def test_there_is_a_row_of_a_model_for_what_was_confirmed_and_nothing_else(genuine, post_event):
    post_event(tampered(genuine, "data.object.amount"))

    assert [model for model in StripeObject.__subclasses__() if model._base_manager.exists()] == []
