"""Attempts at an event: its lock, the lease of a worker, when the next attempt is due, and giving up."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connections
from django.db.models import F
from django.utils import timezone

from pinax.stripe.conf import conf
from pinax.stripe.exceptions import (
    BeingProcessed,
    EventDeleted,
    RequestRefused,
    StepFailed,
    StripeUnreachable,
    UnreadableRow,
)
from pinax.stripe.inbox.transactions import database
from pinax.stripe.models import Event, EventProcessingException
from pinax.stripe.models.parameters import Parameter
from pinax.stripe.models.statements import field_of, select, update

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from pinax.stripe.inbox.receivers import Calls

Stage = EventProcessingException.Stage

#: How far a pause is from what it should be, so that what failed together does not come back together.
JITTER = 0.1

#: What is read from the row when it is locked: others may have written it since.
_READ_AT_LOCK = ("processed", "valid", "synced_at", "attempts", "failures", "next_attempt_at", "given_up_at")


def lock(event: Event) -> bool:
    """Lock the event's row for this transaction, and return whether it still has to be processed.

    The instance takes the row's current state, except for values that it has set aside.
    Never waits for a lock that another attempt holds; SQLite has no lock on a row, and waits for its one writer.

    Raises:
        BeingProcessed: another attempt holds the lock.
        EventDeleted: there is no such row any more.
    """
    alias, pk = database(), {"pk": event.pk}
    if skips_locked_rows(alias):
        found = select("lock", alias, lambda: _row().select_for_update(skip_locked=True), pk)
    else:
        is_there = update(Event, alias, {"stripe_id": F("stripe_id")}, pk=event.pk)
        found = select("row", alias, _row, pk) if is_there else []
    if not found:
        raise BeingProcessed if Event.objects.using(alias).filter(pk=event.pk).exists() else EventDeleted
    current = dict(zip(_READ_AT_LOCK, found[0], strict=True))
    event.compare_lease(current["next_attempt_at"])
    vars(event).update({name: value for name, value in current.items() if name not in event._unsaved})
    return not current["processed"]


def _row() -> QuerySet[Event, Any]:
    return Event.objects.filter(pk=Parameter("pk", field_of(Event, "pk"))).order_by().values_list(*_READ_AT_LOCK)


def skips_locked_rows(alias: str) -> bool:
    """Return whether the database can pass over rows that another process has locked."""
    return bool(connections[alias].features.has_select_for_update_skip_locked)


def lease_expires_at() -> datetime:
    """Return until when an event is left to the worker that takes it now; then it counts as abandoned."""
    return timezone.now() + timedelta(seconds=conf.LEASE)


def lease(event: Event) -> None:
    """Schedule an event that was rejected, skipped or given up, and now goes to a queue once more.

    The queue may lose it, and Stripe was answered 200.
    """
    event.transition({"next_attempt_at": lease_expires_at()}, processed=False, next_attempt_at__isnull=True)


def schedule_now(event: Event) -> None:
    """Let ``stripe_process`` take an event at once: the queue did not take it."""
    event.transition({"next_attempt_at": timezone.now()}, next_attempt_at__isnull=False)


def pause_after(attempts: int) -> timedelta:
    """Return the pause after so many attempts, by ``PINAX_STRIPE_RETRY_BACKOFF``."""
    first, longest = conf.RETRY_BACKOFF
    pause = min(longest, first * 2 ** min(max(attempts - 1, 0), 32))
    return timedelta(seconds=pause * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  (nothing to guess)


def schedule_after(event: Event, calls: Calls) -> dict[str, Any]:
    """Return the values that schedule an event's next attempt, after its receivers were called; its row is locked.

    No attempt follows if all receivers have succeeded. A receiver that failed is called again after a pause; one that
    raised `NotYet`, after the first interval of ``PINAX_STRIPE_RETRY_BACKOFF``.
    """
    if calls.are_complete:
        return {"next_attempt_at": None, "given_up_at": None}
    if calls.failures:
        return after_failure(event, calls.failures[0])
    soon = timezone.now() + pause_after(1)
    if calls.not_yet:
        return {"next_attempt_at": soon, "given_up_at": None}
    return {} if event.given_up_at else {"next_attempt_at": event.next_attempt_at or soon}


def after_failure(event: Event, failure: StepFailed) -> dict[str, Any]:
    """Return the values that schedule the next attempt after a failure, or give the event up; its row is locked.

    Scheduling a retry clears ``given_up_at``. An attempt that failed because Stripe could not be asked delays the next
    one, and never leads to giving up: Stripe may be out of reach for longer than any number of attempts takes.
    """
    now = timezone.now()
    if _is_stripes(failure):
        return {"next_attempt_at": now + pause_after(event.attempts + 1), "given_up_at": None}
    failures = event.failures + 1
    if failures >= conf.MAX_ATTEMPTS:
        return {"failures": failures, "next_attempt_at": None, "given_up_at": now}
    return {"failures": failures, "next_attempt_at": now + pause_after(failures), "given_up_at": None}


def _is_stripes(failure: StepFailed) -> bool:
    """Return whether a failure does not count: of verification, or a request that Stripe has not answered.

    These count: a row that cannot be read, an error of the database, and a request that Stripe rejects.
    """
    cause = failure.__cause__
    if failure.stage == Stage.VERIFY:
        return not isinstance(cause, UnreadableRow | DatabaseError)
    return isinstance(cause, StripeUnreachable) and not isinstance(cause, RequestRefused)
