"""Customers, and what they pay with."""

from typing import Any

from pinax.stripe.testing.ids import id_of_type
from pinax.stripe.testing.objects.shape import Json, make, this_second

ADDRESS: Json = {
    "city": None,
    "country": None,
    "line1": None,
    "line2": None,
    "postal_code": None,
    "state": None,
}

BILLING_DETAILS: Json = {
    "address": ADDRESS,
    "email": None,
    "name": "Jenny Rosen",
    "phone": None,
    "tax_id": None,
}


def customer(**over: Any) -> Json:
    """Return a customer."""
    return make(
        "customer",
        over,
        address=None,
        balance=0,
        currency=None,
        default_source=None,
        delinquent=False,
        description=None,
        discount=None,
        email="jenny.rosen@example.com",
        invoice_prefix="0759376C",
        invoice_settings={
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        metadata={},
        name="Jenny Rosen",
        next_invoice_sequence=1,
        phone=None,
        preferred_locales=[],
        shipping=None,
        tax_exempt="none",
        test_clock=None,
    )


def payment_method(**over: Any) -> Json:
    """Return a card as a PaymentMethod, attached to nobody."""
    return make(
        "payment_method",
        over,
        allow_redisplay="unspecified",
        billing_details=BILLING_DETAILS,
        card={
            "brand": "visa",
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "US",
            "display_brand": "visa",
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": "Xt5EWLLDS7FJjR1c",
            "funding": "credit",
            "last4": "4242",
            "networks": {"available": ["visa"], "preferred": None},
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        customer=None,
        metadata={},
        type="card",
    )


def card(**over: Any) -> Json:
    """Return a Card, the legacy kind: of a ``customer``, or of a connected ``account`` for its payouts."""
    return make(
        "card",
        over,
        address_city=None,
        address_country=None,
        address_line1=None,
        address_line1_check=None,
        address_line2=None,
        address_state=None,
        address_zip=None,
        address_zip_check=None,
        brand="Visa",
        country="US",
        customer=None,
        cvc_check="pass",
        dynamic_last4=None,
        exp_month=12,
        exp_year=2034,
        fingerprint="Xt5EWLLDS7FJjR1c",
        funding="credit",
        last4="4242",
        metadata={},
        name=None,
        tokenization_method=None,
    )


def bank_account(**over: Any) -> Json:
    """Return a bank account: of a ``customer``, or of a connected ``account`` for its payouts."""
    return make(
        "bank_account",
        over,
        account_holder_name="Jenny Rosen",
        account_holder_type="individual",
        account_type=None,
        bank_name="STRIPE TEST BANK",
        country="US",
        currency="usd",
        customer=None,
        fingerprint="1JWtPxqbdX5Gamtz",
        last4="6789",
        metadata={},
        routing_number="110000000",
        status="new",
    )


def source(**over: Any) -> Json:
    """Return a Source, the legacy kind, holding a card."""
    return make(
        "source",
        over,
        amount=None,
        card={
            "brand": "Visa",
            "country": "US",
            "exp_month": 12,
            "exp_year": 2034,
            "funding": "credit",
            "last4": "4242",
        },
        client_secret="src_client_secret_fake",  # noqa: S106 - a made-up value in Stripe's shape
        currency=None,
        flow="none",
        metadata={},
        owner={"address": None, "email": None, "name": None, "phone": None},
        statement_descriptor=None,
        status="chargeable",
        type="card",
        usage="reusable",
    )


def discount(*, coupon: str = "", **over: Any) -> Json:
    """Return a discount by the coupon of that id, which since 2025-09-30.clover is under ``source``."""
    return make(
        "discount",
        over,
        checkout_session=None,
        customer=None,
        customer_account=None,
        end=None,
        invoice=None,
        invoice_item=None,
        promotion_code=None,
        source={"coupon": coupon or id_of_type("coupon"), "type": "coupon"},
        start=this_second(),
        subscription=None,
        subscription_item=None,
    )
