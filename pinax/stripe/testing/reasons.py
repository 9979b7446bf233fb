"""Why a delivery did not go as expected, in words for the output of a failed test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pinax.stripe.inbox.receivers import names_of
from pinax.stripe.models import RejectedDelivery
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pinax.stripe.models import Event
    from pinax.stripe.testing.posting import Delivery

#: How many lines of a traceback are shown: the place that raised, and the error.
LINES: Final = 6
VERDICTS: Final = {None: "not confirmed yet", True: "confirmed", False: "not confirmed by Stripe"}


def name_of(event: Mapping[str, Any] | bytes | str) -> str:
    """Return the type and the id of an event."""
    if isinstance(event, bytes | str):
        return "a delivery"
    return f"{event.get('type')} {event.get('id')}"


def explained(event: Mapping[str, Any] | bytes | str, delivery: Delivery, expected: str) -> str:
    """Return what happened to a delivery, and what was expected instead."""
    answer = f"{delivery.status} {delivery.text.strip()!r}"
    lines = [f"{name_of(event)} was answered {answer}; expected: {expected}."]
    if delivery.event is not None:
        lines += state_of(delivery.event)
    rejected = RejectedDelivery.objects.first() if delivery.status == 400 else None  # noqa: PLR2004 - Bad Request
    if rejected is not None:
        lines.append(f"It was rejected ({rejected.get_cause_display()}): {rejected.reason}")
    lines += [f"Logged: {line}" for line in delivery.log]
    return "\n".join(lines)


def state_of(event: Event) -> Iterator[str]:
    """Yield lines about the state of an event, and its errors."""
    note = f" ({event.verification_note})" if event.verification_note else ""
    processed = "processed" if event.processed else "skipped" if event.skipped else "not processed"
    yield f"Its row: {VERDICTS[event.valid]}{note}, {processed}; deliveries: {event.deliveries}."
    for error in event.exceptions.all():
        place = f"{error.get_stage_display()}, {error.receiver}" if error.receiver else error.get_stage_display()
        yield f"Failed when {place}: {error.message}"
        yield from (f"    {line}" for line in error.traceback.strip().splitlines()[-LINES:])
    if event.synced_at and not event.processed:
        left = set(names_of(event, registry.handler_for(event.kind)))
        left -= {row.receiver for row in event.receipts.all()} | {row.receiver for row in event.exceptions.all()}
        yield from (f"Waiting: {name} raised NotYet, and is called again later." for name in sorted(left))
