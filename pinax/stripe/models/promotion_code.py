"""Promotion codes."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class PromotionCode(StripeObject):
    """A code with which customers redeem a coupon.

    Source: https://docs.stripe.com/api/promotion_codes/object
    """

    stripe_object = "promotion_code"
    shared = True
    personal = ("code",)
    stripe_paths = ("/v1/promotion_codes/{id}",)
    stripe_list = StripeList("/v1/promotion_codes")

    coupon = fields.Reference("Coupon", "promotion.coupon", "coupon", related_name="promotion_codes")
    customer = fields.Reference("Customer", related_name="promotion_codes")
    customer_account = fields.Text()
    code = fields.Text(db_index=True)
    active = fields.Flag()
    expires_at = fields.Timestamp()
    max_redemptions = fields.Number()
    times_redeemed = fields.Number()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_promotioncode"
