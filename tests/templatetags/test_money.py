"""The filter for amounts in templates."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

NBSP = "\N{NO-BREAK SPACE}"


def rendered(amount, currency):
    template = Template("{% load pinax_stripe %}{{ amount|money:currency }}")
    return template.render(Context({"amount": amount, "currency": currency}))


@pytest.mark.parametrize(
    ("language", "amount", "currency", "expected"),
    [
        ("en", 1250, "usd", "$12.50"),
        ("de", 123_450, "eur", f"1.234,50{NBSP}€"),
        ("fr", -1250, "EUR", f"-12,50{NBSP}€"),
        ("en", 500, "jpy", "¥500"),
        ("en", 1230, "kwd", f"KWD{NBSP}1.230"),
        ("en", 0, "usd", "$0.00"),
        ("en", Decimal("0.35"), "usd", "$0.0035"),
        ("en", "1250", "usd", "$12.50"),
    ],
)
def test_an_amount_is_formatted_for_the_active_language(language, amount, currency, expected):
    with translation.override(language):
        assert rendered(amount, currency) == expected


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        *((amount, "usd") for amount in (None, "", "many", "NaN", "Infinity", True)),
        *((1250, currency) for currency in (None, "", "dollars", "<b>", 978)),
    ],
)
def test_what_is_not_an_amount_shows_nothing(amount, currency):
    assert rendered(amount, currency) == ""


def test_the_result_is_escaped_as_every_value_is():
    assert "<" not in rendered("<script>", "<x>")
