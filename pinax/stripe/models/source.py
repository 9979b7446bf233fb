"""Sources: a legacy means of payment, which older customers may still have."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject


class Source(StripeObject):
    """A legacy means of payment, which payment methods have replaced.

    Source: https://docs.stripe.com/api/sources/object
    """

    stripe_object = "source"
    personal = ("email", "last4", "fingerprint")
    stripe_paths = ("/v1/sources/{id}",)

    customer = fields.Reference("Customer", related_name="legacy_sources")
    type = fields.Text(db_index=True)
    status = fields.Text(db_index=True)
    usage = fields.Text()
    flow = fields.Text()
    amount = fields.Amount()
    currency = fields.Text()
    email = fields.Text("owner.email", "owner.verified_email")
    brand = fields.Text("{type}.brand")
    last4 = fields.Text("{type}.last4", "{type}.iban_last4")
    exp_month = fields.Number("{type}.exp_month")
    exp_year = fields.Number("{type}.exp_year")
    fingerprint = fields.Text("{type}.fingerprint")

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_source"
