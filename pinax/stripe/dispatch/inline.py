"""Processing in the request itself: no broker, no worker; Stripe's own retries are the queue."""

from __future__ import annotations

from pinax.stripe.inbox.outcome import Outcome
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.models import Event


def inline(event_pk: int) -> Outcome:
    """Bring the event with this primary key to its end, here and now."""
    return process_event(Event.objects.get(pk=event_pk))
