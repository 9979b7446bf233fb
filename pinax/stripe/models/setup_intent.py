"""Setup intents."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class SetupIntent(StripeObject):
    """The process of setting up a payment method for future payments.

    Source: https://docs.stripe.com/api/setup_intents/object
    """

    stripe_object = "setup_intent"
    personal = ("description",)
    stripe_paths = ("/v1/setup_intents/{id}",)
    stripe_list = StripeList("/v1/setup_intents")

    customer = fields.Reference("Customer", related_name="setup_intents")
    customer_account = fields.Text()
    payment_method = fields.Reference("PaymentMethod", related_name="setup_intents")
    mandate = fields.Reference("Mandate", "mandate", "single_use_mandate", related_name="setup_intents")
    on_behalf_of = fields.Reference("Account", related_name="+")
    status = fields.Text(db_index=True)
    usage = fields.Text()
    cancellation_reason = fields.Text()
    error_code = fields.Text("last_setup_error.code")
    description = fields.LongText()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_setupintent"
