"""Details that projects read: receipts, who has paid, invoices of Checkout, short trials, currencies of accounts."""

import json
from typing import Any

import pytest
import stripe as stripe_python

from pinax.stripe.testing import build

DAY = 24 * 60 * 60
VASE = {"price_data": {"currency": "usd", "unit_amount": 5000, "product_data": {"name": "A vase"}}, "quantity": 2}
SOLD = {"mode": "payment", "success_url": "https://a.example", "line_items": [VASE]}
MONTHLY = {"currency": "eur", "unit_amount": 1500, "recurring": {"interval": "month"}, "product_data": {"name": "Gold"}}


@pytest.fixture
def price(v1: Any) -> str:
    return str(v1.prices.create(MONTHLY).id)


def who(obj: dict[str, Any]) -> tuple[str | None, str | None]:
    return obj["billing_details"]["email"], obj["billing_details"]["name"]


def test_a_receipt_is_there_when_a_charge_has_succeeded():
    charge = build("charge")

    assert charge["receipt_url"] == f"https://pay.stripe.com/receipts/{charge['id']}"
    assert build("charge", status="failed")["receipt_url"] is None
    assert build("charge", receipt_url=None)["receipt_url"] is None


@pytest.mark.parametrize("status", ["open", "paid", "uncollectible", "void"])
def test_an_invoice_has_its_urls_when_it_is_finalized(status):
    invoice = build("invoice", status=status)

    assert invoice["hosted_invoice_url"] == f"https://invoice.stripe.com/i/{invoice['id']}"
    assert invoice["invoice_pdf"] == f"{invoice['hosted_invoice_url']}/pdf"
    assert build("invoice", status="draft")["hosted_invoice_url"] is None
    assert build("invoice", status=status, invoice_pdf=None)["invoice_pdf"] is None


def test_a_charge_says_who_has_paid(fake, v1):
    session = v1.checkout.sessions.create(SOLD)
    fake.complete_checkout(session.id, email="ada@example.com", name="Ada")
    fake.subscribe(email="grace@example.com")
    v1.payment_intents.create({"amount": 5, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True})
    given = {"type": "card", "billing_details": {"email": "jo@example.com"}}
    card = v1.payment_methods.create(given).id
    v1.payment_intents.create({"amount": 5, "currency": "usd", "payment_method": card, "confirm": True})

    assert [who(charge) for charge in fake.created("charge")] == [
        ("ada@example.com", "Ada"),
        ("grace@example.com", None),
        (None, None),
        ("jo@example.com", None),
    ]


def test_a_card_that_a_customer_has_keeps_its_billing_details(fake, v1, customer):
    card = customer.invoice_settings.default_payment_method
    session = v1.checkout.sessions.create(SOLD | {"customer": customer.id})
    fake.complete_checkout(session.id, payment_method=card, name="Grace")

    assert [who(charge) for charge in fake.created("charge")] == [(None, None)]


def test_an_invoice_has_the_metadata_of_its_subscription(fake, v1, customer, price):
    made = {"customer": customer.id, "items": [{"price": price}], "metadata": {"team": "7"}}
    subscription = v1.subscriptions.create(made)
    v1.subscriptions.update(subscription.id, {"metadata": {"team": "8"}})
    fake.advance(months=1, hours=1)

    details = [invoice["parent"]["subscription_details"] for invoice in fake.created("invoice")]
    assert [one["metadata"] for one in details] == [{"team": "7"}, {"team": "8"}]


def test_checkout_writes_an_invoice_if_it_is_asked_to(fake, v1):
    coupon = v1.coupons.create({"duration": "once", "percent_off": 10})
    invoice_data = {"description": "Thank you", "metadata": {"order": "7"}}
    session = v1.checkout.sessions.create(
        SOLD
        | {
            "discounts": [{"coupon": coupon.id}],
            "invoice_creation": {"enabled": True, "invoice_data": invoice_data},
            "payment_intent_data": {"metadata": {"order": "8"}},
        }
    )
    fake.undelivered.clear()

    done = fake.complete_checkout(session.id, email="ada@example.com")

    (invoice,), (customer,) = fake.created("invoice"), fake.created("customer")
    (intent,), (charge,) = fake.created("payment_intent"), fake.created("charge")
    made = [invoice["id"], customer["id"], intent["id"]]
    assert [done["invoice"], done["customer"], done["payment_intent"]] == made
    assert (invoice["status"], invoice["total"], invoice["amount_paid"], charge["amount"]) == ("paid", 9000, 9000, 9000)
    assert (invoice["description"], invoice["metadata"]) == ("Thank you", {"order": "7"})
    assert intent["metadata"] == charge["metadata"] == {"order": "8"}
    assert [(line["amount"], line["quantity"]) for line in invoice["lines"]["data"]] == [(10000, 2)]
    kinds = [event["type"] for event in fake.undelivered]
    assert kinds.index("invoice.finalized") < kinds.index("invoice.paid") < kinds.index("checkout.session.completed")


def test_checkout_writes_an_invoice_of_nothing_without_a_payment(fake, v1):
    coupon = v1.coupons.create({"duration": "once", "percent_off": 100})
    asked = {"discounts": [{"coupon": coupon.id}], "invoice_creation": {"enabled": True}}
    done = fake.complete_checkout(v1.checkout.sessions.create(SOLD | asked).id)

    (invoice,) = fake.created("invoice")
    assert (done["invoice"], done["payment_intent"], invoice["status"]) == (invoice["id"], None, "paid")
    assert done["payment_status"] == "no_payment_required"


def test_a_discount_is_taken_off_an_invoice(v1, customer):
    coupon = v1.coupons.create({"duration": "once", "amount_off": 300, "currency": "usd"})
    v1.invoice_items.create({"customer": customer.id, "amount": 1000, "currency": "usd"})
    asked = {"pending_invoice_items_behavior": "include", "discounts": [{"coupon": coupon.id}]}

    invoice = v1.invoices.create({"customer": customer.id, **asked})

    assert (invoice.subtotal, invoice.total, len(invoice.discounts)) == (1000, 700, 1)


def test_checkout_refuses_a_recurring_price_in_payment_mode(fake, v1, price):
    fake.undelivered.clear()
    with pytest.raises(stripe_python.InvalidRequestError, match="`payment` mode but passed a recurring price"):
        v1.checkout.sessions.create(SOLD | {"line_items": [{"price": price, "quantity": 1}]})

    assert fake.created("checkout.session") == []


@pytest.mark.parametrize(("days", "at_once"), [(2, 1), (3, 1), (4, 0)])
def test_the_end_of_a_short_trial_is_announced_at_once(fake, v1, customer, price, days, at_once):
    def announced():
        return [event["type"] for event in fake.undelivered].count("customer.subscription.trial_will_end")

    v1.subscriptions.create({"customer": customer.id, "items": [{"price": price}], "trial_period_days": days})
    assert announced() == at_once

    fake.advance(days=days)
    assert announced() == 1


def test_the_currency_of_an_account_is_that_of_its_country(fake, v1):
    german = v1.accounts.create({"type": "express", "country": "DE"})
    british = v1.accounts.create({"type": "express", "country": "GB", "default_currency": "eur"})
    fake.complete_onboarding(german.id)

    accounts = [german.default_currency, british.default_currency, build("account")["default_currency"]]
    assert accounts == ["eur", "eur", "usd"]
    (bank,) = json.loads(str(v1.accounts.external_accounts.list(german.id)))["data"]
    assert (bank["country"], bank["currency"]) == ("DE", "eur")
