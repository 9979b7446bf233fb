"""A customer is forgotten: nothing personal is left or comes back, and the books still add up."""

import base64
import io
import json

import pytest
from django.core.management import CommandError, call_command

from pinax.stripe.models import (
    BalanceTransaction,
    Card,
    Charge,
    Customer,
    Event,
    OtherObject,
    PaymentMethod,
    Refund,
    RejectedDelivery,
    StripeObject,
)
from pinax.stripe.scope import Scope
from pinax.stripe.signals import any_event
from pinax.stripe.sync.bulk_write import write
from pinax.stripe.sync.snapshots import snapshot_of
from pinax.stripe.testing import build
from pinax.stripe.times import from_timestamp
from tests.admin.rows import MODELS

pytestmark = pytest.mark.django_db

CANARY = "Ada Canary"


@pytest.fixture
def redact():
    def redact(*args):
        out = io.StringIO()
        call_command("stripe_prune", "--redact", *args, stdout=out)
        return out.getvalue()

    return redact


@pytest.fixture
def arrive(stripe, post_event):
    def arrive(kind, carried, **facts):
        stripe.advance(10)
        body = stripe.event(kind, carried, **facts)
        assert post_event(body).status_code == 200
        return body

    return arrive


def customer(**over):
    cards = {"object": "list", "data": [build("card", id="card_1", customer="cus_1", name=CANARY)], "has_more": False}
    return build(
        "customer", **{"id": "cus_1", "name": CANARY, "email": CANARY, "phone": CANARY, "sources": cards, **over}
    )


@pytest.fixture
def known(arrive, post_event):
    """A customer with a charge, a refund, a payment method and more; and another one beside."""
    arrive("customer.created", customer())
    arrive(
        "payment_method.attached",
        build("payment_method", id="pm_1", customer="cus_1", billing_details={"name": CANARY}),
    )
    charge = build(
        "charge", id="ch_1", customer="cus_1", amount=500, currency="eur", description=CANARY, receipt_email=CANARY
    )
    body = arrive("charge.succeeded", charge)
    arrive("charge.refund.updated", build("refund", id="re_1", charge="ch_1", description=CANARY, amount=100))
    arrive("cash_balance.funds_available", {"object": "cash_balance", "customer": "cus_1", "settings": CANARY})
    lie = {**body, "data": {"object": {**charge, "amount": 1, "description": CANARY}}}
    assert post_event(lie).status_code == 400
    assert post_event({**lie, "id": "evt_made_up"}).status_code == 400
    moved = build("balance_transaction", id="txn_1", source="ch_1", description=CANARY, amount=500)
    write([snapshot_of(moved, Scope(livemode=False), as_of=from_timestamp(1))])
    arrive("customer.created", build("customer", id="cus_10", name="Grace"))
    arrive("charge.succeeded", build("charge", id="ch_10", customer="cus_10", description="Grace's"))


def everything():
    return {model.__name__: str(list(model._base_manager.order_by("pk").values())) for model in MODELS}


def test_nothing_personal_is_left_anywhere(known, redact):
    assert "Canary" in everything()["Event"]

    told = redact("cus_1", "--yes")

    assert [name for name, rows in everything().items() if "Canary" in rows] == []
    assert "1 Charge: data, receipt_email, email, description, last4, fingerprint, failure_message" in told
    assert "Kept for accounting" in told


def test_ids_amounts_and_what_others_did_stay(known, redact):
    redact("cus_1", "--yes")

    charge, refund = Charge.objects.get(stripe_id="ch_1"), Refund.objects.get()
    assert (charge.amount, charge.currency, charge.customer.stripe_id) == (500, "eur", "cus_1")
    assert (charge.data["amount"], charge.data["id"], charge.data["customer"]) == (500, "ch_1", "cus_1")
    assert (refund.amount, refund.charge, BalanceTransaction.objects.get(stripe_id="txn_1").amount) == (
        100,
        charge,
        500,
    )
    assert Customer.objects.get(stripe_id="cus_10").name == "Grace"
    assert Charge.objects.get(stripe_id="ch_10").description == "Grace's"
    events = Event.objects.order_by("pk")
    assert [(event.object_id, bool(event.pruned_at)) for event in events] == [
        ("cus_1", True),
        ("pm_1", True),
        ("ch_1", True),
        ("re_1", True),
        ("cash_balance:cus_1", True),
        ("cus_10", False),
        ("ch_10", False),
    ]
    assert set(RejectedDelivery.objects.values_list("body", flat=True)) == {""}
    assert [card.redacted_at is not None for card in Card.objects.all()] == [True]


