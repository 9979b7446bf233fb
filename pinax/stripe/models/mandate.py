"""Mandates."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject


class Mandate(StripeObject):
    """A customer's permission to debit a payment method.

    Source: https://docs.stripe.com/api/mandates/object
    """

    stripe_object = "mandate"
    stripe_paths = ("/v1/mandates/{id}",)

    payment_method = fields.Reference("PaymentMethod", related_name="mandates")
    on_behalf_of = fields.Reference("Account", related_name="+")
    status = fields.Text(db_index=True)
    type = fields.Text()
    accepted_at = fields.Timestamp("customer_acceptance.accepted_at")

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_mandate"
