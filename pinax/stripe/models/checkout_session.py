"""Checkout sessions."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class CheckoutSession(StripeObject):
    """A customer's visit to the checkout.

    Source: https://docs.stripe.com/api/checkout/sessions/object
    """

    stripe_object = "checkout.session"
    stripe_paths = ("/v1/checkout/sessions/{id}",)
    stripe_list = StripeList("/v1/checkout/sessions")

    customer = fields.Reference("Customer", related_name="checkout_sessions")
    customer_account = fields.Text()
    payment_intent = fields.Reference("PaymentIntent", related_name="checkout_sessions")
    setup_intent = fields.Reference("SetupIntent", related_name="checkout_sessions")
    subscription = fields.Reference("Subscription", related_name="checkout_sessions")
    invoice = fields.Reference("Invoice", related_name="checkout_sessions")
    payment_link = fields.Reference("PaymentLink", related_name="checkout_sessions")
    client_reference_id = fields.Text(db_index=True)
    email = fields.Text("customer_details.email", "customer_email", db_index=True)
    mode = fields.Text()
    status = fields.Text(db_index=True)
    payment_status = fields.Text(db_index=True)
    currency = fields.Text()
    amount_subtotal = fields.Amount()
    amount_total = fields.Amount()
    expires_at = fields.Timestamp()
