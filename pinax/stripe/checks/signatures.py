"""Who may vouch for a delivery, and what an unsigned one may cost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register  # noqa: A004  (Django's own name for it)

from pinax.stripe.conf import conf, webhook_secrets
from pinax.stripe.inbox.signature import flaw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.checks import CheckMessage

#: Of Stripe's signing secrets, the least that is believed to be one, in characters.
SHORTEST_SECRET = len("whsec_") + 32
#: Caches that do not count for all processes together, and for what the budget holds with each.
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
    """Each webhook secret can vouch for something, and there are some where they alone decide."""
    for label, secret in webhook_secrets():
        words = flaw(secret) or ("holds several secrets in one string" if _is_joined(secret) else "")
        if words:
            yield Error(
                f"PINAX_STRIPE_WEBHOOK_SECRETS: {label} {words}. No signature matches it.",
                hint="Perhaps an environment variable is missing, or has to be split. Give the endpoint's secret, "
                "whsec_…, or none.",
                id="pinax_stripe.E007",
            )
    if conf.VALIDATION == "signature" and not webhook_secrets():
        yield Error(
            'PINAX_STRIPE_VALIDATION is "signature", and there is no webhook secret: every delivery is refused.',
            hint="Set PINAX_STRIPE_WEBHOOK_SECRETS to the endpoint's secret, whsec_….",
            id="pinax_stripe.E008",
        )


@register(Tags.security)
def likely_webhook_secrets(**_options: Any) -> Iterator[CheckMessage]:
    """Each webhook secret is one of Stripe's, and none stands there twice."""
    seen: dict[str, str] = {}
    for label, secret in webhook_secrets():
        if not isinstance(secret, str) or flaw(secret) or _is_joined(secret):
            continue
        if not _AS_STRIPE_WRITES_IT.fullmatch(secret):
            yield Warning(
                f"PINAX_STRIPE_WEBHOOK_SECRETS: {label} is not as Stripe writes it.",
                hint="Stripe's signing secrets are whsec_ and letters and digits; each endpoint shows its own.",
                id="pinax_stripe.W020",
            )
        if secret in seen:
            yield Warning(
                f"PINAX_STRIPE_WEBHOOK_SECRETS: {label} is the same as {seen[secret]}.",
                hint="Perhaps one of two environment variables holds the other's secret. Each endpoint has its own.",
                id="pinax_stripe.W021",
            )
        seen.setdefault(secret, label)


@register(Tags.security, deploy=True)
def webhook_secrets_in_production(**_options: Any) -> Iterator[CheckMessage]:
    """In production there are webhook secrets, and nobody can guess them."""
    if not webhook_secrets():
        yield Warning(
            "PINAX_STRIPE_WEBHOOK_SECRETS is empty: Stripe is asked about whatever a stranger posts.",
            hint="Set it to the endpoint's signing secret, whsec_…: then nothing is asked for that is not signed.",
            id="pinax_stripe.W022",
        )
    for label, secret in webhook_secrets():
        if isinstance(secret, str) and not flaw(secret) and len(secret) < SHORTEST_SECRET:
            yield Warning(
                f"PINAX_STRIPE_WEBHOOK_SECRETS: {label} is so short that it may be guessed.",
                hint="Stripe's signing secrets have 32 characters and more after whsec_. Copy the whole of it.",
                id="pinax_stripe.W023",
            )


@register(Tags.caches, deploy=True)
def cache_for_the_budget(**_options: Any) -> list[CheckMessage]:
    """In production, the cache counts for all processes together."""
    backend = settings.CACHES.get("default", {}).get("BACKEND", "").rpartition(".")[2]
    asks = conf.VALIDATION == "retrieve" and not webhook_secrets() and conf.VALIDATION_BUDGET is not None
    if not asks or backend not in UNFIT_CACHES:
        return []
    return [
        Warning(
            f"The default cache is {backend}: PINAX_STRIPE_VALIDATION_BUDGET holds for {UNFIT_CACHES[backend]}.",
            hint="Use Redis or Memcached, or set PINAX_STRIPE_WEBHOOK_SECRETS: what is signed needs no budget.",
            id="pinax_stripe.W024",
        )
    ]


def _is_joined(secret: object) -> bool:
    return isinstance(secret, str) and _JOINED.search(secret) is not None
