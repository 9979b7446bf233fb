"""Coupons."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class Coupon(StripeObject):
    """A discount by a percentage or an amount, and how long it applies.

    Source: https://docs.stripe.com/api/coupons/object
    """

    stripe_object = "coupon"
    shared = True
    stripe_paths = ("/v1/coupons/{id}",)
    stripe_list = StripeList("/v1/coupons")

    name = fields.Text()
    percent_off = fields.Fraction("percent_off_precise", "percent_off")
    amount_off = fields.Amount()
    currency = fields.Text()
    duration = fields.Text()
    duration_in_months = fields.Number()
    max_redemptions = fields.Number()
    times_redeemed = fields.Number()
    redeem_by = fields.Timestamp()
    valid = fields.Flag()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_coupon"
