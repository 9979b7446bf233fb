"""Tax ids."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class TaxId(StripeObject):
    """A tax identification number of a customer or an account.

    Source: https://docs.stripe.com/api/tax_ids/object
    """

    stripe_object = "tax_id"
    personal = ("value",)
    stripe_paths = ("/v1/customers/{customer}/tax_ids/{id}", "/v1/tax_ids/{id}")
    #: Lists the account's own; those of customers are listed with the customers.
    stripe_list = StripeList("/v1/tax_ids", by_created=False)

    customer = fields.Reference("Customer", "customer", "owner.customer", related_name="tax_ids")
    customer_account = fields.Text("customer_account", "owner.customer_account")
    type = fields.Text(db_index=True)
    value = fields.Text()
    country = fields.Text()
    verification_status = fields.Text("verification.status")

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_taxid"
