"""System checks: one function for each thing that can be wrong with a project's settings, with the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register  # noqa: A004  (Django's own name for it)
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string

from pinax.stripe.checks import production as production
from pinax.stripe.client import mode_of
from pinax.stripe.conf import conf, several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.checks import CheckMessage

VALIDATIONS = ("retrieve", "signature")
SYNCS = ("snapshot", "latest")


@register
def secret_key(**_options: Any) -> list[CheckMessage]:
    """There is a secret key, and it is one."""
    if not conf.SECRET_KEY:
        return [
            Error(
                "PINAX_STRIPE_SECRET_KEY is not set.",
                hint="Without it Stripe cannot be asked about any event. Set it from the environment, never in code.",
                id="pinax_stripe.E001",
            )
        ]
    return [
        Error(
            f"PINAX_STRIPE_{name} is no secret key.",
            hint="A secret key starts with sk_, a restricted one with rk_; pk_ is the publishable key.",
            id="pinax_stripe.E002",
        )
        for name, key in (("SECRET_KEY", conf.SECRET_KEY), ("TEST_SECRET_KEY", conf.TEST_SECRET_KEY))
        if key and not key.startswith(("sk_", "rk_"))
    ]


@register
def public_key(**_options: Any) -> list[CheckMessage]:
    """The publishable key is not a secret one: templates would show it to everybody."""
    if not conf.PUBLIC_KEY or conf.PUBLIC_KEY.startswith("pk_"):
        return []
    return [
        Error(
            "PINAX_STRIPE_PUBLIC_KEY is no publishable key.",
            hint="A publishable key starts with pk_. If a secret key stood here, roll it: pages may have shown it.",
            id="pinax_stripe.E003",
        )
    ]


@register
def test_secret_key(**_options: Any) -> list[CheckMessage]:
    """The key for test mode is one for test mode."""
    if not conf.TEST_SECRET_KEY or mode_of(conf.TEST_SECRET_KEY) is not True:
        return []
    return [
        Error(
            "PINAX_STRIPE_TEST_SECRET_KEY is a live key.",
            hint="Events of test mode are asked for with this key: use the one that starts with sk_test_ or rk_test_.",
            id="pinax_stripe.E004",
        )
    ]


@register
def choices(**_options: Any) -> list[CheckMessage]:
    """Settings that are one word of a few hold one of them."""
    return [
        Error(
            f"PINAX_STRIPE_{name} is {value!r}.",
            hint=f"It can be {' or '.join(repr(word) for word in words)}.",
            id="pinax_stripe.E005",
        )
        for name, value, words in (("VALIDATION", conf.VALIDATION, VALIDATIONS), ("SYNC", conf.SYNC, SYNCS))
        if value not in words
    ]


@register
def dispatcher(**_options: Any) -> list[CheckMessage]:
    """The dispatcher is there, and can be called."""
    try:
        found = callable(import_string(conf.DISPATCHER))
    except ImportError:
        found = False
    if found:
        return []
    return [
        Error(
            f"PINAX_STRIPE_DISPATCHER is {conf.DISPATCHER!r}, which is nothing that can be called.",
            hint="Give the dotted path of a callable that takes an event's primary key.",
            id="pinax_stripe.E006",
        )
    ]


@register
def hookset(**_options: Any) -> list[CheckMessage]:
    """The hookset is there, and has the hooks."""
    try:
        found = callable(import_string(conf.HOOKSET).user_for_customer)
    except (ImportError, AttributeError):
        found = False
    if found:
        return []
    return [
        Error(
            f"PINAX_STRIPE_HOOKSET is {conf.HOOKSET!r}, which is no hookset.",
            hint="Give the dotted path of a subclass of pinax.stripe.hooks.DefaultHookSet.",
            id="pinax_stripe.E009",
        )
    ]


@register(Tags.security)
def webhook_secrets(**_options: Any) -> Iterator[CheckMessage]:
    """No webhook secret is empty, and there are some where they alone decide."""
    secrets = several(conf.WEBHOOK_SECRETS)
    if not all(str(secret or "").strip() for secret in secrets):
        yield Error(
            "PINAX_STRIPE_WEBHOOK_SECRETS holds an empty secret.",
            hint="Perhaps an environment variable is missing. Give the endpoint's secret, whsec_…, or leave it out.",
            id="pinax_stripe.E007",
        )
    elif conf.VALIDATION == "signature" and not secrets:
        yield Error(
            'PINAX_STRIPE_VALIDATION is "signature", and there is no webhook secret: every delivery is refused.',
            hint="Set PINAX_STRIPE_WEBHOOK_SECRETS to the endpoint's secret, whsec_….",
            id="pinax_stripe.E008",
        )


@register
def time_zones(**_options: Any) -> list[CheckMessage]:
    """Moments are kept with their time zone: Stripe's are moments, not wall clocks."""
    if settings.USE_TZ:
        return []
    return [
        Error(
            "USE_TZ is off, and the moments that Stripe tells cannot be kept.",
            hint="Set USE_TZ = True.",
            id="pinax_stripe.E010",
        )
    ]


@register(Tags.security)
def live_key_while_debugging(**_options: Any) -> list[CheckMessage]:
    """Where DEBUG shows settings and queries to whoever looks, there is no live key."""
    if not settings.DEBUG or mode_of(conf.SECRET_KEY) is not True:
        return []
    return [
        Warning(
            "PINAX_STRIPE_SECRET_KEY is a live key, and DEBUG is on.",
            hint="Use a test key (sk_test_…) where you develop, and turn DEBUG off where you take money.",
            id="pinax_stripe.W001",
        )
    ]


@register(Tags.urls)
def webhook_address(**_options: Any) -> Iterator[CheckMessage]:
    """The webhook has an address in the project, with and without a slash at its end."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return
    try:
        address = reverse("pinax_stripe_webhook")
    except NoReverseMatch:
        yield Warning(
            "The webhook has no address in this project: Stripe cannot deliver events.",
            hint='Add path("stripe/", include("pinax.stripe.urls")) to the URLconf, outside any namespace.',
            id="pinax_stripe.W002",
        )
        return
    if settings.APPEND_SLASH and address.endswith("/") and not _resolves(address.rstrip("/")):
        yield Warning(
            f"Without its last slash, {address} is redirected, and Stripe counts a redirect as a failed delivery.",
            hint="Include pinax.stripe.urls, which takes both, or give Stripe the address with the slash.",
            id="pinax_stripe.W003",
        )


@register(Tags.security, deploy=True)
def api_base(**_options: Any) -> list[CheckMessage]:
    """In production, our own calls go to Stripe itself."""
    if not conf.API_BASE:
        return []
    return [
        Warning(
            "PINAX_STRIPE_API_BASE is set: events are confirmed by whoever answers there, not by Stripe.",
            hint="It is for tests and demos; leave it out where you take money.",
            id="pinax_stripe.W004",
        )
    ]


def _resolves(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
