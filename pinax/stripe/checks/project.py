"""What the project has to provide: time zone support, and a URL for the webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register  # noqa: A004  (Django's own name for it)
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.checks import CheckMessage


@register
def time_zones(**_options: Any) -> list[CheckMessage]:
    """Datetimes are time zone aware: Stripe's are Unix timestamps."""
    if settings.USE_TZ:
        return []
    return [
        Error(
            "USE_TZ is False, so Stripe's datetimes cannot be stored.",
            hint="Set USE_TZ = True.",
            id="pinax_stripe.E010",
        )
    ]


@register(Tags.urls)
def webhook_address(**_options: Any) -> Iterator[CheckMessage]:
    """The webhook has a URL in the project, with and without a trailing slash."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return
    try:
        address = reverse("pinax_stripe_webhook")
    except NoReverseMatch:
        yield Warning(
            "The webhook has no URL in this project: Stripe cannot deliver events.",
            hint='Add path("stripe/", include("pinax.stripe.urls")) to the URLconf, outside any namespace.',
            id="pinax_stripe.W002",
        )
        return
    if settings.APPEND_SLASH and address.endswith("/") and not _resolves(address.rstrip("/")):
        yield Warning(
            f"Without its trailing slash, {address} is redirected, and Stripe counts a redirect as a failed delivery.",
            hint="Include pinax.stripe.urls, which accepts both, or give Stripe the URL with the slash.",
            id="pinax_stripe.W003",
        )


def _resolves(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
