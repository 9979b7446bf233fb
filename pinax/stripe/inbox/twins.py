"""Twins: Stripe can send the same event as a snapshot event and as a thin event, each with an id of its own.

Both are one row. Its ``stripe_id`` is the id of the snapshot event, its ``thin_id`` that of the thin event; both are
unique, so the database keeps one row under any number of concurrent deliveries. Only the thin event names its twin, and
only a signature or Stripe's own copy proves it: until then, a thin event has a row with its own id in both columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from pinax.stripe.inbox.message import Message


def find(message: Message) -> Event | None:
    """Return the row of an event; of a thin event, also the row of its twin if a webhook secret confirms the twin."""
    rows = from_primary(Event.objects.order_by())
    if not message.is_thin:
        return rows.filter(stripe_id=message.id).first()
    ids = [message.twin_id, message.id] if message.twin_id and message.signed else [message.id]
    found = rows.filter(Q(stripe_id__in=ids) | Q(thin_id=message.id))
    return min(found, key=lambda event: (event.thin_id != message.id, event.stripe_id != ids[0]), default=None)


def ids_of_thin(message: Message, *, is_trusted: bool = False) -> dict[str, str]:
    """Return the columns with the ids of a thin event; its twin's id only if a secret or Stripe's copy proves it.

    Args:
        message: the thin event.
        is_trusted: whether it is Stripe's copy, which may leave out the twin.
    """
    if is_trusted or message.signed:
        return {"thin_id": message.id, **({"stripe_id": message.twin_id} if message.twin_id else {})}
    return {"thin_id": message.id}


def are_twins(event: Event, message: Message, stored: Message) -> bool:
    """Whether a delivery and the stored body are the two forms of the event, which Stripe or a secret has confirmed."""
    claims = message.is_thin and message.signed and message.twin_id == event.stripe_id
    return message.is_thin is not stored.is_thin and bool(has_twin(event) or claims)


def has_twin(event: Event) -> bool:
    """Whether both forms of the event are known."""
    return bool(event.thin_id) and event.thin_id != event.stripe_id
