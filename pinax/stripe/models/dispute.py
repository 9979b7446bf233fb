"""Disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models import fields
from pinax.stripe.models.base import MONEY, Implied, StripeList, StripeObject
from pinax.stripe.models.children import Children

if TYPE_CHECKING:
    from collections.abc import Iterator


class Dispute(StripeObject):
    """A dispute of a charge by the payer's bank.

    If the status begins with ``warning_``, it is only an inquiry.

    Source: https://docs.stripe.com/api/disputes/object
    """

    stripe_object = "dispute"
    stripe_paths = ("/v1/disputes/{id}",)
    stripe_list = StripeList("/v1/disputes")

    charge = fields.Reference("Charge", related_name="disputes")
    payment_intent = fields.Reference("PaymentIntent", related_name="disputes")
    amount = fields.Amount()
    currency = fields.Text()
    status = fields.Text(db_index=True)
    reason = fields.Text()
    network_reason_code = fields.Text(
        "payment_method_details.{type}.network_reason_code",
        "payment_method_details.{type}.reason_code",
        "network_reason_code",
    )
    due_by = fields.Timestamp("evidence_details.due_by", "evidence_due_by")
    has_evidence = fields.Flag("evidence_details.has_evidence")
    submission_count = fields.Number("evidence_details.submission_count")
    is_charge_refundable = fields.Flag()
    balance_transactions = Children("balance_transactions", "BalanceTransaction")

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_dispute"
        indexes = MONEY

    def implies(self) -> Iterator[Implied]:
        """Yield that the charge is disputed, unless this is only an inquiry or was prevented."""
        if self.status and self.status != "prevented" and not self.status.startswith("warning_"):
            yield Implied("charge", "disputed", value=True)
