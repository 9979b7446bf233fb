"""Processing in the request itself: no broker, no worker; Stripe's own retries are the queue."""

from __future__ import annotations

import logging

from pinax.stripe.inbox.message import Outcome
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary

logger = logging.getLogger("pinax.stripe")


def inline(event_pk: int) -> Outcome:
    """Bring the event with this primary key to its end, here and now.

    One that was deleted meanwhile is skipped: an engine that still carries its key has nothing left to do.

    Raises:
        InsideTransaction: a transaction is open.
        django.db.Error: the database fails at keeping what became of it.
    """
    event = from_primary(Event.objects.filter(pk=event_pk)).first()
    if event is None:
        logger.warning("event %s: its row is gone, so there is nothing to do", event_pk)
        return Outcome.SKIPPED
    return process_event(event)
