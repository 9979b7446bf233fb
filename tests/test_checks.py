import pytest
from django.core.checks import run_checks
from django.urls import path

from pinax.stripe import checks, views

urlpatterns: list = []


def found(**options):
    return {message.id for message in run_checks(databases=[], **options) if message.id.startswith("pinax_stripe")}


def test_the_settings_of_these_tests_are_in_order():
    assert found() == set()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SECRET_KEY", "", "E001"),
        ("SECRET_KEY", "pk_test_x", "E002"),
        ("TEST_SECRET_KEY", "pk_test_x", "E002"),
        ("PUBLIC_KEY", "sk_live_x", "E003"),
        ("TEST_SECRET_KEY", "sk_live_x", "E004"),
        ("VALIDATION", "trust", "E005"),
        ("SYNC", "newest", "E005"),
        ("DISPATCHER", "pinax.stripe.nowhere", "E006"),
        ("DISPATCHER", "pinax.stripe.conf.conf", "E006"),
        ("HOOKSET", "pinax.stripe.nowhere", "E009"),
        ("HOOKSET", "pinax.stripe.conf.conf", "E009"),
        ("HOOKSET", "", "E009"),
        ("MAX_ATTEMPTS", 0, "E011"),
        ("MAX_ATTEMPTS", True, "E011"),
        ("MAX_ATTEMPTS", 2.5, "E011"),
        ("MAX_ATTEMPTS", None, "E011"),
        ("RETRY_BACKOFF", 60, "E012"),
        ("RETRY_BACKOFF", (60,), "E012"),
        ("RETRY_BACKOFF", (0, 60), "E012"),
        ("RETRY_BACKOFF", (-1, 60), "E012"),
        ("RETRY_BACKOFF", (60, 30), "E012"),
        ("RETRY_BACKOFF", ("60", "90"), "E012"),
        ("RETRY_BACKOFF", (True, 90), "E012"),
        ("RETRY_BACKOFF", (60, float("inf")), "E012"),
        ("RETRY_BACKOFF", (float("nan"), 60), "E012"),
        ("WEBHOOK_SECRETS", [""], "E007"),
        ("WEBHOOK_SECRETS", [None], "E007"),
    ],
)
def test_a_wrong_setting_is_found(name, value, expected, settings):
    setattr(settings, f"PINAX_STRIPE_{name}", value)

    assert f"pinax_stripe.{expected}" in found()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "rk_live_x"),
        ("TEST_SECRET_KEY", None),
        ("PUBLIC_KEY", "pk_live_x"),
        ("PUBLIC_KEY", ""),
        ("VALIDATION", "retrieve"),
        ("SYNC", "latest"),
        ("DISPATCHER", "tests.test_costs.enqueue_nowhere"),
        ("HOOKSET", "tests.test_hooks.ByEmail"),
        ("MAX_ATTEMPTS", 1),
        ("RETRY_BACKOFF", [0.5, 0.5]),
        ("RETRY_BACKOFF", (60, 365 * 24 * 60 * 60)),
        ("WEBHOOK_SECRETS", ["whsec_x"]),
        ("WEBHOOK_SECRETS", "whsec_x"),
        ("WEBHOOK_SECRETS", None),
    ],
)
def test_a_right_setting_is_not_found(name, value, settings):
    setattr(settings, f"PINAX_STRIPE_{name}", value)

    assert found() == set()


def test_no_message_ever_shows_a_key(settings):
    settings.PINAX_STRIPE_SECRET_KEY = "canary_secret"
    settings.PINAX_STRIPE_PUBLIC_KEY = "sk_canary_public"
    settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_live_canary"

    told = " ".join(f"{message.msg} {message.hint}" for message in run_checks(databases=[]))

    assert "canary" not in told


def test_a_project_without_time_zones_is_found(settings):
    settings.USE_TZ = False

    assert found() == {"pinax_stripe.E010"}


def test_signature_without_a_secret_is_found(settings):
    settings.PINAX_STRIPE_VALIDATION = "signature"

    assert found() == {"pinax_stripe.E008"}


@pytest.mark.parametrize(
    ("debug", "key", "expected"), [(True, "sk_live_x", {"pinax_stripe.W001"}), (True, "sk_test_x", set())]
)
def test_a_live_key_while_debugging_is_found(debug, key, expected, settings):
    settings.DEBUG = debug
    settings.PINAX_STRIPE_SECRET_KEY = key

    assert found() == expected


@pytest.mark.urls(__name__)
def test_a_webhook_without_an_address_is_found(settings):
    assert found() == {"pinax_stripe.W002"}


class only_with_a_slash:
    urlpatterns = (path("mine/", views.webhook, name="pinax_stripe_webhook"),)


@pytest.mark.parametrize(("append", "expected"), [(True, {"pinax_stripe.W003"}), (False, set())])
def test_an_address_that_is_redirected_without_its_slash_is_found(append, expected, settings):
    settings.ROOT_URLCONF = only_with_a_slash
    settings.APPEND_SLASH = append

    assert found() == expected


def test_a_stand_in_for_stripe_is_found_before_deployment(settings):
    settings.PINAX_STRIPE_API_BASE = "http://127.0.0.1:1"

    assert found() == set()
    assert "pinax_stripe.W004" in found(include_deployment_checks=True)


def test_a_project_without_a_urlconf_has_no_address_to_miss(settings):
    del settings.ROOT_URLCONF

    assert list(checks.webhook_address()) == []
