"""Columns hold what payloads say, wherever in them it stands."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pinax.stripe.models import (
    Charge,
    Coupon,
    Dispute,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    PaymentIntent,
    PaymentMethod,
    Source,
    Subscription,
)
from pinax.stripe.plain_json import value_at
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def arrives(stripe, post_event):
    """Let an object arrive with an event."""

    def arrives(kind, obj):
        stripe.advance(10)
        assert post_event(stripe.event(kind, obj)).status_code == 200

    return arrives


#: What a payment method of each type says of itself, inside its own block, and what the columns hold of it.
BLOCKS = {
    "acss_debit": ({"last4": "6789", "bank_name": "STRIPE TEST BANK", "fingerprint": "f1"}, "", "6789", "f1"),
    "ach_debit": ({"last4": "6789", "country": "US", "fingerprint": "f2"}, "", "6789", "f2"),
    "au_becs_debit": ({"last4": "3456", "bsb_number": "000000", "fingerprint": "f3"}, "", "3456", "f3"),
    "bacs_debit": ({"last4": "2345", "sort_code": "108800", "fingerprint": "f4"}, "", "2345", "f4"),
    "bancontact": ({"iban_last4": "7061", "bank_name": "VAN DE PUT & CO"}, "", "7061", ""),
    "card": ({"brand": "visa", "last4": "4242", "fingerprint": "f5", "country": "US"}, "visa", "4242", "f5"),
    "card_present": ({"brand": "mastercard", "last4": "9969", "fingerprint": "f6"}, "mastercard", "9969", "f6"),
    "ideal": ({"iban_last4": "5264", "bank": "rabobank"}, "", "5264", ""),
    "interac_present": ({"brand": "interac", "last4": "1933", "fingerprint": "f7"}, "interac", "1933", "f7"),
    "kr_card": ({"brand": "shinhan", "last4": "1234"}, "shinhan", "1234", ""),
    "nz_bank_account": ({"last4": "0010", "account_holder_name": "Ada"}, "", "0010", ""),
    "payto": ({"last4": "3456", "pay_id": None}, "", "3456", ""),
    "pix": ({"fingerprint": "f8"}, "", "", "f8"),
    "sepa_debit": ({"last4": "3000", "country": "DE", "fingerprint": "f9", "bank_code": "37040044"}, "", "3000", "f9"),
    "sofort": ({"iban_last4": "2606", "country": "DE"}, "", "2606", ""),
    "us_bank_account": ({"last4": "6789", "bank_name": "STRIPE TEST BANK", "fingerprint": "g1"}, "", "6789", "g1"),
    "of_next_year": ({"brand": "new", "last4": "0001", "fingerprint": "g2"}, "new", "0001", "g2"),
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_charge_says_what_was_charged_whatever_kind_it_was(kind, arrives):
    block, brand, last4, fingerprint = BLOCKS[kind]

    arrives("charge.succeeded", build("charge", payment_method_details={"type": kind, kind: block}))

    charge = Charge.objects.get()
    told = (charge.source_type, charge.brand, charge.last4, charge.fingerprint)
    assert told == (kind, brand, last4, fingerprint)


@pytest.mark.parametrize(
    ("kind", "block"),
    [
        ("amazon_pay", {"funding": {"type": "card", "card": {"brand": "visa", "last4": "4242"}}}),
        ("revolut_pay", {"funding": {"type": "card", "card": {"brand": "visa", "last4": "4242"}}}),
        ("samsung_pay", {"card": {"brand": "visa", "last4": "4242"}}),
    ],
)
def test_a_charge_says_which_card_is_behind_a_wallet(kind, block, arrives):
    arrives("charge.succeeded", build("charge", payment_method_details={"type": kind, kind: block}))

    charge = Charge.objects.get()
    assert (charge.source_type, charge.brand, charge.last4) == (kind, "visa", "4242")


def test_a_payment_method_says_in_which_wallet_its_card_is(arrives):
    card = {"brand": "visa", "last4": "4242", "wallet": {"type": "apple_pay"}}
    method = {"id": "pm_1", "object": "payment_method", "livemode": False, "type": "card", "card": card}

    arrives("payment_method.attached", method)

    assert PaymentMethod.objects.get().wallet == "apple_pay"


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_payment_method_says_what_it_is_whatever_kind_it_is(kind, arrives):
    block, brand, last4, fingerprint = BLOCKS[kind]
    method = {"id": "pm_1", "object": "payment_method", "livemode": False, "type": kind, kind: block}

    arrives("payment_method.attached", method)

    row = PaymentMethod.objects.get()
    assert (row.type, row.brand, row.last4, row.fingerprint) == (kind, brand, last4, fingerprint)
    assert row.bank_name == (block.get("bank_name") or block.get("bank") or "")
    assert row.country == block.get("country", "")


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_source_says_what_it_is_and_so_does_the_charge_of_it(kind, arrives):
    block, brand, last4, fingerprint = BLOCKS[kind]
    source = {"id": "src_1", "object": "source", "livemode": False, "type": kind, kind: block}

    arrives("source.chargeable", source)
    arrives("charge.succeeded", build("charge", payment_method_details=None, source=source))

    row, charge = Source.objects.get(), Charge.objects.get()
    assert (row.brand, row.last4, row.fingerprint) == (brand, last4, fingerprint)
    assert (charge.brand, charge.last4, charge.fingerprint) == (brand, last4, fingerprint)


@pytest.mark.parametrize(
    ("method", "email"),
    [
        ({"type": "link", "link": {"email": "ada@example.com"}}, "ada@example.com"),
        ({"type": "paypal", "paypal": {"payer_email": "ada@example.com"}}, "ada@example.com"),
        ({"type": "card", "billing_details": {"email": "ada@example.com"}}, "ada@example.com"),
        ({"type": "link", "link": {"email": "no"}, "billing_details": {"email": "yes@example.com"}}, "yes@example.com"),
        ({"type": "card", "card": {}}, ""),
    ],
)
def test_a_payers_email_is_found_where_it_stands(method, email, arrives):
    arrives("payment_method.attached", {"id": "pm_1", "object": "payment_method", "livemode": False, **method})

    assert PaymentMethod.objects.get().email == email


def test_a_charge_knows_its_payers_email(arrives):
    by_paypal = {"type": "paypal", "paypal": {"payer_email": "ada@example.com"}}
    arrives("charge.succeeded", build("charge", id="ch_1", payment_method_details=by_paypal, billing_details={}))
    arrives("charge.succeeded", build("charge", id="ch_2", billing_details={"email": "grace@example.com"}))

    assert list(Charge.objects.order_by("stripe_id").values_list("email", flat=True)) == [
        "ada@example.com",
        "grace@example.com",
    ]


#: What a sibling that names a block may never do: lead anywhere but to a key of the same object.
ODD_NAMES = [None, "", 5, True, [], ["card"], {"card": 1}, "card.last4", "..", "*", "0", "{type}", "type", "x" * 9999]


@pytest.mark.parametrize("name", ODD_NAMES, ids=lambda name: str(name)[:12])
def test_a_sibling_leads_to_a_key_of_its_own_object_and_nowhere_else(name, arrives):
    details = {"type": name, "card": {"last4": "4242", "brand": "visa"}}

    assert value_at({"details": details}, "details.{type}.last4") is None
    arrives("charge.succeeded", build("charge", payment_method_details=details))

    assert (Charge.objects.get().last4, Charge.objects.get().brand) == ("", "")


def test_a_block_that_is_not_there_is_empty():
    assert value_at({"type": "card"}, "{type}.last4") is None
    assert value_at({"type": "card", "card": None}, "{type}.last4") is None
    assert value_at({"type": "card", "card": ["4242"]}, "{type}.last4") is None
    assert value_at(["card"], "{type}.last4") is None
    assert value_at({"card": {"last4": "4242"}}, "{type}.last4") is None


@pytest.mark.parametrize(
    ("dispute", "code"),
    [
        ({"payment_method_details": {"type": "card", "card": {"network_reason_code": "4837"}}}, "4837"),
        (
            {"payment_method_details": {"type": "paypal", "paypal": {"reason_code": "ITEM_NOT_RECEIVED"}}},
            "ITEM_NOT_RECEIVED",
        ),
        ({"payment_method_details": None, "network_reason_code": "83"}, "83"),
        ({"payment_method_details": {"type": "card", "card": {}}, "network_reason_code": "10"}, "10"),
    ],
)
def test_a_dispute_has_the_networks_reason(dispute, code, arrives):
    arrives("charge.dispute.created", {**build("dispute"), "network_reason_code": None, **dispute})

    assert Dispute.objects.get().network_reason_code == code


@pytest.mark.parametrize(
    ("coupon", "percent"),
    [
        ({"percent_off": 26, "percent_off_precise": 25.5}, Decimal("25.5")),
        ({"percent_off": 25.5}, Decimal("25.5")),
        ({"percent_off": 25}, Decimal(25)),
        ({"percent_off": None, "percent_off_precise": None}, None),
    ],
)
def test_a_coupon_takes_off_what_it_says(coupon, percent, arrives):
    arrives("coupon.created", {"id": "SPRING", "object": "coupon", "livemode": False, **coupon})

    assert Coupon.objects.get().percent_off == percent


@pytest.mark.parametrize(
    ("said", "whole", "decimal"),
    [
        ({"quantity": 2, "quantity_decimal": "2.5"}, 2, Decimal("2.5")),
        ({"quantity": 3}, 3, Decimal(3)),
        ({"quantity": None, "quantity_decimal": "0.000000000001"}, None, Decimal("0.000000000001")),
        ({"quantity": None}, None, None),
    ],
)
def test_two_and_a_half_are_not_two(said, whole, decimal, arrives):
    arrives("invoiceitem.created", {**build("invoiceitem"), "quantity_decimal": None, **said})
    line = {**build("line_item"), "quantity_decimal": None, **said}
    arrives("invoice.created", build("invoice", lines=[line]))

    item, line = InvoiceItem.objects.synced().get(), Invoice.objects.get().lines.get()
    assert (item.quantity, item.quantity_decimal) == (line.quantity, line.quantity_decimal) == (whole, decimal)


def test_an_invoice_can_be_paid_by_a_payment_record(arrives):
    paid = {"type": "payment_record", "payment_record": "pr_1"}
    arrives("invoice_payment.paid", {**build("invoice_payment"), "payment": paid})

    row = InvoicePayment.objects.get()
    assert (row.type, row.payment_record, row.payment_intent, row.charge) == ("payment_record", "pr_1", None, None)


def test_an_intent_names_its_payment_record(arrives):
    arrives("payment_intent.succeeded", build("payment_intent", payment_record="pr_1"))

    assert PaymentIntent.objects.get().payment_record == "pr_1"


def test_a_pause_says_when_it_ends(arrives):
    pause = {"behavior": "void", "resumes_at": 1_800_000_000}
    arrives("customer.subscription.paused", build("subscription", pause_collection=pause))

    row = Subscription.objects.get()
    assert (row.pause_behavior, row.pause_resumes_at) == ("void", datetime.fromtimestamp(1_800_000_000, tz=UTC))


def test_what_was_paid_outside_stripe_is_told_apart(arrives):
    arrives("invoice.paid", build("invoice", amount_paid=300, amount_paid_off_stripe=700, amount_overpaid=5))

    row = Invoice.objects.get()
    assert (row.amount_paid, row.amount_paid_off_stripe, row.amount_overpaid) == (300, 700, 5)
