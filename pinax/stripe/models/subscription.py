"""Subscriptions and their items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject
from pinax.stripe.models.children import Children
from pinax.stripe.models.invoice import Invoice
from pinax.stripe.models.querysets import NotDeletedManager, StripeObjectQuerySet

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from typing import Self

    from pinax.stripe.models.price import Price
    from pinax.stripe.models.product import Product
    from pinax.stripe.plain_json import Json

#: Statuses that give access.
ACTIVE = ("active", "trialing")
#: Statuses in which Stripe collects invoices: during a trial they are zero, and past due ones are retried.
COLLECTING = ("active", "trialing", "past_due")
#: Final statuses.
ENDED = ("canceled", "incomplete_expired")
#: Statuses of subscriptions that have never been active.
NEVER_ACTIVE = ("incomplete", "incomplete_expired")
#: Statuses in which the current period is not paid for, but earlier ones were.
IN_ARREARS = ("past_due", "unpaid", "paused")
#: Reasons for a pause of a subscription that was paid for, or on trial, until then.
PAUSED_IN_GOOD_STANDING = ("pause_requested", "system", "trial_end_without_payment_method")


class SubscriptionQuerySet(StripeObjectQuerySet["Subscription"]):
    """Query methods for subscriptions."""

    def active(self, *, grace: timedelta | None = None) -> Self:
        """Subscriptions that give access: paid for or on trial, and not paused with the behavior ``void``.

        Args:
            grace: includes subscriptions that have been past due for less than this. The time counts from the oldest
                open invoice since the last paid one: from its ``due_date``, or from its creation if Stripe charges it
                automatically. If there is no such invoice, it counts from the start of the period.
        """
        served = self.exclude(pause_behavior="void")
        if grace is None:
            return served.filter(status__in=ACTIVE)
        in_grace = Q(status="past_due", past_due_since__gt=timezone.now() - grace)
        return served.alias(past_due_since=_past_due_since()).filter(Q(status__in=ACTIVE) | in_grace)

    def active_at(self, moment: datetime) -> Self:
        """Subscriptions that were active at ``moment``, or will be if nothing changes.

        Stripe has no history of statuses and of paused collection, so this is an approximation. A subscription that
        has ended counts as active from its start to its end. One that was paused, but not because of a failed payment,
        counts until it was paused. One that is past due, unpaid, paused because of a failed payment, or paused with
        the behavior ``void`` counts until the start of its current period.
        """
        began = Q(start_date__lte=moment) | Q(created__lte=moment)
        ended = Q(ended_at__isnull=False) & ~Q(status__in=NEVER_ACTIVE)
        served = ~Q(pause_behavior="void")
        paid_for = Q(served, status__in=ACTIVE)
        paid_for |= Q(status__in=(*ACTIVE, *IN_ARREARS), current_period_start__gt=moment)
        paid_for |= Q(served, status="paused", pause_reason__in=PAUSED_IN_GOOD_STANDING, paused_at__gt=moment)
        started = self.with_ends_at().filter(began, ended | paid_for)
        return started.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=moment))

    def collecting(self) -> Self:
        """Subscriptions whose invoices Stripe collects: active, on trial or past due, and not paused."""
        return self.filter(status__in=COLLECTING, pause_behavior="")

    def ending(self) -> Self:
        """Subscriptions that have not ended and have a date on which they will be canceled."""
        dated = Q(cancel_at__isnull=False) | Q(cancel_at_period_end=True)
        return self.filter(dated, ended_at__isnull=True).exclude(status__in=ENDED)

    def with_ends_at(self) -> Self:
        """Annotate ``ends_at``, for use in ``filter()`` and ``order_by()``."""
        return self.alias(ends_at=_ends_at())

    def to(self, *, product: Product | str | None = None, price: Price | str | None = None) -> Self:
        """Subscriptions with an item of a product or price: a row, or an id in any account and mode."""
        if product is None and price is None:
            return self
        items = SubscriptionItem.objects.filter(**_being("product", product), **_being("price", price))
        # Old subscriptions have no items; their plan has the id, account and mode of a price.
        plan = Q(**_being("plan__product", product), **_being("plan", getattr(price, "stripe_id", price)))
        if price is not None and not isinstance(price, str):
            plan &= Q(plan__stripe_account=price.stripe_account, plan__livemode=price.livemode)
        return self.filter(Exists(items.filter(subscription=OuterRef("pk"))) | plan)


class Subscription(StripeObject):
    """A customer's subscription.

    Source: https://docs.stripe.com/api/subscriptions/object
    """

    stripe_object = "subscription"
    stripe_paths = ("/v1/subscriptions/{id}",)
    #: Without a status, Stripe leaves out ended subscriptions.
    stripe_list = StripeList("/v1/subscriptions?status=all")

    customer = fields.Reference("Customer", related_name="subscriptions")
    customer_account = fields.Text()
    latest_invoice = fields.Reference("Invoice", related_name="+")
    schedule = fields.Reference("SubscriptionSchedule", related_name="+")
    default_payment_method = fields.Reference("PaymentMethod", related_name="+")
    pending_setup_intent = fields.Reference("SetupIntent", related_name="+")
    on_behalf_of = fields.Reference("Account", related_name="+")
    #: The plan, quantity and period are those of the first item; other items may differ.
    plan = fields.Reference("Plan", "items.data.0.plan", "plan", related_name="subscriptions")
    quantity = fields.Number("items.data.0.quantity", "quantity")
    status = fields.Text(db_index=True)
    currency = fields.Text("currency", "items.data.0.price.currency", "items.data.0.plan.currency", "plan.currency")
    collection_method = fields.Text("collection_method", "billing")
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
    #: A pause of payment collection; the status does not change.
    pause_behavior = fields.Text("pause_collection.behavior")
    pause_resumes_at = fields.Timestamp("pause_collection.resumes_at")
    #: A pause of the subscription; the status is "paused".
    paused_at = fields.Timestamp("status_details.paused.transitioned_at")
    pause_reason = fields.Text("status_details.paused.subscription.type")
    days_until_due = fields.Number()
    application_fee_percent = fields.Fraction()
    items = Children("items.data", "SubscriptionItem", owned=True, rest="/v1/subscription_items?subscription={id}")

    objects = NotDeletedManager.from_queryset(SubscriptionQuerySet)()  # type: ignore[assignment, misc]  # the base's, and more
    all_objects = SubscriptionQuerySet.as_manager()  # type: ignore[misc]  # the base's, and more

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_subscription"

    @property
    def ends_at(self) -> datetime | None:
        """When it ended or will end; None if it renews. For queries, see ``with_ends_at()``.

        This is Stripe's ``ended_at`` or ``cancel_at``, or with ``cancel_at_period_end`` the earliest end of an item's
        period.

        Source: https://docs.stripe.com/changelog/basil/2025-07-30/cancel-at-enums
        """
        dated = self.ended_at or self.cancel_at
        if dated or not self.cancel_at_period_end:
            return dated
        ends = [item.current_period_end for item in self.items.all() if item.current_period_end]
        return min(ends, default=self.current_period_end)


class SubscriptionItem(StripeObject):
    """An item of a subscription: a price and a quantity.

    Before 2025-03-31 only the subscription had a period, which applied to all of its items.

    Source: https://docs.stripe.com/api/subscription_items/object
    """

    stripe_object = "subscription_item"
    stripe_paths = ("/v1/subscription_items/{id}",)

    subscription = fields.Reference("Subscription", related_name="items")
    #: A plan is also a price with the same id.
    price = fields.Reference("Price", "price", "plan", related_name="subscription_items")
    plan = fields.Reference("Plan", related_name="subscription_items")
    product = fields.Reference("Product", "price.product", "plan.product", related_name="subscription_items")
    quantity = fields.Number()
    current_period_start = fields.Timestamp()
    current_period_end = fields.Timestamp()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_subscriptionitem"

    @classmethod
    def as_child(cls, data: Json, parent: Json) -> Json:
        """Return the item with its period."""
        period = {name: parent[name] for name in ("current_period_start", "current_period_end") if parent.get(name)}
        return {**period, **data}


def _ends_at() -> Coalesce:
    """Return `Subscription.ends_at` as an expression."""
    items = SubscriptionItem.objects.filter(subscription=OuterRef("pk"), current_period_end__isnull=False)
    first_end = items.order_by("current_period_end").values("current_period_end")[:1]
    period_end = Coalesce(Subquery(first_end), "current_period_end")
    return Coalesce("ended_at", "cancel_at", Case(When(cancel_at_period_end=True, then=period_end)))


def _past_due_since() -> Coalesce:
    """Return since when a past due subscription has been past due, according to its invoices."""
    paid_later = Invoice.objects.paid().filter(subscription=OuterRef("subscription"), created__gt=OuterRef("created"))
    unpaid = Invoice.objects.open().filter(~Exists(paid_later), subscription=OuterRef("pk"))
    due = unpaid.annotate(due=Coalesce("due_date", "created")).filter(due__isnull=False).order_by("due").values("due")
    return Coalesce(Subquery(due[:1]), "current_period_start")


def _being(reference: str, thing: object) -> dict[str, Any]:
    """Return the filter for rows that reference ``thing``: a row, or an id; None for no filter."""
    if thing is None:
        return {}
    return {f"{reference}__stripe_id" if isinstance(thing, str) else reference: thing}
