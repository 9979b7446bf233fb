"""Products, prices, plans, coupons and meters."""

from typing import Any

from pinax.stripe.testing.ids import id_of_type
from pinax.stripe.testing.objects.shape import Json, as_decimal, make, this_second


def product(**over: Any) -> Json:
    """Return a product."""
    return make(
        "product",
        over,
        active=True,
        default_price=None,
        description=None,
        images=[],
        marketing_features=[],
        metadata={},
        name="Gold",
        package_dimensions=None,
        shippable=None,
        statement_descriptor=None,
        tax_code=None,
        type="service",
        unit_label=None,
        updated=this_second(),
        url=None,
    )


def price(*, unit_amount: int | None = 1000, interval: str | None = "month", **over: Any) -> Json:
    """Return a price.

    Args:
        unit_amount: in minor units; None where tiers say it.
        interval: day, week, month or year; None for a price that is paid once.
        over: other keys of the price.
    """
    recurring = {
        "interval": interval,
        "interval_count": 1,
        "meter": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }
    return make(
        "price",
        over,
        active=True,
        billing_scheme="per_unit",
        currency="usd",
        custom_unit_amount=None,
        lookup_key=None,
        metadata={},
        nickname=None,
        product=id_of_type("product"),
        recurring=recurring if interval else None,
        tax_behavior="unspecified",
        tiers_mode=None,
        transform_quantity=None,
        type="recurring" if interval else "one_time",
        unit_amount=unit_amount,
        unit_amount_decimal=as_decimal(unit_amount),
    )


def plan(*, amount: int | None = 1000, **over: Any) -> Json:
    """Return a plan, which prices have superseded; ``amount`` is in minor units."""
    return make(
        "plan",
        over,
        active=True,
        amount=amount,
        amount_decimal=as_decimal(amount),
        billing_scheme="per_unit",
        currency="usd",
        interval="month",
        interval_count=1,
        metadata={},
        meter=None,
        nickname=None,
        product=id_of_type("product"),
        tiers_mode=None,
        transform_usage=None,
        trial_period_days=None,
        usage_type="licensed",
    )


def coupon(**over: Any) -> Json:
    """Return a coupon of a quarter off, once."""
    return make(
        "coupon",
        over,
        amount_off=None,
        currency=None,
        duration="once",
        duration_in_months=None,
        max_redemptions=None,
        metadata={},
        name=None,
        percent_off=25.0,
        redeem_by=None,
        times_redeemed=0,
        valid=True,
    )


def meter(**over: Any) -> Json:
    """Return a meter, which sums up usage."""
    return make(
        "billing.meter",
        over,
        customer_mapping={"event_payload_key": "stripe_customer_id", "type": "by_id"},
        default_aggregation={"formula": "sum"},
        display_name="Requests",
        event_name="requests",
        event_time_window=None,
        status="active",
        status_transitions={"deactivated_at": None},
        updated=this_second(),
        value_settings={"event_payload_key": "value"},
    )
