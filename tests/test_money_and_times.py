from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from pinax.stripe.conf import without_secrets
from pinax.stripe.exceptions import NoSuchObject, PinaxStripeError, SignatureMismatch
from pinax.stripe.money import to_major_units
from pinax.stripe.times import LAST_SECOND, from_http_date, from_timestamp, is_timestamp


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (1250, "usd", "12.50"),
        (-1250, "EUR", "-12.50"),
        (500, "jpy", "500"),
        (5, "VND", "5"),
        (1230, "kwd", "1.230"),
        (500, "ugx", "5.00"),
        (0, "isk", "0.00"),
    ],
)
def test_amounts_are_integers_of_the_currencys_minor_unit(amount, currency, expected):
    assert str(to_major_units(amount, currency)) == expected == str(Decimal(expected))


@pytest.mark.parametrize("value", [True, -1, 1.5, "1", None, 10**12, LAST_SECOND + 1, [], {}])
def test_what_is_no_unix_time_is_none(value):
    assert not is_timestamp(value)
    assert from_timestamp(value) is None


def test_unix_seconds_are_moments_in_utc():
    assert from_timestamp(0) == datetime(1970, 1, 1, tzinfo=UTC)
    assert from_timestamp(LAST_SECOND).year == 9998


def test_every_moment_can_be_shown_in_every_time_zone():
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        assert from_timestamp(LAST_SECOND).astimezone(ZoneInfo(zone))
        assert from_timestamp(0).astimezone(ZoneInfo(zone))


def test_an_http_date_is_a_moment_in_utc():
    assert from_http_date("Mon, 23 Nov 2026 10:00:00 GMT") == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", "yesterday", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_what_is_no_http_date_is_none(value):
    assert from_http_date(value) is None


def test_an_errors_docstring_is_its_message():
    assert str(PinaxStripeError()) == "Something went wrong in pinax-stripe."
    assert str(SignatureMismatch()) == "No webhook secret matches the delivery's signature."
    assert str(NoSuchObject("no such thing")) == "no such thing"


@pytest.mark.parametrize(
    "secret", ["sk_live_abc", "rk_test_abc", "whsec_abc", "sk_abc", "whsec_+abc/abc=", "sk_live_-abc"]
)
def test_secrets_are_blacked_out(secret):
    assert "abc" not in without_secrets(f"key {secret}, and {secret}.")
    assert without_secrets("risk_abc task_live") == "risk_abc task_live"


def test_the_keys_of_the_settings_are_blacked_out_whatever_they_look_like(settings):
    settings.PINAX_STRIPE_SECRET_KEY = "canary"
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["canary two"]

    assert without_secrets("with canary and canary two") == "with … and …"
