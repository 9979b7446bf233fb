"""The statuses of Stripe's objects, in the order in which an object has them: the choices of a filter, data only."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_SETUP: Final = ("requires_payment_method", "requires_confirmation", "requires_action", "processing")

#: A model → what Stripe documents for its ``status``. Stripe adds others; they can be typed into the address.
STATUSES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "BalanceTransaction": ("pending", "available"),
        "BankAccount": (
            "new",
            "validated",
            "verified",
            "verification_failed",
            "tokenized_account_number_deactivated",
            "errored",
        ),
        "Capability": ("unrequested", "pending", "inactive", "active"),
        "Charge": ("pending", "succeeded", "failed"),
        "CheckoutSession": ("open", "complete", "expired"),
        "CreditNote": ("issued", "void"),
        "Dispute": (
            "warning_needs_response",
            "warning_under_review",
            "warning_closed",
            "needs_response",
            "under_review",
            "won",
            "lost",
            "prevented",
            "appeal_needs_response",
            "appeal_under_review",
        ),
        "Invoice": ("draft", "open", "paid", "uncollectible", "void"),
        "InvoicePayment": ("open", "paid", "canceled"),
        "Mandate": ("pending", "active", "inactive"),
        "PaymentIntent": (*_SETUP, "requires_capture", "succeeded", "canceled"),
        "Payout": ("pending", "in_transit", "paid", "failed", "canceled"),
        "Quote": ("draft", "open", "accepted", "canceled"),
        "Refund": ("pending", "requires_action", "succeeded", "failed", "canceled"),
        "SetupIntent": (*_SETUP, "succeeded", "canceled"),
        "Source": ("pending", "chargeable", "consumed", "failed", "canceled"),
        "Subscription": (
            "incomplete",
            "incomplete_expired",
            "trialing",
            "active",
            "past_due",
            "unpaid",
            "paused",
            "canceled",
        ),
        "SubscriptionSchedule": ("not_started", "active", "completed", "released", "canceled"),
        "TopUp": ("pending", "succeeded", "failed", "canceled", "reversed"),
        "Transfer": ("pending", "in_transit", "paid", "failed", "canceled"),
    }
)
