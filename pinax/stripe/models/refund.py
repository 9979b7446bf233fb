"""Refunds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models import fields
from pinax.stripe.models.base import MONEY, StripeList, StripeObject
from pinax.stripe.models.querysets import NotDeletedManager
from pinax.stripe.models.sums import SummableQuerySet

if TYPE_CHECKING:
    from typing import Self


class RefundQuerySet(SummableQuerySet["Refund"]):
    """Query methods for refunds. Sums per month use the month of the refund, not that of the charge."""

    def succeeded(self) -> Self:
        """Refunds that succeeded."""
        return self.filter(status="succeeded")


class Refund(StripeObject):
    """A refund of a charge, or of a part of it.

    Source: https://docs.stripe.com/api/refunds/object
    """

    stripe_object = "refund"
    personal = ("description",)
    stripe_paths = ("/v1/refunds/{id}",)
    stripe_list = StripeList("/v1/refunds")

    charge = fields.Reference("Charge", related_name="refunds")
    payment_intent = fields.Reference("PaymentIntent", related_name="refunds")
    customer = fields.Reference("Customer", related_name="refunds")
    customer_account = fields.Text()
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

    objects = NotDeletedManager.from_queryset(RefundQuerySet)()  # type: ignore[assignment, misc]  # the base's, and more
    all_objects = RefundQuerySet.as_manager()  # type: ignore[misc]  # the base's, and more

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_refund"
        indexes = MONEY
