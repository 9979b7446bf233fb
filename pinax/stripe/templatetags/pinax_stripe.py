"""Amounts in the templates of a project: ``{% load pinax_stripe %}``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django import template

from pinax.stripe.money import display

register = template.Library()


@register.filter
def money(amount: object, currency: object) -> str:
    """Format an amount in minor units for the active language: ``{{ charge.amount|money:charge.currency }}``.

    Currencies with zero or three decimal places are formatted as such. If the amount or the currency is empty, as in
    a row that is known by its id only, or is not one, the result is empty.

    Args:
        amount: minor units, e.g. cents; may be negative.
        currency: three-letter ISO 4217 code, any case.
    """
    code = str(currency or "").strip()
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return ""
    return display(value, code) if value.is_finite() and len(code) == len("EUR") and code.isalpha() else ""
