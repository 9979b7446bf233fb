"""What is due is found and brought to its end, whatever has become of those who should have done it.

The row of an event is the inbox: it says when it is to be tried. Whoever takes an event puts that moment off, so that
others leave it alone; should he die, the moment comes, and somebody else takes it. Any number may do so side by side.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

from django.db import connections, transaction
from django.utils import timezone

from pinax.stripe.inbox.attempts import lease_expires_at
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.inbox.transactions import database, is_deadlock, refuse_open_transaction
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pinax.stripe.inbox.message import Outcome

logger = logging.getLogger("pinax.stripe")


def schedule_now(event: Event) -> None:
    """Let recovery try an event at once: whoever should have processed it has not been told."""
    Event.objects.filter(pk=event.pk, next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())


def lease(event: Event) -> None:
    """Let recovery find an event that was refused, skipped or given up, and now goes to an engine once more.

    The engine may lose it, and Stripe has been told that it is in good hands.
    """
    left_alone = Event.objects.filter(pk=event.pk, processed=False, next_attempt_at__isnull=True)
    left_alone.update(next_attempt_at=lease_expires_at())


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


def claim(due_at: datetime) -> Event | None:
    """Take one event that was due at a moment, so that nobody else does; None where there is none."""
    if connections[database()].features.has_select_for_update_skip_locked:
        return _claim_locked(due_at)
    return _claim_compared(due_at)


def _claim_locked(due_at: datetime) -> Event | None:
    try:
        with transaction.atomic(database(), durable=True):
            free = from_primary(Event.objects.due(due_at)).select_for_update(skip_locked=True)
            event = free.order_by("next_attempt_at", "pk").first()
            if event is not None:
                event.next_attempt_at = lease_expires_at()
                Event.objects.filter(pk=event.pk).update(next_attempt_at=event.next_attempt_at)
    except Exception as error:
        if not is_deadlock(error):
            raise
        return _claim_locked(due_at)
    return event


def _claim_compared(due_at: datetime) -> Event | None:
    """Take an event where the database cannot pass over locked rows: whoever changes the moment first has it."""
    while (event := from_primary(Event.objects.due(due_at)).order_by("next_attempt_at", "pk").first()) is not None:
        unchanged = Event.objects.filter(pk=event.pk, next_attempt_at=event.next_attempt_at)
        event.next_attempt_at = lease_expires_at()
        if unchanged.update(next_attempt_at=event.next_attempt_at):
            return event
    return None
