"""Select events by patterns of their types, whatever the number of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary
from pinax.stripe.signals import WEBHOOK_SIGNALS, matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinax.stripe.models.event_queryset import EventQuerySet


def of_kinds(events: EventQuerySet, patterns: Sequence[str]) -> EventQuerySet:
    """Return the events with a type that one of the patterns matches; an index finds them.

    A pattern becomes the list of the types that it matches: of all declared types, and of all others that were ever
    received.
    """
    if "*" in patterns:
        return events
    found = {pattern for pattern in patterns if "*" not in pattern}
    for pattern in set(patterns) - found:
        found.update(kind for kind in WEBHOOK_SIGNALS if matches(kind, pattern))
        found.update(kind for kind in _received_kinds(pattern.partition("*")[0]) if matches(kind, pattern))
    return events.filter(kind__in=sorted(found))


def _received_kinds(prefix: str) -> Iterator[str]:
    """Yield the types of recorded events that begin with a prefix.

    For each type, the index of types leads to the next one: ``DISTINCT`` would read every event.
    """
    kinds = from_primary(Event.objects.order_by("kind")).values_list("kind", flat=True)
    kind = kinds.filter(kind__gte=prefix).first()
    while kind is not None and kind.startswith(prefix):
        yield kind
        kind = kinds.filter(kind__gt=kind).first()
