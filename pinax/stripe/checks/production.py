"""What a project in production needs: a reachable webhook, HTTPS, and limits for unauthenticated senders."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register  # noqa: A004  (Django's own name for it)
from django.db import DatabaseError, transaction
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import timezone

from pinax.stripe.checks.databases import checked_database
from pinax.stripe.checks.settings import wrong
from pinax.stripe.conf import conf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.checks import CheckMessage

#: For how many days stripe_prune may be overdue.
PATIENCE: Final = 7


@register(Tags.security)
def webhook_is_open_to_stripe(**_options: Any) -> list[CheckMessage]:
    """The view at the webhook's address requires neither a CSRF token nor a login."""
    view = _webhook_view()
    if view is None:
        return []
    stops = {
        "requires a CSRF token": getattr(view, "csrf_exempt", False) is not True,
        "requires a login": getattr(view, "login_required", True) is not False and _requires_logins(),
    }
    return [
        Error(
            f"The view at the address of the webhook {words}: every delivery is rejected.",
            hint="Use pinax.stripe.views.webhook itself in the URLconf; a decorator around it has to keep its "
            "attributes csrf_exempt and login_required.",
            id="pinax_stripe.E020",
        )
        for words, stopped in stops.items()
        if stopped
    ]


@register(Tags.security, deploy=True)
def https(**_options: Any) -> list[CheckMessage]:
    """In production the webhook is not served over plain HTTP."""
    if _webhook_view() is None or settings.SECURE_SSL_REDIRECT or settings.SECURE_PROXY_SSL_HEADER:
        return []
    return [
        Warning(
            "Neither SECURE_SSL_REDIRECT nor SECURE_PROXY_SSL_HEADER is set: plain HTTP may reach the webhook.",
            hint="Stripe delivers live events over HTTPS only. Set the one that fits your proxy, or silence this "
            "check if the proxy does not accept plain HTTP.",
            id="pinax_stripe.W010",
        )
    ]


@register(Tags.security, deploy=True)
def api_base(**_options: Any) -> list[CheckMessage]:
    """In production requests go to Stripe itself."""
    if wrong("API_BASE") or not conf.API_BASE:
        return []
    return [
        Warning(
            "PINAX_STRIPE_API_BASE is set: events are confirmed by the server at that address, not by Stripe.",
            hint="It is for tests and demos; do not set it in production.",
            id="pinax_stripe.W004",
        )
    ]


@register(Tags.security, deploy=True)
def retention(**_options: Any) -> list[CheckMessage]:
    """What unauthenticated senders post is limited in age and number."""
    return [
        Warning(
            f"PINAX_STRIPE_{name} is None: what unauthenticated senders post is kept forever.",
            hint="Set a number, and run stripe_prune every night.",
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
    """stripe_prune runs regularly: no invalid event is long past its retention period."""
    alias = checked_database(databases)
    if alias is None or wrong("INVALID_RETENTION_DAYS"):
        return []
    from pinax.stripe.operations.retention import overdue  # a web process needs no operations

    try:
        with transaction.atomic(alias):
            is_overdue = overdue(timezone.now() - timedelta(days=PATIENCE)).using(alias).exists()
    except DatabaseError:
        return []  # not migrated yet
    if not is_overdue:
        return []
    return [
        Warning(
            "Invalid events accumulate: some should have been deleted more than a week ago.",
            hint="Run stripe_prune every night.",
            id="pinax_stripe.W012",
        )
    ]


def _webhook_view() -> Any:
    """Return the view at the webhook's address, or None if it has no address."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return None
    try:
        return resolve(reverse("pinax_stripe_webhook")).func
    except (NoReverseMatch, Resolver404):
        return None


def _requires_logins() -> bool:
    return "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
