"""Early fraud warnings."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class EarlyFraudWarning(StripeObject):
    """A card issuer's warning that a charge may be fraudulent.

    Source: https://docs.stripe.com/api/radar/early_fraud_warnings/object
    """

    stripe_object = "radar.early_fraud_warning"
    stripe_paths = ("/v1/radar/early_fraud_warnings/{id}",)
    stripe_list = StripeList("/v1/radar/early_fraud_warnings")

    charge = fields.Reference("Charge", related_name="early_fraud_warnings")
    payment_intent = fields.Reference("PaymentIntent", related_name="early_fraud_warnings")
    fraud_type = fields.Text()
    actionable = fields.Flag()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_earlyfraudwarning"
