"""The columns and search fields of each synced object; `StripeObjectAdmin` has what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from pinax.stripe import models
from pinax.stripe.admin.customer import CustomerAdmin
from pinax.stripe.admin.names import in_words
from pinax.stripe.admin.stripe_object import StripeObjectAdmin
from pinax.stripe.models.fields import Reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinax.stripe.models import StripeObject


def register_objects() -> None:
    """Register every synced object with the admin."""
    _register(models.Account, "business_name", "email", "country", "charges_enabled", found_by=["email"])
    _register(models.ActiveEntitlement, "lookup_key", "customer", "feature", found_by=["lookup_key"])
    _register(models.ApplicationFee, "amount", "amount_refunded", "charge", found_by=["charge"])
    _register(models.ApplicationFeeRefund, "amount", "fee")
    _register(models.BalanceTransaction, "type", "amount", "fee", "net", "source_id", "status", found_by=["source_id"])
    _register(models.BankAccount, "bank_name", "last4", "customer", "status", "country")
    _register(models.Capability, "account", "status", "requested")
    _register(models.Card, "brand", "last4", "exp_month", "exp_year", "customer")
    _register(models.Charge, "amount", "status", "customer", "amount_refunded", "disputed", "brand", "last4")
    _register(models.CheckoutLineItem, "description", "quantity", "amount_total", "product", "checkout_session")
    visit = ["email", "client_reference_id"]
    _register(models.CheckoutSession, "status", "payment_status", "amount_total", "customer", "email", found_by=visit)
    _register(models.Coupon, "name", "percent_off", "amount_off", "duration", "times_redeemed", "valid")
    _register(models.CreditNote, "number", "total", "status", "customer", "invoice", found_by=["number"])
    admin.site.register(models.Customer, CustomerAdmin)
    _register(models.Discount, "coupon", "customer", "subscription", "start", "end")
    _register(models.Dispute, "amount", "status", "reason", "charge", "due_by")
    _register(models.EarlyFraudWarning, "charge", "fraud_type", "actionable")
    _register(models.Invoice, "number", "status", "total", "customer", "subscription", found_by=["number"])
    _register(models.InvoiceItem, "description", "amount", "customer", "invoice")
    _register(models.InvoiceLineItem, "description", "amount", "quantity", "invoice")
    _register(models.InvoicePayment, "amount_paid", "status", "invoice", "payment_intent")
    _register(models.Mandate, "status", "type", "payment_method")
    _register(models.OtherObject, "object_type")
    _register(models.PaymentIntent, "amount", "status", "customer", "payment_method", "error_code")
    _register(models.PaymentLink, "url", "active", "currency")
    _register(models.PaymentMethod, "type", "brand", "last4", "exp_month", "exp_year", "customer")
    _register(models.Payout, "amount", "status", "arrival_date", "method", "failure_code")
    _register(models.Person, "first_name", "last_name", "account", "verification_status", found_by=["email"])
    _register(models.Plan, "nickname", "product", "amount", "interval", "active")
    _register(models.Price, "nickname", "product", "unit_amount", "interval", "active", found_by=["lookup_key"])
    _register(models.Product, "name", "active", "default_price")
    _register(models.PromotionCode, "code", "coupon", "active", "times_redeemed", "expires_at", found_by=["code"])
    _register(models.Quote, "number", "status", "amount_total", "customer", "expires_at", found_by=["number"])
    _register(models.Refund, "amount", "status", "reason", "charge")
    _register(models.Review, "charge", "open", "reason")
    _register(models.SetupIntent, "status", "customer", "payment_method", "usage")
    _register(models.Source, "type", "status", "customer", "brand", "last4")
    _register(models.Subscription, "status", "customer", "current_period_end", "cancel_at_period_end", "latest_invoice")
    _register(models.SubscriptionItem, "subscription", "price", "quantity", "current_period_end")
    _register(models.SubscriptionSchedule, "status", "customer", "subscription", "current_phase_end")
    _register(models.TaxId, "type", "value", "customer", "verification_status")
    _register(models.TaxRate, "display_name", "percentage", "inclusive", "country", "active")
    _register(models.TopUp, "amount", "status", "expected_availability_date")
    _register(models.Transfer, "amount", "destination", "amount_reversed", "transfer_group")
    _register(models.TransferReversal, "amount", "transfer")


def _register(model: type[StripeObject], *shown: str, found_by: Sequence[str] = ()) -> None:
    """Register a model.

    Args:
        model: the model of a Stripe object.
        shown: the columns of its list, besides those of every object.
        found_by: fields that the search compares, besides ids; each has an index.
    """
    names = {"stripe_id": _("id"), **{name: in_words(name) for name in found_by}}
    references = {field.name for field in model._meta.concrete_fields if isinstance(field, Reference)}
    if "customer" in references:
        names["customer__stripe_id"] = _("customer's id")
    if "charge" in references:
        names["charge__customer__stripe_id"] = _("customer's id")
    words = list(dict.fromkeys(names.values()))
    admin.site.register(
        model,
        StripeObjectAdmin,
        shown=shown,
        search_fields=tuple(names),
        search_help_text=format_lazy(_("Exact match: {}."), format_lazy(", ".join("{}" for _name in words), *words)),
    )
