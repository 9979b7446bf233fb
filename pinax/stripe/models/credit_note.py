"""Credit notes."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import MONEY, StripeList, StripeObject


class CreditNote(StripeObject):
    """A document that reduces the amount of a finalized invoice.

    Source: https://docs.stripe.com/api/credit_notes/object
    """

    stripe_object = "credit_note"
    personal = ("memo",)
    stripe_paths = ("/v1/credit_notes/{id}",)
    stripe_list = StripeList("/v1/credit_notes")

    invoice = fields.Reference("Invoice", related_name="credit_notes")
    customer = fields.Reference("Customer", related_name="credit_notes")
    customer_account = fields.Text()
    number = fields.Text(db_index=True)
    status = fields.Text(db_index=True)
    type = fields.Text()
    reason = fields.Text()
    currency = fields.Text()
    amount = fields.Amount()
    subtotal = fields.Amount()
    subtotal_excluding_tax = fields.Amount()
    total = fields.Amount()
    total_excluding_tax = fields.Amount()
    pre_payment_amount = fields.Amount()
    post_payment_amount = fields.Amount()
    out_of_band_amount = fields.Amount()
    effective_at = fields.Timestamp()
    voided_at = fields.Timestamp()
    memo = fields.LongText()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_creditnote"
        indexes = MONEY
