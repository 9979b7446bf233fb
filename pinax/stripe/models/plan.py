"""Plans."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class Plan(StripeObject):
    """A legacy recurring price; prices have replaced plans.

    Source: https://docs.stripe.com/api/plans/object
    """

    stripe_object = "plan"
    shared = True
    stripe_paths = ("/v1/plans/{id}",)
    stripe_list = StripeList("/v1/plans")

    product = fields.Reference("Product", related_name="plans")
    nickname = fields.Text("nickname", "name")
    active = fields.Flag()
    currency = fields.Text()
    amount = fields.Amount()
    amount_decimal = fields.Fraction("amount_decimal", "amount")
    billing_scheme = fields.Text()
    interval = fields.Text()
    interval_count = fields.Number()
    usage_type = fields.Text()
    meter = fields.Text()
    trial_period_days = fields.Number()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_plan"
