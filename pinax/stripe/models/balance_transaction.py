"""Balance transactions."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import MONEY, StripeList, StripeObject


class BalanceTransaction(StripeObject):
    """Money coming into or going out of a balance, with its fee.

    Source: https://docs.stripe.com/api/balance_transactions/object
    """

    stripe_object = "balance_transaction"
    personal = ("description",)
    stripe_paths = ("/v1/balance_transactions/{id}",)
    stripe_list = StripeList("/v1/balance_transactions")

    amount = fields.Amount()
    fee = fields.Amount()
    net = fields.Amount()
    currency = fields.Text()
    type = fields.Text(db_index=True)
    reporting_category = fields.Text(db_index=True)
    status = fields.Text(db_index=True)
    available_on = fields.Timestamp()
    balance_type = fields.Text()
    exchange_rate = fields.Fraction()
    #: The id of the charge, refund, payout or other object that caused it; ``type`` says which.
    source_id = fields.Text("source", db_index=True)
    description = fields.LongText()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_balancetransaction"
        indexes = MONEY
