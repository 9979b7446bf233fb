"""Payment intents."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import MONEY, StripeList, StripeObject


class PaymentIntent(StripeObject):
    """The process of collecting one payment, which can include several attempts.

    Source: https://docs.stripe.com/api/payment_intents/object
    """

    stripe_object = "payment_intent"
    personal = ("receipt_email", "description", "transfer_group")
    stripe_paths = ("/v1/payment_intents/{id}",)
    stripe_list = StripeList("/v1/payment_intents")

    customer = fields.Reference("Customer", related_name="payment_intents")
    customer_account = fields.Text()
    payment_method = fields.Reference("PaymentMethod", related_name="payment_intents")
    latest_charge = fields.Reference("Charge", "latest_charge", "charges.data.0", related_name="+")
    invoice = fields.Reference("Invoice", related_name="payment_intents")
    review = fields.Reference("Review", related_name="+", lasting=True)
    on_behalf_of = fields.Reference("Account", related_name="+")
    destination = fields.Reference("Account", "transfer_data.destination", related_name="+")
    amount = fields.Amount()
    amount_capturable = fields.Amount()
    amount_received = fields.Amount()
    application_fee_amount = fields.Amount()
    currency = fields.Text()
    status = fields.Text(db_index=True)
    capture_method = fields.Text()
    setup_future_usage = fields.Text()
    payment_record = fields.Text()
    canceled_at = fields.Timestamp()
    cancellation_reason = fields.Text()
    error_code = fields.Text("last_payment_error.code")
    receipt_email = fields.Text()
    transfer_group = fields.Text()
    description = fields.LongText()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_paymentintent"
        indexes = MONEY
