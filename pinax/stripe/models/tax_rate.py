"""Tax rates."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class TaxRate(StripeObject):
    """A tax as a percentage, inclusive or exclusive.

    Source: https://docs.stripe.com/api/tax_rates/object
    """

    stripe_object = "tax_rate"
    shared = True
    stripe_paths = ("/v1/tax_rates/{id}",)
    stripe_list = StripeList("/v1/tax_rates")

    display_name = fields.Text()
    percentage = fields.Fraction()
    effective_percentage = fields.Fraction()
    inclusive = fields.Flag()
    active = fields.Flag()
    country = fields.Text()
    state = fields.Text()
    jurisdiction = fields.Text()
    tax_type = fields.Text()
    rate_type = fields.Text()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_taxrate"
