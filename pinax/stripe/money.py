"""Stripe's amounts: integers in minor units, how many of them make one major unit, and how people read them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils.translation import get_language, to_locale

try:
    from babel import Locale, UnknownLocaleError
    from babel.numbers import format_currency, get_currency_precision
except ImportError:  # an extra: pip install pinax-stripe[money]
    HAS_BABEL = False
else:
    HAS_BABEL = True

#: Currencies without minor units. Source: https://docs.stripe.com/currencies#zero-decimal
ZERO_DECIMAL: Final = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf")
)
#: Currencies with thousandths. Source: https://docs.stripe.com/currencies#three-decimal
THREE_DECIMAL: Final = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))

#: Where a code stands beside a number, a space belongs. Source: CLDR's ``currencySpacing``, which Babel leaves out.
_LETTER_BESIDE_DIGIT: Final = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def decimal_places(currency: str) -> int:
    """Return how many decimal places amounts of ``currency`` have at Stripe.

    Args:
        currency: three-letter ISO 4217 code, any case. UGX and ISK have two at Stripe, always ``00``.
    """
    code = currency.lower()
    if code in ZERO_DECIMAL:
        return 0
    return 3 if code in THREE_DECIMAL else 2


def to_major_units(amount: int | Decimal, currency: str) -> Decimal:
    """Return ``amount`` in major units (dollars, yen, dinars).

    Args:
        amount: whole minor units, e.g. cents; may be negative.
        currency: three-letter ISO 4217 code, any case.

    Source: https://docs.stripe.com/currencies#zero-decimal
    """
    return Decimal(amount).scaleb(-decimal_places(currency))


def display(amount: int | Decimal, currency: str, locale: str | None = None) -> str:
    """Return ``amount`` as people write it: ``$12.50``, ``12,50 €``, ``¥500``.

    Needs Babel (``pip install pinax-stripe[money]``). Without it the amount is plain in every language: ``12.50 USD``.

    Args:
        amount: minor units, parts of one included; may be negative.
        currency: three-letter ISO 4217 code, any case.
        locale: a locale or a language code (``de_DE``, ``pt-br``); Django's active language where it is None.
    """
    value, code = to_major_units(amount, currency), currency.upper()
    if not HAS_BABEL:
        return f"{value} {code}"
    # How many minor units there are is Stripe's to say, how many places are usual Babel's: 5 ISK, though Stripe says
    # 500, and never less than there is, 12.50 ALL.
    places = -int(value.normalize().as_tuple().exponent)
    text = format_currency(
        value,
        code,
        locale=_locale(locale or get_language() or settings.LANGUAGE_CODE),
        currency_digits=places <= get_currency_precision(code),
        decimal_quantization=False,
    )
    return _LETTER_BESIDE_DIGIT.sub("\N{NO-BREAK SPACE}", text)


def _locale(language: str) -> Locale:
    """Return Babel's locale of a language; of one that Babel does not know, the nearest: "tlh-us", "tlh", English."""
    name = to_locale(language)
    for known in (name, name.partition("_")[0]):
        try:
            return Locale.parse(known)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")
