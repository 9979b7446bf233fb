"""Transfers to connected accounts, and their reversals."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import MONEY, StripeList, StripeObject
from pinax.stripe.models.children import Children


class Transfer(StripeObject):
    """Money moved to a connected account; before 2017-04-06 also to a bank account.

    Source: https://docs.stripe.com/api/transfers/object
    """

    stripe_object = "transfer"
    personal = ("description", "transfer_group")
    stripe_paths = ("/v1/transfers/{id}",)
    stripe_list = StripeList("/v1/transfers")

    destination = fields.Reference("Account", prefix="acct_", related_name="transfers")
    source_transaction = fields.Reference("Charge", prefix=("ch_", "py_"), related_name="transfers")
    balance_transaction = fields.Reference("BalanceTransaction", related_name="transfers")
    amount = fields.Amount()
    amount_reversed = fields.Amount()
    currency = fields.Text()
    reversed = fields.Flag()
    source_type = fields.Text()
    transfer_group = fields.Text()
    description = fields.LongText()
    #: The id, in the destination's account, of the payment that it received.
    destination_payment = fields.Text()
    #: Transfers to bank accounts only; payouts have these fields today.
    status = fields.Text(db_index=True)
    type = fields.Text()
    arrival_date = fields.Timestamp("arrival_date", "date")
    reversals = Children("reversals.data", "TransferReversal", owned=True, rest="/v1/transfers/{id}/reversals")

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_transfer"
        indexes = MONEY


class TransferReversal(StripeObject):
    """A reversal of a transfer, or of a part of it.

    Source: https://docs.stripe.com/api/transfer_reversals/object
    """

    stripe_object = "transfer_reversal"
    stripe_paths = ("/v1/transfers/{transfer}/reversals/{id}",)

    transfer = fields.Reference("Transfer", related_name="reversals")
    source_refund = fields.Reference("Refund", related_name="+")
    balance_transaction = fields.Reference("BalanceTransaction", related_name="transfer_reversals")
    amount = fields.Amount()
    currency = fields.Text()
    #: An id in the account that had received the transfer.
    destination_payment_refund = fields.Text()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_transferreversal"
