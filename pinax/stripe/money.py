"""Stripe's amounts: integers in minor units, and how many of them make one major unit."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

#: Currencies without minor units. Source: https://docs.stripe.com/currencies#zero-decimal
ZERO_DECIMAL: Final = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf")
)
#: Currencies with thousandths. Source: https://docs.stripe.com/currencies#three-decimal
THREE_DECIMAL: Final = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))


def decimal_places(currency: str) -> int:
    """Return how many decimal places amounts of ``currency`` have at Stripe.

    Args:
        currency: three-letter ISO 4217 code, any case. UGX and ISK have two at Stripe, always ``00``.
    """
    code = currency.lower()
    if code in ZERO_DECIMAL:
        return 0
    return 3 if code in THREE_DECIMAL else 2


def to_major_units(amount: int, currency: str) -> Decimal:
    """Return ``amount`` in major units (dollars, yen, dinars).

    Args:
        amount: whole minor units, e.g. cents; may be negative.
        currency: three-letter ISO 4217 code, any case.

    Source: https://docs.stripe.com/currencies#zero-decimal
    """
    return Decimal(amount).scaleb(-decimal_places(currency))
