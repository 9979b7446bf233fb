"""The webhook secrets that verify deliveries, and the rate limit of unsigned ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register  # noqa: A004  (Django's own name for it)

from pinax.stripe.checks.settings import platforms, value_for
from pinax.stripe.conf import conf, labelled
from pinax.stripe.inbox.signature import flaw
from pinax.stripe.keys import setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.checks import CheckMessage

#: The length of Stripe's signing secrets at least, in characters.
SHORTEST_SECRET = len("whsec_") + 32
#: Caches that do not count across processes, and what the rate limit applies to with each.
UNFIT_CACHES = {
    "DummyCache": "each process by itself",
    "LocMemCache": "each process by itself",
    "FileBasedCache": "no certain number, since it does not count in one step",
    "DatabaseCache": "no certain number, since it does not count in one step",
}

_JOINED = re.compile(r"[,;]|whsec_.*whsec_")
_AS_STRIPE_WRITES_IT = re.compile(r"whsec_[\w+/=-]+", re.ASCII)


@register(Tags.security)
def usable_webhook_secrets(**_options: Any) -> Iterator[CheckMessage]:
    """Each webhook secret can verify signatures, and there is one if nothing else verifies deliveries."""
    for name, label, secret in _secrets():
        words = flaw(secret) or ("holds several secrets in one string" if _is_joined(secret) else "")
        if words:
            yield Error(
                f"{name}: {label} {words}. No signature matches it.",
                hint="Perhaps an environment variable is missing, or has to be split. Give the endpoint's secret, "
                "whsec_…, or none.",
                id="pinax_stripe.E007",
            )
    for name in _without_secrets() if conf.VALIDATION == "signature" else ():
        yield Error(
            f'PINAX_STRIPE_VALIDATION is "signature", and {name} is empty: every delivery is rejected.',
            hint=f"Set {name} to the endpoint's secret, whsec_….",
            id="pinax_stripe.E008",
        )


@register(Tags.security)
def likely_webhook_secrets(**_options: Any) -> Iterator[CheckMessage]:
    """Each webhook secret looks like one of Stripe's, and none is repeated."""
    seen: dict[str, str] = {}
    for name, label, secret in _secrets():
        if not isinstance(secret, str) or flaw(secret) or _is_joined(secret):
            continue
        if not _AS_STRIPE_WRITES_IT.fullmatch(secret):
            yield Warning(
                f"{name}: {label} is not as Stripe writes it.",
                hint="Stripe's signing secrets are whsec_ and letters and digits; each endpoint shows its own.",
                id="pinax_stripe.W020",
            )
        if secret in seen:
            yield Warning(
                f"{name}: {label} is the same as {seen[secret]}.",
                hint="Perhaps two environment variables hold the same secret. Each endpoint has its own.",
                id="pinax_stripe.W021",
            )
        seen.setdefault(secret, label)


@register(Tags.security, deploy=True)
def webhook_secrets_in_production(**_options: Any) -> Iterator[CheckMessage]:
    """In production there are webhook secrets, and they are too long to guess."""
    for name in _without_secrets():
        yield Warning(
            f"{name} is empty: any unauthenticated post causes a request to Stripe.",
            hint="Set it to the endpoint's signing secret, whsec_…: then unsigned deliveries cause no requests.",
            id="pinax_stripe.W022",
        )
    for name, label, secret in _secrets():
        if isinstance(secret, str) and not flaw(secret) and len(secret) < SHORTEST_SECRET:
            yield Warning(
                f"{name}: {label} is so short that it may be guessed.",
                hint="Stripe's signing secrets have 32 characters or more after whsec_. Copy the whole secret.",
                id="pinax_stripe.W023",
            )


@register(Tags.caches, deploy=True)
def cache_for_the_rate_limit(**_options: Any) -> list[CheckMessage]:
    """In production the cache counts across processes."""
    backend = settings.CACHES.get("default", {}).get("BACKEND", "").rpartition(".")[2]
    is_limited = conf.VALIDATION == "retrieve" and _without_secrets() and conf.VALIDATION_BUDGET is not None
    if not is_limited or backend not in UNFIT_CACHES:
        return []
    return [
        Warning(
            f"The default cache is {backend}: PINAX_STRIPE_VALIDATION_BUDGET applies to {UNFIT_CACHES[backend]}.",
            hint="Use Redis or Memcached, or set PINAX_STRIPE_WEBHOOK_SECRETS: signed deliveries need no rate limit.",
            id="pinax_stripe.W024",
        )
    ]


def _secrets() -> Iterator[tuple[str, str, object]]:
    """Yield the webhook secrets of all platforms in the settings: the name of the setting, the label, the secret."""
    for platform in platforms():
        for label, secret in labelled(value_for(platform, "WEBHOOK_SECRETS")):
            yield setting("WEBHOOK_SECRETS", platform), label, secret


def _without_secrets() -> list[str]:
    """Return the settings of the platforms that have no webhook secrets."""
    names = {platform: setting("WEBHOOK_SECRETS", platform) for platform in platforms()}
    return [name for platform, name in names.items() if not labelled(value_for(platform, "WEBHOOK_SECRETS"))]


def _is_joined(secret: object) -> bool:
    return isinstance(secret, str) and _JOINED.search(secret) is not None
