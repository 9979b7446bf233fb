"""The API keys: a secret key is set, and each key is for the mode that it is used in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register  # noqa: A004  (Django's own name for it)

from pinax.stripe.checks.settings import platforms, value_for, wrong
from pinax.stripe.conf import conf
from pinax.stripe.keys import is_of_organisation, mode_of, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.checks import CheckMessage


@register
def secret_key(**_options: Any) -> list[CheckMessage]:
    """A secret key is set."""
    if wrong("SECRET_KEY") or conf.SECRET_KEY:
        return []
    return [
        Error(
            "PINAX_STRIPE_SECRET_KEY is not set.",
            hint="Without it no event can be verified with Stripe. Set it from the environment, never in code.",
            id="pinax_stripe.E001",
        )
    ]


@register
def test_secret_key(**_options: Any) -> list[CheckMessage]:
    """The key for test mode is not a live key."""
    return [
        Error(
            f"{setting('TEST_SECRET_KEY', platform)} is a live key.",
            hint="Events of test mode are retrieved with this key: use the one that starts with sk_test_ or rk_test_.",
            id="pinax_stripe.E004",
        )
        for platform in platforms()
        if _mode("TEST_SECRET_KEY", platform) is True
    ]


@register
def shared_between_platforms(**_options: Any) -> Iterator[CheckMessage]:
    """Each platform has an account and keys of its own."""
    seen: dict[str, str] = {}
    for platform in platforms():
        for name in ("ACCOUNT", "SECRET_KEY", "TEST_SECRET_KEY"):
            value = _key(name, platform) if platform or name != "ACCOUNT" else ""
            if value and value in seen:
                yield Error(
                    f"{setting(name, platform)} is the same as {seen[value]}.",
                    hint="Each platform is another Stripe account. Events and objects of one would be taken for the "
                    "other's.",
                    id="pinax_stripe.E029",
                )
            seen.setdefault(value, setting(name, platform))


@register
def organisation_key(**_options: Any) -> list[CheckMessage]:
    """An organisation's key shows which mode it is for."""
    return [
        Warning(
            f"{setting(name, platform)} is an organisation's key that does not show its mode.",
            hint="Stripe's begin with sk_org_live_ or sk_org_test_. Events of both modes are retrieved with this key, "
            "and stripe_sync and stripe_reconcile require --livemode or --testmode.",
            id="pinax_stripe.W009",
        )
        for platform in platforms()
        for name in ("SECRET_KEY", "TEST_SECRET_KEY")
        if is_of_organisation(_key(name, platform)) and _mode(name, platform) is None
    ]


@register(Tags.security)
def live_key_while_debugging(**_options: Any) -> list[CheckMessage]:
    """No live key is used while DEBUG shows settings and queries to everybody."""
    if not settings.DEBUG or _mode("SECRET_KEY") is not True:
        return []
    return [
        Warning(
            "PINAX_STRIPE_SECRET_KEY is a live key, and DEBUG is on.",
            hint="Use a test key (sk_test_…) in development, and turn DEBUG off in production.",
            id="pinax_stripe.W001",
        )
    ]


@register(Tags.security, deploy=True)
def no_live_key_in_production(**_options: Any) -> list[CheckMessage]:
    """In production the secret key is a live key; one that does not show its mode may be one."""
    if settings.DEBUG or _mode("SECRET_KEY") is not False:
        return []
    return [
        Warning(
            "PINAX_STRIPE_SECRET_KEY is a test key, and DEBUG is off: no live event can be confirmed.",
            hint="Set the live key (sk_live_… or rk_live_…), and the test key as PINAX_STRIPE_TEST_SECRET_KEY. "
            "Silence this check on a site that takes no payments.",
            id="pinax_stripe.W016",
        )
    ]


def _key(name: str, platform: str = "") -> str:
    """Return a key, or "" if it is not set or invalid."""
    return "" if not platform and wrong(name) else value_for(platform, name) or ""


def _mode(name: str, platform: str = "") -> bool | None:
    return mode_of(_key(name, platform))
