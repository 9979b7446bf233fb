from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.urls import path
from django.utils import timezone

from pinax.stripe import checks, views
from pinax.stripe.checks import signatures
from pinax.stripe.models import Event
from tests.checks.ours import findings

urlpatterns: list = []


def found(**options):
    return {message.id for message in findings(**options)}


def test_the_settings_of_these_tests_are_in_order():
    assert [message for message in run_checks(databases=[]) if message.id.startswith("pinax_stripe")] == []


def test_no_message_ever_shows_a_key(settings):
    settings.PINAX_STRIPE_SECRET_KEY = "canary_secret"
    settings.PINAX_STRIPE_PUBLIC_KEY = "sk_canary_public"
    settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_live_canary"
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = {"one": "sk_live_canary", "two": "canary", "whsec_canary": "canary"}

    told = " ".join(f"{message.msg} {message.hint}" for message in findings(include_deployment_checks=True))

    assert "canary" not in told


def test_a_project_without_time_zones_is_found(settings):
    settings.USE_TZ = False

    assert found() == {"pinax_stripe.E010"}


def test_signature_without_a_secret_is_found(settings):
    settings.PINAX_STRIPE_VALIDATION = "signature"

    assert found() == {"pinax_stripe.E008"}


def test_each_wrong_secret_is_named_by_its_label(settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = {"shop": "", "connect": "whsec_x", "tools": "pk_live_x", "lab": "WHSEC_..."}

    told = [message.msg for message in signatures.usable_webhook_secrets()]

    assert told == [
        f"PINAX_STRIPE_WEBHOOK_SECRETS: {words}. No signature matches it."
        for words in (
            "shop is empty",
            "tools is an API key, and not the secret of an endpoint",
            "lab is a placeholder, which anybody can guess",
        )
    ]


REDIS = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}}


@pytest.mark.parametrize(
    ("secrets", "expected"),
    [
        ([], {"W022"}),
        (["whsec_test_secret"], {"W023"}),
        (["whsec_" + "aB3" * 11], set()),
        (["whsec_" + "aB3" * 11, "whsec_short"], {"W023"}),
    ],
)
def test_missing_and_short_secrets_are_found_before_deployment(secrets, expected, settings):
    settings.CACHES = REDIS
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = secrets

    assert found() == set()
    settings.SECURE_SSL_REDIRECT = True
    assert found(include_deployment_checks=True) == {f"pinax_stripe.{name}" for name in expected}


@pytest.mark.parametrize("backend", signatures.UNFIT_CACHES)
def test_a_cache_that_does_not_count_for_all_is_found_before_deployment(backend, settings, tmp_path):
    module = {"LocMemCache": "locmem", "DummyCache": "dummy", "FileBasedCache": "filebased", "DatabaseCache": "db"}
    settings.PINAX_STRIPE_VALIDATION_BUDGET = 20
    path = f"django.core.cache.backends.{module[backend]}.{backend}"
    settings.CACHES = {"default": {"BACKEND": path, "LOCATION": str(tmp_path)}}

    assert "pinax_stripe.W024" not in found()
    assert "pinax_stripe.W024" in found(include_deployment_checks=True)

    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_" + "aB3" * 11]
    assert "pinax_stripe.W024" not in found(include_deployment_checks=True)
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = []
    settings.CACHES = REDIS
    assert "pinax_stripe.W024" not in found(include_deployment_checks=True)


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

    assert list(checks.project.webhook_address()) == []


def wrapped(request):
    return views.webhook(request)


def only_exempt(request):
    return views.webhook(request)


only_exempt.csrf_exempt = True


class in_a_wrapper:
    urlpatterns = (path("mine", wrapped, name="pinax_stripe_webhook"),)


class behind_a_login:
    urlpatterns = (path("mine", only_exempt, name="pinax_stripe_webhook"),)


@pytest.mark.parametrize("urlconf", [in_a_wrapper, behind_a_login])
def test_a_view_that_asks_for_what_stripe_has_not_is_found(urlconf, settings):
    settings.ROOT_URLCONF = urlconf

    assert found() == {"pinax_stripe.E020"}


def test_without_the_login_middleware_a_view_need_not_be_open_to_strangers(settings):
    settings.ROOT_URLCONF = behind_a_login
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "LoginRequired" not in name]

    assert found() == set()


@pytest.mark.parametrize("header", [None, ("HTTP_X_FORWARDED_PROTO", "https")])
@pytest.mark.parametrize("redirect", [True, False])
def test_plain_http_is_found_before_deployment(redirect, header, settings):
    settings.SECURE_SSL_REDIRECT = redirect
    settings.SECURE_PROXY_SSL_HEADER = header

    assert ("pinax_stripe.W010" in found(include_deployment_checks=True)) == (not redirect and not header)


@pytest.mark.parametrize("name", ["INVALID_RETENTION_DAYS", "INVALID_KEPT"])
def test_evidence_without_bounds_is_found_before_deployment(name, settings):
    setattr(settings, f"PINAX_STRIPE_{name}", None)

    assert "pinax_stripe.W011" in found(include_deployment_checks=True)


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "piles_up"), [(36, False), (38, True)])
def test_invalid_events_that_pile_up_are_found_where_the_database_is_asked(days, piles_up):
    event = Event.objects.create(
        stripe_id="evt_1", kind="ping", livemode=False, created=timezone.now(), valid=False, webhook_message={}
    )
    Event.objects.filter(pk=event.pk).update(received_at=timezone.now() - timedelta(days=days))

    messages = checks.production.pruned(databases=["default"])

    assert [message.id for message in messages] == ["pinax_stripe.W012"] * piles_up
    assert checks.production.pruned() == []