def test_what_comes_later_brings_nothing_back(known, redact, arrive):
    redact("cus_1", "--yes")

    arrive("customer.updated", customer(balance=-100))
    assert (Customer.objects.get(stripe_id="cus_1").name, Card.objects.get(stripe_id="card_1").name) == ("", "")
    arrive(
        "charge.updated", build("charge", id="ch_1", customer="cus_1", description=CANARY, amount=500, status="failed")
    )
    arrive("charge.succeeded", build("charge", id="ch_2", customer="cus_1", receipt_email=CANARY, amount=7))
    arrive("charge.refund.updated", build("refund", id="re_2", charge="ch_2", description=CANARY, amount=7))
    moment = from_timestamp(2_100_000_000)
    write([snapshot_of(customer(), Scope(livemode=False), as_of=moment)])
    write(
        [snapshot_of(build("charge", id="ch_3", customer="cus_1", description=CANARY), Scope(livemode=False), moment)]
    )

    assert Customer.objects.get(stripe_id="cus_1").balance is not None
    assert Charge.objects.get(stripe_id="ch_1").status == "failed"
    assert [charge.amount for charge in Charge.objects.filter(stripe_id="ch_2")] == [7]
    assert [name for name, rows in everything().items() if "Canary" in rows] == ["Event"]
    redact("cus_1", "--yes")
    assert "Canary" not in str(everything())


def test_a_dry_run_and_a_no_erase_nothing(known, redact, monkeypatch):
    before = everything()

    assert "1 PaymentMethod: data, email" in redact("cus_1", "--dry-run")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    with pytest.raises(CommandError, match="Nothing was erased"):
        redact("cus_1")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="Nothing was erased"):
        redact("cus_1")

    assert everything() == before


def test_a_yes_erases(known, redact, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))

    assert "Erased here." in redact("cus_1")
    assert PaymentMethod.objects.get(stripe_id="pm_1").name == ""


def test_an_event_that_is_still_to_be_done_is_kept_and_said(stripe, post_event, known, redact, connect):
    connect(any_event, lambda **kwargs: 1 / 0)
    stripe.advance(10)
    body = stripe.event("customer.updated", customer())
    assert post_event(body).status_code == 503

    assert "until they are processed: 1 events" in redact("cus_1", "--yes")
    assert Event.objects.get(stripe_id=body["id"]).message == body


@pytest.mark.parametrize(
    "changed",
    [lambda raw: raw + b"\n", lambda raw: json.dumps(raw.decode()).encode(), base64.b64encode],
    ids=["a line break", "a string", "base64"],
)
def test_a_refused_delivery_is_found_however_it_was_changed_on_its_way(
    changed, known, redact, stripe, post_event, sign, settings
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]
    raw = json.dumps(stripe.event("customer.updated", customer())).encode()
    assert post_event(changed(raw), **sign(raw, "whsec_ours")).status_code == 400

    redact("cus_1", "--yes")

    assert RejectedDelivery.objects.get(cause="changed").body == ""


@pytest.mark.parametrize("comes_again", [True, False], ids=["and came again", "for good"])
def test_a_refused_delivery_is_found_where_it_does_not_name_the_customer(
    comes_again, known, redact, stripe, post_event, sign, settings
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]
    dispute = build("dispute", id="dp_1", charge="ch_1", evidence={"customer_name": CANARY})
    raw = json.dumps(stripe.event("charge.dispute.created", dispute)).encode()
    assert post_event(raw, **sign(raw, "whsec_ours", at=1)).status_code == 400
    if comes_again:
        assert post_event(raw, **sign(raw, "whsec_ours")).status_code == 200

    redact("cus_1", "--yes")

    assert RejectedDelivery.objects.get(cause="stale").body == ""


def test_who_is_meant_must_be_clear(redact):
    for account, livemode in (("", True), ("", False), ("acct_1", False)):
        Customer.objects.create(stripe_id="cus_1", stripe_account=account, livemode=livemode, name=CANARY)

    with pytest.raises(CommandError, match="several customers cus_1"):
        redact("cus_1")
    with pytest.raises(CommandError, match="no customer cus_2"):
        redact("cus_2")
    redact("cus_1", "--account=", "--testmode", "--yes")

    assert Customer.objects.filter(name=CANARY).count() == 2
    assert Customer.objects.get(stripe_account="", livemode=False).name == ""


def test_every_column_that_may_tell_of_a_payer_is_named_so():
    telling = {"email", "name", "phone", "last4", "fingerprint", "receipt_email", "description", "memo", "value"}
    ours = {"Account", "Coupon", "Payout", "Person", "Product", "TopUp"}  # not a payer's
    models = [model for model in StripeObject.__subclasses__() if model.__name__ not in ours]

    missing = [
        (model.__name__, column.name)
        for model in models
        for column in model.columns()
        if column.name in telling and column.name not in model.personal
    ]

    assert missing == []
    assert all({column.name for column in model.columns()} >= set(model.personal) for model in models)


def test_of_an_object_that_has_no_model_numbers_and_ids_stay():
    data = {
        "object": "x",
        "id": "x_1",
        "amount": 1,
        "note": CANARY,
        "customer": {"id": "cus_1", "name": CANARY},
        "l": [CANARY],
    }

    assert OtherObject.remainder(data) == {"object": "x", "id": "x_1", "amount": 1, "customer": "cus_1"}
    assert json.dumps(data)
