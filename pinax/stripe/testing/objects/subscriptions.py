"""Subscriptions and their items."""

from collections.abc import Sequence
from typing import Any, Final

from pinax.stripe.testing.ids import id_of_type
from pinax.stripe.testing.objects.catalogue import plan as a_plan
from pinax.stripe.testing.objects.catalogue import price as a_price
from pinax.stripe.testing.objects.shape import Json, list_of, make, this_second

MONTH: Final = 30 * 24 * 60 * 60


def plan_of(price: Json) -> Json:
    """Return a recurring price as a plan."""
    return a_plan(
        id=price["id"],
        created=price["created"],
        amount=price["unit_amount"],
        currency=price["currency"],
        interval=price["recurring"]["interval"],
        product=price["product"],
    )


def subscription_item(*, price: Json | None = None, **over: Any) -> Json:
    """Return a subscription's item, which since 2025-03-31.basil has the current period.

    Args:
        price: a whole price, recurring, as items carry it.
        over: other keys of the item.
    """
    price = price or a_price()
    return make(
        "subscription_item",
        over,
        billing_thresholds=None,
        current_period_end=this_second() + MONTH,
        current_period_start=this_second(),
        discounts=[],
        metadata={},
        plan=plan_of(price),
        price=price,
        quantity=1,
        subscription=id_of_type("subscription"),
        tax_rates=[],
    )


def subscription(*, items: Sequence[Json] = (), **over: Any) -> Json:
    """Return a subscription.

    Args:
        items: its items, each of which becomes this subscription's; one of its own where none is given.
        over: other keys of the subscription.
    """
    items = items or [subscription_item(price=a_price(currency=over.get("currency", "usd")))]
    body = make(
        "subscription",
        over,
        application=None,
        application_fee_percent=None,
        automatic_tax={"disabled_reason": None, "enabled": False, "liability": None},
        billing_cycle_anchor=this_second(),
        billing_mode={"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        billing_schedules=[],
        cancel_at=None,
        cancel_at_period_end=False,
        canceled_at=None,
        cancellation_details={"comment": None, "feedback": None, "reason": None},
        collection_method="charge_automatically",
        currency=items[0]["price"]["currency"],
        customer=id_of_type("customer"),
        days_until_due=None,
        default_payment_method=None,
        default_source=None,
        default_tax_rates=[],
        description=None,
        discounts=[],
        ended_at=None,
        invoice_settings={"account_tax_ids": None, "issuer": {"type": "self"}},
        latest_invoice=None,
        metadata={},
        on_behalf_of=None,
        pause_collection=None,
        pending_setup_intent=None,
        schedule=None,
        start_date=this_second(),
        status="active",
        status_details=None,
        test_clock=None,
        trial_end=None,
        trial_start=None,
    )
    own = [dict(item, subscription=body["id"]) for item in items]
    return body | {"items": list_of(own, f"/v1/subscription_items?subscription={body['id']}")}
