"""Payouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models import fields
from pinax.stripe.models.base import MONEY, Implied, StripeList, StripeObject

if TYPE_CHECKING:
    from collections.abc import Iterator


class Payout(StripeObject):
    """Money sent from a Stripe balance to a bank account or a card.

    Source: https://docs.stripe.com/api/payouts/object
    """

    stripe_object = "payout"
    shared = True
    stripe_paths = ("/v1/payouts/{id}",)
    stripe_list = StripeList("/v1/payouts")

    balance_transaction = fields.Reference("BalanceTransaction", related_name="payouts")
    original_payout = fields.Reference("Payout", related_name="+")
    reversed_by = fields.Reference("Payout", related_name="+", lasting=True)
    amount = fields.Amount()
    currency = fields.Text()
    status = fields.Text(db_index=True)
    #: The id of the bank account or card; ``type`` says which.
    destination_id = fields.Text("destination")
    type = fields.Text()
    method = fields.Text()
    source_type = fields.Text()
    automatic = fields.Flag()
    arrival_date = fields.Timestamp()
    reconciliation_status = fields.Text()
    failure_code = fields.Text()
    failure_message = fields.LongText()
    description = fields.LongText()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_payout"
        indexes = MONEY

    def implies(self) -> Iterator[Implied]:
        """Yield that this payout reverses its original payout."""
        yield Implied("original_payout", "reversed_by")
