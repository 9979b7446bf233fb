"""Prices."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class Price(StripeObject):
    """A price of a product, one-time or recurring.

    Source: https://docs.stripe.com/api/prices/object
    """

    stripe_object = "price"
    shared = True
    stripe_paths = ("/v1/prices/{id}",)
    #: Lists active and inactive ones.
    stripe_list = StripeList("/v1/prices")

    product = fields.Reference("Product", related_name="prices")
    lookup_key = fields.Text(db_index=True)
    nickname = fields.Text()
    active = fields.Flag()
    type = fields.Text(db_index=True)
    currency = fields.Text()
    unit_amount = fields.Amount()
    unit_amount_decimal = fields.Fraction("unit_amount_decimal", "unit_amount")
    billing_scheme = fields.Text()
    tax_behavior = fields.Text()
    interval = fields.Text("recurring.interval")
    interval_count = fields.Number("recurring.interval_count")
    usage_type = fields.Text("recurring.usage_type")
    meter = fields.Text("recurring.meter")
    trial_period_days = fields.Number("recurring.trial_period_days")

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_price"
