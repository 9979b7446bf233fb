"""What the project has to provide: time zones, and an address for the webhook."""

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


def _resolves(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
