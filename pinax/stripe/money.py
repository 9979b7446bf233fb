"""Conversion and display of Stripe's amounts, which are integers in minor units."""

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
#: Currencies with three decimal places. Source: https://docs.stripe.com/currencies#three-decimal
THREE_DECIMAL: Final = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))

#: Between a currency code and a number there is a space. Source: CLDR's ``currencySpacing``, which Babel ignores.
_LETTER_BESIDE_DIGIT: Final = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


def decimal_places(currency: str) -> int:
    """Return the number of decimal places of ``currency`` at Stripe.

    Args:
        currency: three-letter ISO 4217 code, any case. UGX and ISK have two at Stripe, which are always ``00``.
    """
    code = currency.lower()
    if code in ZERO_DECIMAL:
        return 0
    return 3 if code in THREE_DECIMAL else 2


def to_major_units(amount: int | Decimal, currency: str) -> Decimal:
    """Return ``amount`` in major units (dollars, yen, dinars).

    Args:
        amount: minor units, e.g. cents; may be negative.
        currency: three-letter ISO 4217 code, any case.

    Source: https://docs.stripe.com/currencies#zero-decimal
    """
    return Decimal(amount).scaleb(-decimal_places(currency))


def display(amount: int | Decimal, currency: str, locale: str | None = None) -> str:
    """Return ``amount`` formatted for a locale: ``$12.50``, ``12,50 €``, ``¥500``.

    Requires Babel (``pip install pinax-stripe[money]``). Without it the format is ``12.50 USD`` in all locales.

    Args:
        amount: minor units, possibly fractional; may be negative.
        currency: three-letter ISO 4217 code, any case.
        locale: a locale or a language code (``de_DE``, ``pt-br``); None for Django's active language.
    """
    value, code = to_major_units(amount, currency), currency.upper()
    if not HAS_BABEL:
        return f"{value} {code}"
    # Stripe defines the minor unit, Babel the usual number of decimal places: 500 at Stripe are 5 ISK. Decimal places
    # that are not zero are always shown: 12.50 ALL.
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
    """Return Babel's locale for a language; if Babel has none, that of the base language, or English."""
    name = to_locale(language)
    for known in (name, name.partition("_")[0]):
        try:
            return Locale.parse(known)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")
