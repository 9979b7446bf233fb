"""Sessions of Stripe Checkout."""

from typing import Any, Final

from pinax.stripe.testing.objects.shape import Json, make, this_second

A_DAY: Final = 24 * 60 * 60


def checkout_session(*, status: str = "open", **over: Any) -> Json:
    """Return a Checkout session, in the mode ``payment``.

    Args:
        status: open, complete or expired.
        over: other keys of the session; ``line_items`` is in no event, as at Stripe.
    """
    complete = status == "complete"
    return make(
        "checkout.session",
        over,
        after_expiration=None,
        allow_promotion_codes=None,
        amount_subtotal=1000,
        amount_total=1000,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        billing_address_collection=None,
        cancel_url=None,
        client_reference_id=None,
        client_secret=None,
        consent=None,
        consent_collection=None,
        currency="usd",
        custom_fields=[],
        custom_text={
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        customer=None,
        customer_creation="if_required",
        customer_details={"email": "jenny.rosen@example.com", "name": "Jenny Rosen"} if complete else None,
        customer_email=None,
        discounts=[],
        expires_at=this_second() + A_DAY,
        invoice=None,
        locale=None,
        metadata={},
        mode="payment",
        payment_intent=None,
        payment_link=None,
        payment_method_types=["card"],
        payment_status="paid" if complete else "unpaid",
        recovered_from=None,
        setup_intent=None,
        shipping_options=[],
        status=status,
        submit_type=None,
        subscription=None,
        success_url="https://example.com/thanks",
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode="hosted",
        url=None,
    )
