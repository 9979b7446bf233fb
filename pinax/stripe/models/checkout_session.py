"""Checkout sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.hooks import hookset
from pinax.stripe.models import fields
from pinax.stripe.models.base import MONEY, StripeList, StripeObject
from pinax.stripe.models.children import Children
from pinax.stripe.models.customer import Customer

if TYPE_CHECKING:
    from pinax.stripe.plain_json import Json


def _has_bought(session: Json) -> bool:
    """Whether something was bought: the session is complete, and not only for saving a payment method."""
    return session.get("status") == "complete" and session.get("mode") != "setup"


class CheckoutSession(StripeObject):
    """A customer's session in Stripe Checkout.

    Source: https://docs.stripe.com/api/checkout/sessions/object
    """

    stripe_object = "checkout.session"
    personal = ("email", "client_reference_id")
    stripe_paths = ("/v1/checkout/sessions/{id}",)
    stripe_list = StripeList("/v1/checkout/sessions?expand[]=data.line_items")

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
    #: Not in events; Stripe returns them only on request.
    line_items = Children(
        "line_items.data",
        "CheckoutLineItem",
        owned=True,
        rest="/v1/checkout/sessions/{id}/line_items",
        expected=_has_bought,
    )

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_checkoutsession"
        indexes = MONEY

    def after_write(self) -> None:
        """Link the customer of a completed session."""
        if self.status == "complete":
            self.link_customer()

    def link_customer(self) -> None:
        """Link the session's customer to the user that the hookset returns, unless it has a user."""
        if self.customer_id is None:
            return
        user = hookset().user_for_customer(self.data or {})
        if user is not None:
            Customer.all_objects.filter(pk=self.customer_id).link(user)
