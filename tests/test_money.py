"""How people read an amount."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from pinax.stripe import money
from pinax.stripe.money import display

ROOT = Path(__file__).parents[1]
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "expected"),
    [
        (1250, "usd", "en_US", "$12.50"),
        (1200, "USD", "en_US", "$12.00"),
        (-1250, "usd", "en_US", "-$12.50"),
        (0, "usd", "en_US", "$0.00"),
        (123_456_789, "usd", "en_US", "$1,234,567.89"),
        (1250, "eur", "de_DE", f"12,50{NBSP}€"),
        (123_450, "eur", "de-de", f"1.234,50{NBSP}€"),
        (123_450, "eur", "pt-br", f"€{NBSP}1.234,50"),
        (500, "jpy", "en_US", "¥500"),
        (500, "jpy", "ja", "\N{FULLWIDTH YEN SIGN}500"),
        (500, "krw", "en_US", "₩500"),
        (1230, "kwd", "en_US", f"KWD{NBSP}1.230"),
        (1235, "kwd", "de_DE", f"1,235{NBSP}KWD"),
        (500, "isk", "en_US", f"ISK{NBSP}5"),
        (550, "isk", "en_US", f"ISK{NBSP}5.50"),
        (500, "ugx", "en_US", f"UGX{NBSP}5"),
        (500, "ugx", "de_DE", f"5{NBSP}UGX"),
        (1250, "all", "en_US", f"ALL{NBSP}12.50"),
        (5, "xyz", "en_US", f"XYZ{NBSP}0.05"),
        (Decimal("0.35"), "usd", "en_US", "$0.0035"),
        (2**63 - 1, "usd", "en_US", "$92,233,720,368,547,758.07"),
    ],
)
def test_an_amount_is_written_as_people_write_it(amount, currency, locale, expected):
    assert display(amount, currency, locale) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "$12.50"), ("de", f"12,50{NBSP}$"), ("fr-ca", f"12,50{NBSP}${NBSP}US"), ("zh-hans", "US$12.50")],
)
def test_the_active_language_decides(language, expected):
    with translation.override(language):
        assert display(1250, "usd") == expected


def test_where_no_language_is_active_it_is_the_projects(settings):
    settings.LANGUAGE_CODE = "de"
    with translation.override(None):
        assert display(1250, "eur") == f"12,50{NBSP}€"


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("de_XX", f"12,50{NBSP}€"), ("tlh-us", "€12.50"), ("nonsense", "€12.50"), ("de_DE_x_y_z", f"12,50{NBSP}€")],
)
def test_of_a_locale_that_is_not_known_the_nearest_is_taken(locale, expected):
    assert display(1250, "eur", locale) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (1250, "usd", "12.50 USD"),
        (-5, "EUR", "-0.05 EUR"),
        (500, "jpy", "500 JPY"),
        (1230, "kwd", "1.230 KWD"),
        (500, "isk", "5.00 ISK"),
    ],
)
def test_without_babel_an_amount_is_plain(amount, currency, expected, monkeypatch):
    monkeypatch.setattr(money, "HAS_BABEL", False)

    assert display(amount, currency, "de_DE") == expected


def test_babel_need_not_be_there():
    script = (
        "import sys; sys.modules['babel'] = None; from django.conf import settings; settings.configure();"
        "from pinax.stripe.money import display; print(display(1250, 'usd'))"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "12.50 USD"
