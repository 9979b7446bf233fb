"""Subscriptions, and what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models import fields
from pinax.stripe.models.base import Present, StripeList, StripeObject, StripeObjectQuerySet

if TYPE_CHECKING:
    from typing import Self


class SubscriptionQuerySet(StripeObjectQuerySet["Subscription"]):
    """Subscriptions, as sentences."""

    def active(self) -> Self:
        """Subscriptions that are paid for, or on trial."""
        return self.filter(status__in=("active", "trialing"))


class Subscription(StripeObject):
    """A customer's subscription.

    Source: https://docs.stripe.com/api/subscriptions/object
    """

    stripe_object = "subscription"
    stripe_paths = ("/v1/subscriptions/{id}",)
    #: Without a status, Stripe leaves out those that have ended.
    stripe_list = StripeList("/v1/subscriptions?status=all")

    customer = fields.Reference("Customer", related_name="subscriptions")
    customer_account = fields.Text()
    latest_invoice = fields.Reference("Invoice", related_name="+")
    schedule = fields.Reference("SubscriptionSchedule", related_name="+")
    default_payment_method = fields.Reference("PaymentMethod", related_name="+")
    pending_setup_intent = fields.Reference("SetupIntent", related_name="+")
    on_behalf_of = fields.Reference("Account", related_name="+")
    #: Of a subscription with a single item; each item has its own price.
    plan = fields.Reference("Plan", related_name="subscriptions")
    quantity = fields.Number()
    status = fields.Text(db_index=True)
    currency = fields.Text("currency", "plan.currency")
    collection_method = fields.Text("collection_method", "billing")
    #: The first item's; others may differ.
    current_period_start = fields.Timestamp("items.data.0.current_period_start", "current_period_start")
    current_period_end = fields.Timestamp("items.data.0.current_period_end", "current_period_end")
    start_date = fields.Timestamp("start_date", "start")
    billing_cycle_anchor = fields.Timestamp()
    trial_start = fields.Timestamp()
    trial_end = fields.Timestamp()
    cancel_at_period_end = fields.Flag()
    cancel_at = fields.Timestamp()
    canceled_at = fields.Timestamp()
    cancellation_reason = fields.Text("cancellation_details.reason")
    ended_at = fields.Timestamp()
    pause_behavior = fields.Text("pause_collection.behavior")
    days_until_due = fields.Number()
    application_fee_percent = fields.Fraction()
    items = fields.Children(
        "items.data", "SubscriptionItem", owned=True, rest="/v1/subscription_items?subscription={id}"
    )

    objects = Present.from_queryset(SubscriptionQuerySet)()  # type: ignore[assignment, misc]  # the base's, and more
    all_objects = SubscriptionQuerySet.as_manager()  # type: ignore[misc]  # the base's, and more


class SubscriptionItem(StripeObject):
    """One price within a subscription, so many times.

    Source: https://docs.stripe.com/api/subscription_items/object
    """

    stripe_object = "subscription_item"
    stripe_paths = ("/v1/subscription_items/{id}",)

    subscription = fields.Reference("Subscription", related_name="items")
    price = fields.Reference("Price", related_name="subscription_items")
    plan = fields.Reference("Plan", related_name="subscription_items")
    product = fields.Reference("Product", "price.product", "plan.product", related_name="subscription_items")
    quantity = fields.Number()
    current_period_start = fields.Timestamp()
    current_period_end = fields.Timestamp()
