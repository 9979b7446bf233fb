"""Payments, refunds and disputes."""

from typing import Any, Final

from pinax.stripe.testing.ids import id_of_type
from pinax.stripe.testing.objects.customers import BILLING_DETAILS
from pinax.stripe.testing.objects.shape import Json, make, this_second

WEEK: Final = 7 * 24 * 60 * 60

AUTHORIZED: Final[Json] = {
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "seller_message": "Payment complete.",
    "type": "authorized",
}

DECLINED: Final[Json] = {
    "network_status": "declined_by_network",
    "reason": "generic_decline",
    "risk_level": "normal",
    "seller_message": "The bank did not return any further details with this decline.",
    "type": "issuer_declined",
}


def payment_intent(*, amount: int = 1000, status: str = "succeeded", **over: Any) -> Json:
    """Return a PaymentIntent.

    Args:
        amount: in minor units, all of it received where it succeeded.
        status: processing, requires_payment_method, succeeded, …
        over: other keys of the PaymentIntent.
    """
    succeeded = status == "succeeded"
    return make(
        "payment_intent",
        over,
        amount=amount,
        amount_capturable=0,
        amount_received=amount if succeeded else 0,
        application=None,
        application_fee_amount=None,
        automatic_payment_methods={"allow_redirects": "always", "enabled": True},
        canceled_at=None,
        cancellation_reason=None,
        capture_method="automatic_async",
        client_secret="pi_client_secret_fake",  # noqa: S106 - a made-up value in Stripe's shape
        confirmation_method="automatic",
        currency="usd",
        customer=None,
        description=None,
        last_payment_error=None,
        latest_charge=id_of_type("charge") if succeeded else None,
        metadata={},
        next_action=None,
        on_behalf_of=None,
        payment_method=id_of_type("payment_method") if succeeded else None,
        payment_method_types=["card", "link"],
        processing=None,
        receipt_email=None,
        review=None,
        setup_future_usage=None,
        shipping=None,
        source=None,
        statement_descriptor=None,
        statement_descriptor_suffix=None,
        status=status,
        transfer_data=None,
        transfer_group=None,
    )


def setup_intent(*, status: str = "succeeded", **over: Any) -> Json:
    """Return a SetupIntent.

    Args:
        status: requires_payment_method, requires_confirmation, succeeded, canceled, …
        over: other keys of the SetupIntent.
    """
    return make(
        "setup_intent",
        over,
        application=None,
        automatic_payment_methods={"allow_redirects": "always", "enabled": True},
        cancellation_reason=None,
        client_secret="seti_client_secret_fake",  # noqa: S106 - a made-up value in Stripe's shape
        customer=None,
        description=None,
        last_setup_error=None,
        latest_attempt=id_of_type("setup_attempt") if status == "succeeded" else None,
        mandate=None,
        metadata={},
        next_action=None,
        on_behalf_of=None,
        payment_method=id_of_type("payment_method") if status == "succeeded" else None,
        payment_method_types=["card", "link"],
        status=status,
        usage="off_session",
    )


def charge(*, amount: int = 1000, status: str = "succeeded", **over: Any) -> Json:
    """Return a charge.

    Args:
        amount: in minor units, all of it captured where it succeeded.
        status: failed, pending or succeeded.
        over: other keys of the charge.
    """
    succeeded = status == "succeeded"
    failed = status == "failed"
    body = make(
        "charge",
        over,
        amount=amount,
        amount_captured=amount if succeeded else 0,
        amount_refunded=0,
        application=None,
        application_fee=None,
        application_fee_amount=None,
        balance_transaction=id_of_type("balance_transaction") if succeeded else None,
        billing_details=BILLING_DETAILS,
        calculated_statement_descriptor="PINAX",
        captured=succeeded,
        currency="usd",
        customer=None,
        description=None,
        disputed=False,
        failure_code="card_declined" if failed else None,
        failure_message="Your card was declined." if failed else None,
        fraud_details={},
        metadata={},
        on_behalf_of=None,
        outcome=DECLINED if failed else AUTHORIZED,
        paid=succeeded,
        payment_intent=id_of_type("payment_intent"),
        payment_method=id_of_type("payment_method"),
        payment_method_details={
            "card": {"brand": "visa", "country": "US", "exp_month": 12, "exp_year": 2034, "last4": "4242"},
            "type": "card",
        },
        receipt_email=None,
        receipt_number=None,
        receipt_url=None,
        refunded=False,
        review=None,
        shipping=None,
        source=None,
        source_transfer=None,
        statement_descriptor=None,
        statement_descriptor_suffix=None,
        status=status,
        transfer_data=None,
        transfer_group=None,
    )
    if succeeded and "receipt_url" not in over:
        body["receipt_url"] = f"https://pay.stripe.com/receipts/{body['id']}"
    return body


def refund(**over: Any) -> Json:
    """Return a refund."""
    return make(
        "refund",
        over,
        amount=1000,
        balance_transaction=id_of_type("balance_transaction"),
        charge=id_of_type("charge"),
        currency="usd",
        customer=None,
        destination_details={"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        metadata={},
        payment_intent=id_of_type("payment_intent"),
        payment_method=None,
        reason=None,
        receipt_number=None,
        source_transfer_reversal=None,
        status="succeeded",
        transfer_reversal=None,
    )


def dispute(**over: Any) -> Json:
    """Return a dispute that needs a response."""
    return make(
        "dispute",
        over,
        amount=1000,
        balance_transactions=[],
        charge=id_of_type("charge"),
        currency="usd",
        enhanced_eligibility_types=[],
        evidence={"customer_name": "Jenny Rosen", "product_description": None},
        evidence_details={
            "due_by": this_second() + WEEK,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        is_charge_refundable=False,
        metadata={},
        network_reason_code="10.4",
        payment_intent=id_of_type("payment_intent"),
        payment_method_details={
            "card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"},
            "type": "card",
        },
        reason="fraudulent",
        status="needs_response",
    )
