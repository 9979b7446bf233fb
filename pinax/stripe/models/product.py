"""Products."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class Product(StripeObject):
    """A product or service for sale.

    Source: https://docs.stripe.com/api/products/object
    """

    stripe_object = "product"
    shared = True
    stripe_paths = ("/v1/products/{id}",)
    #: Lists active and inactive ones.
    stripe_list = StripeList("/v1/products")

    default_price = fields.Reference("Price", related_name="+")
    name = fields.Text()
    active = fields.Flag()
    type = fields.Text()
    tax_code = fields.Text("tax_code", "tax_details.tax_code")
    updated = fields.Timestamp()
    description = fields.LongText()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_product"
