"""Balances of accounts, and their balance transactions."""

from typing import Any, Final

from pinax.stripe.testing.ids import id_of_type
from pinax.stripe.testing.objects.shape import Json, make, this_second

WEEK: Final = 7 * 24 * 60 * 60


def balance_transaction(*, amount: int = 1000, fee: int = 59, **over: Any) -> Json:
    """Return a balance transaction; ``amount`` and ``fee`` are in minor units."""
    detail = {"amount": fee, "application": None, "currency": "usd", "type": "stripe_fee"}
    return make(
        "balance_transaction",
        over,
        amount=amount,
        available_on=this_second() + WEEK,
        balance_type="payments",
        currency="usd",
        description=None,
        exchange_rate=None,
        fee=fee,
        fee_details=[detail],
        net=amount - fee,
        reporting_category="charge",
        source=id_of_type("charge"),
        status="pending",
        type="charge",
    )


def balance(**over: Any) -> Json:
    """Return the balance of an account: one for each mode, without an id."""
    return make(
        "balance",
        over,
        available=[{"amount": 0, "currency": "usd", "source_types": {"card": 0}}],
        pending=[{"amount": 0, "currency": "usd", "source_types": {"card": 0}}],
    )
