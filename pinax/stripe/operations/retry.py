"""Find due events and process them.

The row of an event is the inbox: ``next_attempt_at`` says when it is due. A worker claims a few events at once: it sets
``next_attempt_at`` to the end of its lease, so that others leave them alone. If the worker dies, the lease expires, and
another one claims them. Each event is processed by itself, in a transaction of its own. Any number of workers may run
side by side.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone

from pinax.stripe.imports.concurrency import run_lanes, usable
from pinax.stripe.inbox.attempts import lease_expires_at, skips_locked_rows
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.inbox.transactions import database, refuse_open_transaction, retry_on_conflict
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Generator
    from datetime import datetime

    from django.db.models import QuerySet

    from pinax.stripe.inbox.message import Outcome
    from pinax.stripe.models.event_queryset import EventQuerySet

#: How many events a worker claims at once.
BATCH: Final = 20
#: The pauses, in seconds, after which an event that was locked is claimed again.
PAUSES: Final = (0, 0.01, 0.05)
#: For how many seconds it begins events that it has claimed; the others are due again then, for whichever worker.
HOLD: Final = 10

logger = logging.getLogger("pinax.stripe")


def process_due(
    limit: int | None = None,
    *,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[], None] = lambda: None,
    concurrency: int = 1,
) -> Counter[Outcome]:
    """Process the events that are due now, the longest overdue first; never inside a transaction.

    Args:
        limit: how many at most; None: all of them.
        stop: called before each event; true ends the run.
        report: called after each event.
        concurrency: how many at the same time, each in a thread; one, if the database cannot lock rows.

    Returns:
        how many events came to each outcome.

    Raises:
        django.db.Error: the database fails. What was claimed is due again after a pause.
    """
    refuse_open_transaction()
    outcomes: Counter[Outcome] = Counter()
    began, room = timezone.now(), _Room(limit)
    lanes = [_claimed(began, room, stop) for _ in range(usable(concurrency))]
    for outcome in run_lanes(lanes, process_event):
        outcomes[outcome] += 1
        report()
    return outcomes


class _Room:
    """How many more events may be processed; shared by threads."""

    def __init__(self, limit: int | None) -> None:
        self.left = limit
        self.lock = Lock()

    def take(self, number: int) -> int:
        """Take room for so many events at most; returns for how many."""
        with self.lock:
            if self.left is None:
                return number
            number = min(number, self.left)
            self.left -= number
            return number

    def give_back(self, number: int) -> None:
        with self.lock:
            if self.left is not None:
                self.left += number


def _claimed(due_at: datetime, room: _Room, stop: Callable[[], bool]) -> Generator[Event, None, None]:
    """Yield events that were due at a moment, claimed for the caller; what is not taken any more is due again."""
    while not stop():
        wanted = room.take(BATCH)
        events = claim(due_at, wanted) if wanted else []
        room.give_back(wanted - len(events))
        if not events:
            return
        held_until = monotonic() + HOLD
        try:
            while events and monotonic() < held_until and not stop():
                yield events.pop(0)
        finally:
            room.give_back(len(events))
            _release(events, due_at)


def _release(events: list[Event], due_at: datetime) -> None:
    """Make claimed events due again; if the database fails, their lease has to expire."""
    if not events:
        return
    keys, lease = [event.pk for event in events], events[0].next_attempt_at
    with suppress(DatabaseError):
        Event.objects.filter(pk__in=keys, next_attempt_at=lease, processed=False).update(next_attempt_at=due_at)


def claim(due_at: datetime, limit: int = 1) -> list[Event]:
    """Claim events that were due at a moment, the longest overdue first, so that no other worker takes them.

    Four statements, however many they are.

    Args:
        due_at: the moment.
        limit: how many at most.
    """
    return claim_of(Event.objects.due(due_at).order_by("next_attempt_at", "pk"), limit)


@retry_on_conflict
def claim_of(events: EventQuerySet, limit: int) -> list[Event]:
    """Claim some events, in their order, except those that another worker has locked."""
    # With the time for which the worker holds them, each attempt has the whole lease.
    lease = lease_expires_at() + timedelta(seconds=HOLD if limit > 1 else 0)
    rows = from_primary(events)
    if not skips_locked_rows(rows.db):
        return _claim_compared(rows, limit, lease)
    with transaction.atomic(database(), durable=True):
        found = list(rows.select_for_update(skip_locked=True)[:limit])
        if found:
            Event.objects.filter(pk__in=[event.pk for event in found]).update(next_attempt_at=lease)
    for event in found:
        event.next_attempt_at = lease
    return found


def _claim_compared(rows: QuerySet[Event], limit: int, lease: datetime) -> list[Event]:
    """Claim events if the database cannot skip locked rows: who changes ``next_attempt_at`` first has claimed one."""
    while found := list(rows[:limit]):
        claimed = [
            event
            for event in found
            if event.transition({"next_attempt_at": lease}, processed=False, next_attempt_at=event.next_attempt_at)
        ]
        if claimed:
            return claimed
    return []


def _claim_one(pk: int) -> list[Event]:
    for pause in PAUSES:
        time.sleep(pause)
        if found := claim_of(Event.objects.filter(pk=pk, processed=False), 1):
            return found
        if from_primary(Event.objects.filter(pk=pk, processed=True)).exists():
            break
    return []


def claimed_by_key(keys: array[int]) -> Generator[Event, None, None]:
    """Yield the events with these primary keys, from the last to the first, claimed for the caller.

    Those that are processed, or locked by another worker, are left out.
    """
    while keys:
        some = keys[-BATCH:]
        del keys[-BATCH:]
        rows = {event.pk: event for event in claim_of(Event.objects.filter(pk__in=some, processed=False), BATCH)}
        for pk in (pk for pk in some if pk not in rows):
            # MySQL and MariaDB lock rows while they search: another worker's search may have been in the way.
            rows |= {event.pk: event for event in _claim_one(pk)}
        events = [rows[pk] for pk in some if pk in rows]
        held_until = monotonic() + HOLD
        while events and monotonic() < held_until:
            yield events.pop()
        keys.extend(event.pk for event in events)
