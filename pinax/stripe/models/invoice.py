"""Invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from pinax.stripe.models import fields
from pinax.stripe.models.base import Present, StripeList, StripeObject, StripeObjectQuerySet

if TYPE_CHECKING:
    from typing import Self


class InvoiceQuerySet(StripeObjectQuerySet["Invoice"]):
    """Invoices, as sentences. Before 2018-11-08 an invoice had flags instead of a status."""

    def open(self) -> Self:
        """Invoices that wait to be paid."""
        flags = Q(status="", data__paid=False, data__closed=False)
        return self.filter(Q(status="open") | flags)

    def paid(self) -> Self:
        """Invoices that are paid."""
        return self.filter(Q(status="paid") | Q(status="", data__paid=True))


class Invoice(StripeObject):
    """What a customer owes, line by line.

    Source: https://docs.stripe.com/api/invoices/object
    """

    stripe_object = "invoice"
    stripe_paths = ("/v1/invoices/{id}",)
    stripe_list = StripeList("/v1/invoices")

    customer = fields.Reference("Customer", related_name="invoices")
    customer_account = fields.Text()
    subscription = fields.Reference(
        "Subscription", "parent.subscription_details.subscription", "subscription", related_name="invoices"
    )
    quote = fields.Reference("Quote", "parent.quote_details.quote", "quote", related_name="invoices")
    default_payment_method = fields.Reference("PaymentMethod", related_name="+")
    on_behalf_of = fields.Reference("Account", related_name="+")
    #: Until 2025-03-31; since then ``payments`` lead to them.
    charge = fields.Reference("Charge", related_name="+")
    payment_intent = fields.Reference("PaymentIntent", related_name="+")
    number = fields.Text(db_index=True)
    status = fields.Text(db_index=True)
    billing_reason = fields.Text()
    collection_method = fields.Text("collection_method", "billing")
    currency = fields.Text()
    amount_due = fields.Amount()
    amount_paid = fields.Amount()
    amount_remaining = fields.Amount()
    subtotal = fields.Amount()
    total = fields.Amount()
    total_excluding_tax = fields.Amount()
    starting_balance = fields.Amount()
    ending_balance = fields.Amount()
    attempted = fields.Flag()
    attempt_count = fields.Number()
    auto_advance = fields.Flag()
    next_payment_attempt = fields.Timestamp()
    due_date = fields.Timestamp()
    period_start = fields.Timestamp()
    period_end = fields.Timestamp()
    finalized_at = fields.Timestamp("status_transitions.finalized_at", "finalized_at")
    paid_at = fields.Timestamp("status_transitions.paid_at")
    voided_at = fields.Timestamp("status_transitions.voided_at")
    marked_uncollectible_at = fields.Timestamp("status_transitions.marked_uncollectible_at")
    receipt_number = fields.Text()
    description = fields.LongText()
    lines = fields.Children("lines.data", "InvoiceLineItem", owned=True, rest="/v1/invoices/{id}/lines")
    payments = fields.Children("payments.data", "InvoicePayment")

    objects = Present.from_queryset(InvoiceQuerySet)()  # type: ignore[assignment, misc]  # the base's, and more
    all_objects = InvoiceQuerySet.as_manager()  # type: ignore[misc]  # the base's, and more
