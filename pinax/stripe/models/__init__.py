"""The models: events, and Stripe's objects in their last known state; one module for each of Stripe's object types."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.apps import apps

from pinax.stripe.models.account import Account, Capability, Person
from pinax.stripe.models.active_entitlement import ActiveEntitlement
from pinax.stripe.models.application_fee import ApplicationFee, ApplicationFeeRefund
from pinax.stripe.models.balance_transaction import BalanceTransaction
from pinax.stripe.models.bank_account import BankAccount
from pinax.stripe.models.base import StripeObject
from pinax.stripe.models.card import Card
from pinax.stripe.models.charge import Charge
from pinax.stripe.models.checkout_line_item import CheckoutLineItem
from pinax.stripe.models.checkout_session import CheckoutSession
from pinax.stripe.models.command_run import CommandRun
from pinax.stripe.models.coupon import Coupon
from pinax.stripe.models.credit_note import CreditNote
from pinax.stripe.models.customer import Customer
from pinax.stripe.models.discount import Discount
from pinax.stripe.models.dispute import Dispute
from pinax.stripe.models.early_fraud_warning import EarlyFraudWarning
from pinax.stripe.models.event import Event
from pinax.stripe.models.event_processing_exception import EventProcessingException
from pinax.stripe.models.event_receipt import EventReceipt
from pinax.stripe.models.event_replay import EventReplay
from pinax.stripe.models.import_progress import ImportProgress
from pinax.stripe.models.invoice import Invoice
from pinax.stripe.models.invoice_item import InvoiceItem
from pinax.stripe.models.invoice_line_item import InvoiceLineItem
from pinax.stripe.models.invoice_payment import InvoicePayment
from pinax.stripe.models.mandate import Mandate
from pinax.stripe.models.other_object import OtherObject
from pinax.stripe.models.payment_intent import PaymentIntent
from pinax.stripe.models.payment_link import PaymentLink
from pinax.stripe.models.payment_method import PaymentMethod
from pinax.stripe.models.payout import Payout
from pinax.stripe.models.plan import Plan
from pinax.stripe.models.price import Price
from pinax.stripe.models.product import Product
from pinax.stripe.models.promotion_code import PromotionCode
from pinax.stripe.models.quote import Quote
from pinax.stripe.models.reconciliation import Reconciliation
from pinax.stripe.models.refund import Refund
from pinax.stripe.models.rejected_delivery import RejectedDelivery
from pinax.stripe.models.review import Review
from pinax.stripe.models.setup_intent import SetupIntent
from pinax.stripe.models.source import Source
from pinax.stripe.models.subscription import Subscription, SubscriptionItem
from pinax.stripe.models.subscription_schedule import SubscriptionSchedule
from pinax.stripe.models.tax_id import TaxId
from pinax.stripe.models.tax_rate import TaxRate
from pinax.stripe.models.top_up import TopUp
from pinax.stripe.models.transfer import Transfer, TransferReversal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinax.stripe.plain_json import Json

__all__ = [
    "Account",
    "ActiveEntitlement",
    "ApplicationFee",
    "ApplicationFeeRefund",
    "BalanceTransaction",
    "BankAccount",
    "Capability",
    "Card",
    "Charge",
    "CheckoutLineItem",
    "CheckoutSession",
    "CommandRun",
    "Coupon",
    "CreditNote",
    "Customer",
    "Discount",
    "Dispute",
    "EarlyFraudWarning",
    "Event",
    "EventProcessingException",
    "EventReceipt",
    "EventReplay",
    "ImportProgress",
    "Invoice",
    "InvoiceItem",
    "InvoiceLineItem",
    "InvoicePayment",
    "Mandate",
    "OtherObject",
    "PaymentIntent",
    "PaymentLink",
    "PaymentMethod",
    "Payout",
    "Person",
    "Plan",
    "Price",
    "Product",
    "PromotionCode",
    "Quote",
    "Reconciliation",
    "Refund",
    "RejectedDelivery",
    "Review",
    "SetupIntent",
    "Source",
    "StripeObject",
    "Subscription",
    "SubscriptionItem",
    "SubscriptionSchedule",
    "TaxId",
    "TaxRate",
    "TopUp",
    "Transfer",
    "TransferReversal",
    "model_of",
    "object_models",
]


@cache
def object_models() -> tuple[type[StripeObject], ...]:
    """Return the models of Stripe objects, those of the project's own apps included."""
    models = [model for model in apps.get_models() if issubclass(model, StripeObject)]
    # A proxy or a child of such a model has no table of its own for the object.
    return tuple(model for model in models if not model._meta.proxy and not model._meta.parents)


@cache
def _typed() -> Mapping[str, type[StripeObject]]:
    """Return the models by Stripe's ``object``; those of this app take precedence."""
    models = sorted(object_models(), key=lambda model: model._meta.app_label == Event._meta.app_label)
    return MappingProxyType({model.stripe_object: model for model in models if model is not OtherObject})


def model_of(data: Json) -> type[StripeObject]:
    """Return the model that stores Stripe's object ``data``; `OtherObject` if it has no model or no id."""
    model = _typed().get(str(data.get("object")), OtherObject)
    return model if model.identify(data) else OtherObject
