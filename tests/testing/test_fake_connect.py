"""Connect at the fake: who gets what of a payment, what refunds take back, and accounts that cannot be paid yet."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import stripe as stripe_python

from pinax.stripe.testing.errors import ApiError
from pinax.stripe.testing.fake import FakeStripe

EXPRESS = {"type": "express", "capabilities": {"card_payments": {"requested": True}, "transfers": {"requested": True}}}
PAID = {"amount": 5000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}


@pytest.fixture
def account(fake: FakeStripe, v1: Any) -> str:
    """A connected account that has completed the onboarding."""
    id_: str = v1.accounts.create(EXPRESS).id
    fake.complete_onboarding(id_)
    fake.undelivered.clear()
    return id_


@pytest.fixture
def happened(fake: FakeStripe) -> Callable[[], list[tuple[str, str]]]:
    """The types and the accounts of the events since this was last asked."""

    def happened() -> list[tuple[str, str]]:
        kinds = [(event["type"], event.get("account", "")) for event in fake.undelivered]
        fake.undelivered.clear()
        return kinds

    return happened


def to(account: str, **more: Any) -> dict[str, Any]:
    return {"transfer_data": {"destination": account, **more}}


def test_a_destination_charge_is_transferred_and_the_platform_gets_its_fee(fake, v1, account, happened):
    intent = v1.payment_intents.create(PAID | to(account) | {"application_fee_amount": 500})

    assert happened() == [
        ("payment_intent.created", ""),
        ("transfer.created", ""),
        ("application_fee.created", ""),
        ("charge.succeeded", ""),
        ("payment_intent.succeeded", ""),
    ]
    (transfer,), (fee,) = fake.created("transfer"), fake.created("application_fee")
    (payment,) = fake.created("charge", account=account)
    charge = v1.charges.retrieve(intent.latest_charge)
    shared = {"transfer": transfer["id"], "application_fee": fee["id"], "transfer_group": f"group_{intent.id}"}
    shared |= to(account)
    assert {name: json.loads(str(charge))[name] for name in shared} == shared
    assert (transfer["amount"], transfer["destination"], transfer["source_transaction"]) == (5000, account, charge.id)
    assert (fee["amount"], fee["account"], fee["charge"]) == (500, account, payment["id"])
    assert fee["originating_transaction"] == charge.id
    assert payment["id"].startswith("py_")
    assert (payment["source_transfer"], payment["application_fee"]) == (transfer["id"], fee["id"])


def test_a_part_of_a_charge_can_be_transferred(fake, v1, account, happened):
    v1.payment_intents.create(PAID | to(account, amount=4000))

    assert [transfer["amount"] for transfer in fake.created("transfer")] == [4000]
    assert fake.created("application_fee") == []
    both = PAID | to(account, amount=4000) | {"application_fee_amount": 500}
    with pytest.raises(stripe_python.InvalidRequestError, match="at the same time"):
        v1.payment_intents.create(both)


def test_a_declined_payment_gives_nothing(fake, v1, account):
    declined = PAID | to(account) | {"application_fee_amount": 500, "payment_method": "pm_card_chargeDeclined"}
    with pytest.raises(stripe_python.CardError):
        v1.payment_intents.create(declined)

    assert fake.created("transfer") == fake.created("application_fee") == []


def test_what_is_captured_later_is_transferred_then(fake, v1, account):
    intent = v1.payment_intents.create(PAID | to(account) | {"application_fee_amount": 500, "capture_method": "manual"})
    assert fake.created("transfer") == []

    v1.payment_intents.capture(intent.id, {"amount_to_capture": 3000, "application_fee_amount": 300})

    assert [transfer["amount"] for transfer in fake.created("transfer")] == [3000]
    assert [fee["amount"] for fee in fake.created("application_fee")] == [300]
    assert v1.charges.retrieve(intent.latest_charge).transfer == fake.created("transfer")[0]["id"]


def test_a_refund_takes_back_what_it_says(fake, v1, account, happened):
    intent = v1.payment_intents.create(PAID | to(account) | {"application_fee_amount": 500})
    happened()
    whole = {"payment_intent": intent.id, "reverse_transfer": True, "refund_application_fee": True}

    refund = v1.refunds.create(whole | {"amount": 1000})

    assert happened() == [
        ("application_fee.refunded", ""),
        ("transfer.reversed", ""),
        ("refund.created", ""),
        ("charge.refunded", ""),
    ]
    (transfer,), (fee,) = fake.created("transfer"), fake.created("application_fee")
    (reversal,) = fake.created("transfer_reversal")
    assert (transfer["amount_reversed"], transfer["reversed"]) == (1000, False)
    assert (fee["amount_refunded"], fee["refunded"]) == (100, False)
    assert (refund.transfer_reversal, reversal["source_refund"]) == (reversal["id"], refund.id)
    assert v1.transfers.reversals.list(transfer["id"]).data[0].id == reversal["id"]
    assert [one.amount for one in v1.application_fees.refunds.list(fee["id"]).data] == [100]

    v1.refunds.create(whole)
    (transfer,), (fee,) = fake.created("transfer"), fake.created("application_fee")
    (payment,) = fake.created("charge", account=account)
    assert (transfer["amount_reversed"], transfer["reversed"]) == (5000, True)
    assert (fee["amount_refunded"], fee["refunded"]) == (500, True)
    assert (payment["amount_refunded"], payment["refunded"]) == (5000, True)


def test_a_refund_leaves_the_account_its_money_unless_it_says_otherwise(fake, v1, account, happened):
    intent = v1.payment_intents.create(PAID | to(account) | {"application_fee_amount": 500})
    happened()

    v1.refunds.create({"payment_intent": intent.id})

    assert happened() == [("refund.created", ""), ("charge.refunded", "")]
    assert fake.created("transfer")[0]["amount_reversed"] == fake.created("application_fee")[0]["amount_refunded"] == 0


def test_a_refund_cannot_take_back_what_was_not_given(fake, v1, account):
    plain = v1.payment_intents.create(PAID).id
    shared = v1.payment_intents.create(PAID | to(account) | {"application_fee_amount": 500}).id
    fake.undelivered.clear()

    for intent, asked, match in (
        (plain, "reverse_transfer", "reverse_transfer on charge"),
        (plain, "refund_application_fee", "has no application fee"),
        (shared, "refund_application_fee", "reverse_transfer has to be true"),
    ):
        with pytest.raises(stripe_python.InvalidRequestError, match=match):
            v1.refunds.create({"payment_intent": intent, asked: True})
    assert fake.undelivered == []


def test_a_direct_charge_is_the_accounts_and_its_fee_the_platforms(fake, v1, account, happened):
    on_account = {"stripe_account": account}
    intent = v1.payment_intents.create(PAID | {"application_fee_amount": 500}, on_account)

    assert happened() == [
        ("payment_intent.created", account),
        ("application_fee.created", ""),
        ("charge.succeeded", account),
        ("payment_intent.succeeded", account),
    ]
    (fee,) = fake.created("application_fee")
    assert (fee["account"], fee["charge"], fee["originating_transaction"]) == (account, intent.latest_charge, None)
    assert v1.charges.retrieve(intent.latest_charge, {}, on_account).application_fee == fee["id"]

    v1.refunds.create({"payment_intent": intent.id, "refund_application_fee": True}, on_account)
    assert ("application_fee.refunded", "") in happened()


VASE = {"price_data": {"currency": "usd", "unit_amount": 5000, "product_data": {"name": "A vase"}}, "quantity": 1}
SOLD = {"mode": "payment", "success_url": "https://a.example", "line_items": [VASE]}


@pytest.mark.parametrize(
    ("pay", "param"),
    [
        (lambda v1, account: v1.payment_intents.create(PAID | to(account)), "transfer_data[destination]"),
        (
            lambda v1, account: v1.checkout.sessions.create(SOLD | {"payment_intent_data": to(account)}),
            "payment_intent_data[transfer_data][destination]",
        ),
        (
            lambda v1, account: v1.transfers.create({"amount": 5, "currency": "usd", "destination": account}),
            "destination",
        ),
    ],
)
def test_an_account_that_cannot_be_paid_is_refused(fake, v1, pay, param):
    waiting = v1.accounts.create(EXPRESS).id
    fake.undelivered.clear()
    missing = {"code": "resource_missing", "message": "No such destination: 'acct_1'"}
    unable = {
        "code": "insufficient_capabilities_for_transfer",
        "message": "Your destination account needs to have at least one of the following capabilities enabled: "
        "transfers, crypto_transfers, legacy_payments",
    }

    for destination, error in (("acct_1", missing), (waiting, unable)):
        with pytest.raises(stripe_python.InvalidRequestError) as refused:
            pay(v1, destination)
        assert refused.value.http_status == 400
        assert refused.value.json_body["error"] == {"type": "invalid_request_error", "param": param} | error
    assert fake.undelivered == []

    fake.complete_onboarding(waiting)
    pay(v1, waiting)
    fake.disconnect(waiting)
    with pytest.raises(stripe_python.InvalidRequestError, match="No such destination"):
        pay(v1, waiting)


def test_an_account_that_cannot_charge_yet_is_refused(fake, v1):
    waiting = v1.accounts.create(EXPRESS).id

    with pytest.raises(stripe_python.InvalidRequestError, match="cannot currently make charges"):
        v1.payment_intents.create(PAID, {"stripe_account": waiting})
    fake.complete_onboarding(waiting)
    assert v1.payment_intents.create(PAID, {"stripe_account": waiting}).status == "succeeded"


def test_a_fee_needs_an_account_that_pays_it(v1):
    with pytest.raises(stripe_python.InvalidRequestError, match="Can only apply an application_fee_amount"):
        v1.payment_intents.create(PAID | {"application_fee_amount": 500})


def test_each_payment_of_a_subscription_is_shared(fake, v1, account, customer):
    price = v1.prices.create(
        {"currency": "usd", "unit_amount": 2000, "recurring": {"interval": "month"}, "product_data": {"name": "Gold"}}
    )
    with_fee = {"application_fee_percent": 10, **to(account)}
    v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}], **with_fee})
    v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}], **to(account, amount_percent=90)})

    fake.advance(months=1, hours=1)

    assert sorted(transfer["amount"] for transfer in fake.created("transfer")) == [1800, 1800, 2000, 2000]
    assert [fee["amount"] for fee in fake.created("application_fee")] == [200, 200]


def test_a_platform_transfers_and_takes_back(fake, v1, account, happened):
    transfer = v1.transfers.create({"amount": 900, "currency": "usd", "destination": account, "transfer_group": "a"})
    v1.transfers.update(transfer.id, {"metadata": {"order": "7"}})
    reversal = v1.transfers.reversals.create(transfer.id, {"amount": 400})

    assert happened() == [("transfer.created", ""), ("transfer.updated", ""), ("transfer.reversed", "")]
    assert (reversal.transfer, reversal.amount) == (transfer.id, 400)
    with pytest.raises(stripe_python.InvalidRequestError, match="greater than the unreversed amount"):
        v1.transfers.reversals.create(transfer.id, {"amount": 501})
    v1.transfers.reversals.create(transfer.id)
    assert v1.transfers.retrieve(transfer.id).reversed is True


def test_a_charge_can_be_transferred_later(v1, account):
    charge = v1.payment_intents.create(PAID).latest_charge
    transfer = v1.transfers.create({"currency": "usd", "destination": account, "source_transaction": charge})

    assert (transfer.amount, transfer.source_transaction) == (5000, charge)
    with pytest.raises(stripe_python.InvalidRequestError, match="amount"):
        v1.transfers.create({"currency": "usd", "destination": account})


def test_a_fee_is_refunded_by_itself_or_with_its_transfer(fake, v1, account, happened):
    v1.payment_intents.create(PAID | to(account) | {"application_fee_amount": 500})
    (transfer,), (fee,) = fake.created("transfer"), fake.created("application_fee")
    happened()

    assert v1.application_fees.refunds.create(fee["id"], {"amount": 100}).fee == fee["id"]
    v1.transfers.reversals.create(transfer["id"], {"amount": 2500, "refund_application_fee": True})

    kinds = ["application_fee.refunded", "application_fee.refunded", "transfer.reversed"]
    assert [kind for kind, _account in happened()] == kinds
    assert fake.created("application_fee")[0]["amount_refunded"] == 350
    with pytest.raises(stripe_python.InvalidRequestError, match="greater than unrefunded amount"):
        v1.application_fees.refunds.create(fee["id"], {"amount": 151})


@pytest.fixture
def payout(v1: Any, account: str, happened: Callable[[], Any]) -> str:
    made = v1.payouts.create({"amount": 900, "currency": "usd"}, {"stripe_account": account})
    (bank,) = v1.accounts.external_accounts.list(account).data
    assert (made.status, made.destination, made.automatic) == ("pending", bank.id, False)
    assert happened() == [("payout.created", account)]
    return str(made.id)


def test_a_payout_is_paid_two_days_later(fake, v1, account, payout, happened):
    fake.advance(days=1)
    assert happened() == []

    fake.advance(days=1)

    assert happened() == [("payout.paid", account)]
    assert v1.payouts.retrieve(payout, {}, {"stripe_account": account}).status == "paid"


@pytest.mark.parametrize("days", [0, 3])
def test_a_payout_fails_before_or_after_it_was_paid(fake, account, payout, happened, days):
    fake.advance(days=days)
    happened()

    failed = fake.fail_payout(payout, code="no_account", account=account)

    assert (failed["status"], failed["failure_code"]) == ("failed", "no_account")
    assert happened() == [("payout.failed", account)]
    fake.advance(days=9)
    assert happened() == []
    with pytest.raises(ApiError, match="This payout is failed"):
        fake.fail_payout(payout, account=account)


def test_a_payout_is_canceled_only_while_it_is_pending(fake, v1, account, payout, happened):
    on_account = {"stripe_account": account}
    v1.payouts.update(payout, {"metadata": {"week": "7"}}, on_account)
    assert v1.payouts.cancel(payout, {}, on_account).status == "canceled"
    assert happened() == [("payout.updated", account), ("payout.canceled", account)]

    fake.advance(days=3)
    assert happened() == []
    with pytest.raises(stripe_python.InvalidRequestError, match="this one is canceled"):
        v1.payouts.cancel(payout, {}, on_account)


def test_the_platform_is_paid_out_itself(fake, v1, happened):
    v1.payouts.create({"amount": 900, "currency": "usd"})
    fake.advance(days=2)

    assert happened() == [("payout.created", ""), ("payout.paid", "")]


def test_an_account_that_is_not_onboarded_is_not_paid_out_and_cannot_log_in(fake, v1):
    account = v1.accounts.create(EXPRESS).id
    for ask in (
        lambda: v1.payouts.create({"amount": 900, "currency": "usd"}, {"stripe_account": account}),
        lambda: v1.accounts.login_links.create(account),
    ):
        with pytest.raises(stripe_python.InvalidRequestError, match=r"disabled for this|not completed onboarding"):
            ask()

    fake.complete_onboarding(account)

    assert v1.accounts.login_links.create(account).url.startswith("https://connect.stripe.com/express/")
    with pytest.raises(stripe_python.InvalidRequestError, match="does not use the Express Dashboard"):
        v1.accounts.login_links.create(v1.accounts.create({"type": "standard"}).id)


def test_an_account_of_live_mode_is_onboarded_there(fake, client_with):
    live = client_with("sk_live_fake").v1
    account = live.accounts.create(EXPRESS).id

    fake.complete_onboarding(account)

    assert live.payment_intents.create(PAID | to(account)).status == "succeeded"
