"""Invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject
from pinax.stripe.models.children import Children
from pinax.stripe.models.querysets import NotDeletedManager, StripeObjectQuerySet

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self


class InvoiceQuerySet(StripeObjectQuerySet["Invoice"]):
    """Query methods for invoices."""

    def open(self) -> Self:
        """Invoices that are finalized and not paid."""
        return self.filter(status="open")

    def paid(self) -> Self:
        """Invoices that are paid."""
        return self.filter(status="paid")

    def overdue(self, now: datetime | None = None) -> Self:
        """Open invoices whose ``due_date`` has passed; invoices that Stripe charges automatically have none."""
        return self.open().filter(due_date__lt=now or timezone.now())


class Invoice(StripeObject):
    """A statement of the amounts that a customer owes.

    ``charge`` and ``payment_intent`` are filled in API versions before 2025-03-31. Since then, Stripe's invoice names
    neither, unless it includes ``payments``: the payments of an invoice are ``invoice.payments``, rows of
    `InvoicePayment`, which come with their own events. ``data["hosted_invoice_url"]`` is the page on which the customer
    pays, ``data["customer_email"]`` the customer's address when the invoice was finalized.

    Source: https://docs.stripe.com/api/invoices/object
    """

    stripe_object = "invoice"
    personal = ("description",)
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
    #: The first payment's. Since 2025-03-31 only if Stripe includes ``payments``; `InvoicePayment` has all payments.
    charge = fields.Reference("Charge", "payments.data.0.payment.charge", "charge", related_name="+")
    payment_intent = fields.Reference(
        "PaymentIntent", "payments.data.0.payment.payment_intent", "payment_intent", related_name="+"
    )
    number = fields.Text(db_index=True)
    #: Before 2018-11-08 there were booleans instead.
    status = fields.Text(
        "status",
        translated=(("paid", True, "paid"), ("forgiven", True, "uncollectible"), ("paid", False, "open")),
        db_index=True,
    )
    billing_reason = fields.Text()
    collection_method = fields.Text("collection_method", "billing")
    currency = fields.Text()
    amount_due = fields.Amount()
    amount_paid = fields.Amount()
    amount_paid_off_stripe = fields.Amount()
    amount_overpaid = fields.Amount()
    amount_remaining = fields.Amount()
    subtotal = fields.Amount()
    subtotal_excluding_tax = fields.Amount()
    total = fields.Amount()
    total_excluding_tax = fields.Amount()
    tax = fields.Amount("total_taxes.*.amount", "tax", "total_tax_amounts.*.amount")
    starting_balance = fields.Amount()
    ending_balance = fields.Amount()
    attempted = fields.Flag()
    attempt_count = fields.Number()
    auto_advance = fields.Flag("auto_advance", translated=(("closed", True, False), ("closed", False, True)))
    next_payment_attempt = fields.Timestamp()
    due_date = fields.Timestamp()
    effective_at = fields.Timestamp()
    period_start = fields.Timestamp()
    period_end = fields.Timestamp()
    finalized_at = fields.Timestamp("status_transitions.finalized_at", "finalized_at")
    paid_at = fields.Timestamp("status_transitions.paid_at")
    voided_at = fields.Timestamp("status_transitions.voided_at")
    marked_uncollectible_at = fields.Timestamp("status_transitions.marked_uncollectible_at")
    receipt_number = fields.Text()
    description = fields.LongText()
    lines = Children("lines.data", "InvoiceLineItem", owned=True, rest="/v1/invoices/{id}/lines")
    payments = Children("payments.data", "InvoicePayment")

    objects = NotDeletedManager.from_queryset(InvoiceQuerySet)()  # type: ignore[assignment, misc]  # the base's, and more
    all_objects = InvoiceQuerySet.as_manager()  # type: ignore[misc]  # the base's, and more

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_invoice"
