"""Processing in the request itself: no broker, no worker; Stripe's own retries are the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.inbox.processing import process_event
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from pinax.stripe.inbox.outcome import Outcome


def inline(event_pk: int) -> Outcome:
    """Bring the event with this primary key to its end, here and now."""
    return process_event(from_primary(Event.objects.filter(pk=event_pk)).get())
