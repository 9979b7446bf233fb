"""Discounts."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject


class Discount(StripeObject):
    """A coupon at work on a customer, a subscription or an invoice.

    Source: https://docs.stripe.com/api/discounts/object
    """

    stripe_object = "discount"

    coupon = fields.Reference("Coupon", "source.coupon", "coupon", related_name="discounts")
    promotion_code = fields.Reference("PromotionCode", related_name="discounts")
    customer = fields.Reference("Customer", related_name="discounts")
    subscription = fields.Reference("Subscription", related_name="discounts")
    subscription_item = fields.Reference("SubscriptionItem", related_name="discounts")
    invoice = fields.Reference("Invoice", related_name="discounts")
    invoice_item = fields.Reference("InvoiceItem", related_name="discounts")
    checkout_session = fields.Reference("CheckoutSession", related_name="discounts")
    start = fields.Timestamp()
    end = fields.Timestamp()
