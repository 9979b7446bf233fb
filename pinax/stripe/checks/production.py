"""What a project in production has to see to: an open door, HTTPS, and bounds for what strangers send."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register  # noqa: A004  (Django's own name for it)
from django.db import DatabaseError, transaction
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import timezone

from pinax.stripe.checks.settings import wrong
from pinax.stripe.conf import conf
from pinax.stripe.models import Event
from pinax.stripe.models.primary import primary
from pinax.stripe.operations.retention import overdue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.checks import CheckMessage

#: For so many days stripe_prune may be late.
PATIENCE: Final = 7


@register(Tags.security)
def webhook_is_open_to_stripe(**_options: Any) -> list[CheckMessage]:
    """What answers at the webhook's address asks for no CSRF token, no login and no transaction of its own."""
    view = _webhook_view()
    if view is None:
        return []
    stops = {
        "asks for a CSRF token": getattr(view, "csrf_exempt", False) is not True,
        "asks for a login": getattr(view, "login_required", True) is not False and _asks_for_logins(),
    }
    return [
        Error(
            f"The view at the address of the webhook {words}: every delivery is refused.",
            hint="Let pinax.stripe.views.webhook itself stand in the URLconf; a decorator that wraps it has to keep "
            "its attributes csrf_exempt and login_required.",
            id="pinax_stripe.E020",
        )
        for words, stopped in stops.items()
        if stopped
    ]


@register(Tags.security, deploy=True)
def https(**_options: Any) -> list[CheckMessage]:
    """In production, the webhook is not served over plain HTTP."""
    if _webhook_view() is None or settings.SECURE_SSL_REDIRECT or settings.SECURE_PROXY_SSL_HEADER:
        return []
    return [
        Warning(
            "Neither SECURE_SSL_REDIRECT nor SECURE_PROXY_SSL_HEADER is set: plain HTTP may reach the webhook.",
            hint="Stripe delivers live events over HTTPS only. Set the one that fits your proxy, or silence this where "
            "the proxy in front takes no plain HTTP.",
            id="pinax_stripe.W010",
        )
    ]


@register(Tags.security, deploy=True)
def api_base(**_options: Any) -> list[CheckMessage]:
    """In production, our own calls go to Stripe itself."""
    if wrong("API_BASE") or not conf.API_BASE:
        return []
    return [
        Warning(
            "PINAX_STRIPE_API_BASE is set: events are confirmed by whoever answers there, not by Stripe.",
            hint="It is for tests and demos; leave it out where you take money.",
            id="pinax_stripe.W004",
        )
    ]


@register(Tags.security, deploy=True)
def retention(**_options: Any) -> list[CheckMessage]:
    """What strangers send is bounded, in age and in number."""
    return [
        Warning(
            f"PINAX_STRIPE_{name} is None: what strangers send is kept without end.",
            hint="Give a number, and let stripe_prune run every night.",
            id="pinax_stripe.W011",
        )
        for name, value in (
            ("INVALID_RETENTION_DAYS", conf.INVALID_RETENTION_DAYS),
            ("INVALID_KEPT", conf.INVALID_KEPT),
        )
        if value is None
    ]


@register(Tags.database)
def pruned(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Somebody lets stripe_prune run: no invalid event is much older than it should become."""
    alias = primary(Event)
    if alias not in (databases or ()) or wrong("INVALID_RETENTION_DAYS"):
        return []
    try:
        with transaction.atomic(alias):
            piles_up = overdue(timezone.now() - timedelta(days=PATIENCE)).using(alias).exists()
    except DatabaseError:
        return []  # not migrated yet
    if not piles_up:
        return []
    return [
        Warning(
            "Invalid events pile up: some should have been deleted more than a week ago.",
            hint="Let stripe_prune run every night.",
            id="pinax_stripe.W012",
        )
    ]


def _webhook_view() -> Any:
    """Return the view at the webhook's address; None where it has none."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return None
    try:
        return resolve(reverse("pinax_stripe_webhook")).func
    except (NoReverseMatch, Resolver404):
        return None


def _asks_for_logins() -> bool:
    return "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
