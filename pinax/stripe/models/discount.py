"""Discounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject
from pinax.stripe.plain_json import id_of

if TYPE_CHECKING:
    from pinax.stripe.plain_json import Json


class Discount(StripeObject):
    """A coupon at work on a customer, a subscription or an invoice.

    Discounts of old had no id, and a subscription or customer had one at most: its id stands in.

    Source: https://docs.stripe.com/api/discounts/object
    """

    stripe_object = "discount"

    coupon = fields.Reference("Coupon", "source.coupon", "coupon", related_name="discounts")
    promotion_code = fields.Reference("PromotionCode", related_name="discounts")
    customer = fields.Reference("Customer", related_name="discounts")
    customer_account = fields.Text()
    subscription = fields.Reference("Subscription", related_name="discounts")
    subscription_item = fields.Reference("SubscriptionItem", related_name="discounts")
    invoice = fields.Reference("Invoice", related_name="discounts")
    invoice_item = fields.Reference("InvoiceItem", related_name="discounts")
    checkout_session = fields.Reference("CheckoutSession", related_name="discounts")
    start = fields.Timestamp()
    end = fields.Timestamp()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_discount"

    @classmethod
    def identify(cls, data: Json) -> str:
        """Return the id, or the one of the subscription or customer that has the discount."""
        owners = (id_of(data.get(name)) for name in ("subscription", "customer"))
        return super().identify(data) or next(filter(None, owners), "")
