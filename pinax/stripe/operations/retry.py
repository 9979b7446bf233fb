"""Find due events and process them.

The row of an event is the inbox: ``next_attempt_at`` says when it is due. A worker that takes an event sets it to the
end of its lease, so that others leave the event alone; if the worker dies, the lease expires, and another one takes it.
Any number of workers may run side by side.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from pinax.stripe.inbox.attempts import lease_expires_at, skips_locked_rows
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.inbox.transactions import database, refuse_open_transaction, retry_on_conflict
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pinax.stripe.inbox.message import Outcome

logger = logging.getLogger("pinax.stripe")


def process_due(limit: int | None = None, *, stop: Callable[[], bool] = lambda: False) -> Counter[Outcome]:
    """Bring the events that are due now to their end, the longest overdue first; never inside a transaction.

    Args:
        limit: how many at most; None: all of them.
        stop: asked before each event; true ends the run.

    Returns:
        how many events came to each outcome.

    Raises:
        django.db.Error: the database fails. What was taken is due again after a pause.
    """
    refuse_open_transaction()
    outcomes: Counter[Outcome] = Counter()
    began = timezone.now()
    while (limit is None or outcomes.total() < limit) and not stop():
        event = claim(began)
        if event is None:
            break
        outcomes[process_event(event)] += 1
    return outcomes


@retry_on_conflict
def claim(due_at: datetime) -> Event | None:
    """Take one event that was due at a moment, so that nobody else does; None if there is none."""
    if not skips_locked_rows(database()):
        return _claim_compared(due_at)
    with transaction.atomic(database(), durable=True):
        free = from_primary(Event.objects.due(due_at)).select_for_update(skip_locked=True)
        event = free.order_by("next_attempt_at", "pk").first()
        if event is not None:
            event.transition({"next_attempt_at": lease_expires_at()})
    return event


def _claim_compared(due_at: datetime) -> Event | None:
    """Take an event if the database cannot pass over locked rows: the worker that changes the moment first has it."""
    while (event := from_primary(Event.objects.due(due_at)).order_by("next_attempt_at", "pk").first()) is not None:
        if event.transition({"next_attempt_at": lease_expires_at()}, next_attempt_at=event.next_attempt_at):
            return event
    return None
