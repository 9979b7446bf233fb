"""The line items of checkout sessions."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject


class CheckoutLineItem(StripeObject):
    """A line item of a completed checkout session: a price and a quantity.

    No event contains it. It is fetched once its session is complete, and written together with the session.

    Source: https://docs.stripe.com/api/checkout/sessions/line_items
    """

    stripe_object = "item"
    personal = ("description",)

    checkout_session = fields.Reference("CheckoutSession", related_name="line_items")
    price = fields.Reference("Price", related_name="checkout_line_items")
    product = fields.Reference("Product", "price.product", "product", related_name="checkout_line_items")
    description = fields.LongText()
    quantity = fields.Number()
    currency = fields.Text()
    amount_subtotal = fields.Amount()
    amount_discount = fields.Amount()
    amount_tax = fields.Amount()
    amount_total = fields.Amount()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_checkoutlineitem"
