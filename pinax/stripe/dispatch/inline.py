"""Process events in the request: no broker, no worker; Stripe's own retries are the queue."""

from __future__ import annotations

import logging

from pinax.stripe.inbox.message import Outcome
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary

logger = logging.getLogger("pinax.stripe")


def inline(event_pk: int) -> Outcome:
    """Process the event with this primary key now.

    If the event was deleted while its key was in a task queue, there is nothing to do.

    Raises:
        InsideTransaction: a transaction is open.
        django.db.Error: the database fails while the outcome is recorded.
    """
    event = from_primary(Event.objects.filter(pk=event_pk)).first()
    if event is None:
        logger.warning("event %s: its row is gone, so there is nothing to do", event_pk)
        return Outcome.SKIPPED
    return process_event(event)
