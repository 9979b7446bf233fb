"""Settings that are valid, but probably a mistake."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from django.core.checks import Warning, register  # noqa: A004  (Django's own name for it)

from pinax.stripe.checks.settings import wrong
from pinax.stripe.client import RETRIES
from pinax.stripe.conf import conf, several
from pinax.stripe.signals import WEBHOOK_SIGNALS, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.checks import CheckMessage

#: How many requests one attempt makes: for the event, and for the object's current state.
CALLS: Final = 2
#: The size of events of invoices and subscriptions with many lines, in bytes.
LARGE_EVENT: Final = 64 * 1024


@register
def lease(**_options: Any) -> list[CheckMessage]:
    """The lease of an event lasts as long as an attempt can take."""
    if wrong("LEASE") or wrong("API_TIMEOUT"):
        return []
    needed = sum(conf.API_TIMEOUT) * (1 + RETRIES) * CALLS
    if needed <= conf.LEASE:
        return []
    return [
        Warning(
            f"PINAX_STRIPE_LEASE is {conf.LEASE:g} seconds, and an attempt may take {needed:g}: stripe_process would "
            "claim an event while it is being processed.",
            hint=f"Set PINAX_STRIPE_LEASE to more than {needed:g}, or shorten PINAX_STRIPE_API_TIMEOUT: an "
            f"attempt makes {CALLS} requests, and each may be retried {RETRIES} times.",
            id="pinax_stripe.W017",
        )
    ]


@register
def small_bodies(**_options: Any) -> list[CheckMessage]:
    """The webhook accepts bodies as large as Stripe's events."""
    if wrong("MAX_BODY_BYTES") or conf.MAX_BODY_BYTES >= LARGE_EVENT:
        return []
    return [
        Warning(
            f"PINAX_STRIPE_MAX_BODY_BYTES is {conf.MAX_BODY_BYTES}: larger events are answered with 413, and lost.",
            hint=f"It is in bytes; Stripe's events can be larger than {LARGE_EVENT}.",
            id="pinax_stripe.W018",
        )
    ]


@register
def ignored_events(**_options: Any) -> Iterator[CheckMessage]:
    """Each pattern of ignored events matches some event types, but not all."""
    for pattern in several(conf.IGNORED_EVENTS):
        matching = sum(matches(kind, pattern) for kind in WEBHOOK_SIGNALS)
        if matching == len(WEBHOOK_SIGNALS):
            yield Warning(
                f"PINAX_STRIPE_IGNORED_EVENTS contains {pattern!r}, which matches every event type.",
                hint="No event is processed. Name the event types that you do not want.",
                id="pinax_stripe.W019",
            )
        elif not matching:
            nearest = get_close_matches(pattern, WEBHOOK_SIGNALS, n=1)
            yield Warning(
                f"PINAX_STRIPE_IGNORED_EVENTS contains {pattern!r}, which matches no event type.",
                hint=f"Did you mean {nearest[0]!r}?"
                if nearest
                else 'Each event type or pattern is a string of its own: ["radar.*", "payout.paid"].',
                id="pinax_stripe.W019",
            )
