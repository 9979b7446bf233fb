"""Refunds."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class Refund(StripeObject):
    """Money of a charge going back to who paid.

    Source: https://docs.stripe.com/api/refunds/object
    """

    stripe_object = "refund"
    stripe_paths = ("/v1/refunds/{id}",)
    stripe_list = StripeList("/v1/refunds")

    charge = fields.Reference("Charge", related_name="refunds")
    payment_intent = fields.Reference("PaymentIntent", related_name="refunds")
    customer = fields.Reference("Customer", related_name="refunds")
    payment_method = fields.Reference("PaymentMethod", related_name="refunds")
    balance_transaction = fields.Reference("BalanceTransaction", related_name="refunds")
    transfer_reversal = fields.Reference("TransferReversal", related_name="+")
    amount = fields.Amount()
    currency = fields.Text()
    status = fields.Text(db_index=True)
    reason = fields.Text()
    pending_reason = fields.Text()
    failure_reason = fields.Text()
    receipt_number = fields.Text()
    description = fields.LongText()
