"""Prune what has been kept long enough: by age, by state and by number, in small transactions.

Never deleted: the row of an event that is valid, or that a webhook secret signed and that is not processed, unless its
type is switched off. Ids are kept longer than messages, so that an old delivery is still recognized as a duplicate.
``stripe_prune --erase`` removes what is stored about a person: `pinax.stripe.operations.erasure`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connections, transaction
from django.db.models import Q
from django.utils import timezone

from pinax.stripe.conf import conf
from pinax.stripe.inbox.transactions import database
from pinax.stripe.models import Event, EventProcessingException, RejectedDelivery
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.db.models import Model, QuerySet

#: How many rows are written in one transaction.
SIZE: Final = 500

#: For how many days an event can be fetched from Stripe. Source: https://docs.stripe.com/api/events/list
KEPT_BY_STRIPE: Final = 30


class Job(NamedTuple):
    """Rows that have been kept long enough, and what is done with them.

    Attributes:
        words: what it does, ``"skipped events deleted"``.
        rows: the rows; they are queried again for each step.
        step: does it to some of them, by primary key, and returns to how many. They do not belong to the rows any more.
        order: the columns of the index that finds the rows; the last one is the time that is compared, or the key.
    """

    words: str
    rows: QuerySet[Any]
    step: Callable[[Any], int]
    order: tuple[str, ...] = ("pk",)

    @property
    def rows_in_words(self) -> str:
        """What the rows are: ``"skipped events"``."""
        return self.words.rpartition(" ")[0]

    @property
    def verb(self) -> str:
        """What happens to them: ``"deleted"``."""
        return self.words.rpartition(" ")[2]


def jobs(now: datetime | None = None) -> Iterator[Job]:
    """Yield what the settings require at ``now``; in an order in which no job undoes or hides another."""
    now = now or timezone.now()
    if conf.EVENT_RETENTION_DAYS is not None:
        yield from _of_events(now, now - timedelta(days=conf.EVENT_RETENTION_DAYS))
    if conf.INVALID_RETENTION_DAYS is not None:
        yield from _of_what_nobody_confirms(now)
    if conf.INVALID_KEPT is not None:
        rows = _all_but_the_newest(Event.objects.invalid().filter(signed=False), conf.INVALID_KEPT)
        yield Job(f"invalid events beyond the newest {conf.INVALID_KEPT} deleted", rows, _delete)
        # Anyone can post an event of a type that is switched off, or of a mode without a key.
        skipped = Event.objects.filter(skipped=True, valid__isnull=True, signed=False)
        rows = _all_but_the_newest(skipped, conf.INVALID_KEPT)
        yield Job(f"unsigned skipped events beyond the newest {conf.INVALID_KEPT} deleted", rows, _delete)
    rejected = RejectedDelivery.objects.exclude(cause=RejectedDelivery.Cause.COMPARED)
    rows = _all_but_the_newest(rejected, conf.REJECTED_KEPT)
    yield Job(f"rejected deliveries beyond the newest {conf.REJECTED_KEPT} deleted", rows, _delete)


def overdue(now: datetime) -> QuerySet[Event]:
    """Invalid events that should have been deleted before ``now``; none if they are kept forever."""
    if conf.INVALID_RETENTION_DAYS is None:
        return Event.objects.none()
    before = now - timedelta(days=conf.INVALID_RETENTION_DAYS)
    return Event.objects.invalid().filter(signed=False, received_at__lt=before)


def run_job(job: Job, *, size: int = SIZE, report: Callable[[int], None] | None = None) -> int:
    """Do a job in transactions of ``size`` rows, in constant memory, and return to how many rows.

    If it is stopped, what was done stays done. Rows that are locked are left for the next run, if the database can skip
    locked rows.

    Args:
        job: the job.
        size: rows in a transaction.
        report: called after each transaction with the number so far.
    """
    done, column = 0, job.order[-1]
    rows = job.rows.order_by(*job.order).values_list("pk", column)
    while True:
        with transaction.atomic(database(), durable=True):
            found = list(_locked(rows)[:size])
            done += job.step(_by_key(job.rows.model, [key for key, _ in found])) if found else 0
        if not found:
            return done
        # The next query begins where this one ended: the index still has the entries of the rows before.
        rows = rows.filter(**{f"{column}__gte": found[-1][1]})
        if report:
            report(done)


def _of_events(now: datetime, before: datetime) -> Iterator[Job]:
    processed = Event.objects.filter(processed=True, processed_at__lt=before)
    whole = processed.filter(pruned_at__isnull=True)
    by_age = ("pruned_at", "processed_at")
    yield Job("processed events blanked", whole, lambda events: events.filter(processed=True).blank(now), by_age)
    errors = EventProcessingException.objects.filter(event__in=processed, created_at__lt=before)
    yield Job("errors of processed events deleted", errors, _delete, ("created_at",))
    # Never acted on: if it is delivered again, it is recorded again.
    skipped = Event.objects.filter(skipped=True, processed=False, received_at__lt=before).exclude(valid=True)
    skipped = skipped.exclude(signed=True, skip_cause=Event.SkipCause.NO_KEY)  # to be processed once there is a key
    yield Job("skipped events deleted", skipped, _delete, ("received_at",))


def _of_what_nobody_confirms(now: datetime) -> Iterator[Job]:
    yield Job("invalid events deleted", overdue(now), _delete)
    days = conf.INVALID_RETENTION_DAYS or 0
    gone = now - timedelta(days=max(days, KEPT_BY_STRIPE))
    # They are not signed, and Stripe has them no longer.
    unconfirmed = Event.objects.filter(valid__isnull=True, signed=False, processed=False, received_at__lt=gone)
    yield Job("events that nobody can confirm any more deleted", unconfirmed, _delete, ("received_at",))
    rejected = RejectedDelivery.objects.filter(received_at__lt=now - timedelta(days=days))
    yield Job("rejected deliveries deleted", rejected, _delete)


def _all_but_the_newest(rows: QuerySet[Any], kept: int) -> QuerySet[Any]:
    last = from_primary(rows).order_by("-pk").values_list("pk", flat=True)[kept : kept + 1]
    found = list(last)
    return rows.filter(Q(pk__lte=found[0])) if found else rows.none()


def _delete(rows: QuerySet[Any]) -> int:
    """Delete rows by primary key, without reading their large columns; return how many, without related rows."""
    return rows.only("pk").delete()[1].get(rows.model._meta.label, 0)


def _locked(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Lock rows of events, so that none of them is confirmed between being found and being deleted."""
    rows = from_primary(rows)
    if rows.model is not Event:
        return rows
    return rows.select_for_update(skip_locked=connections[rows.db].features.has_select_for_update_skip_locked)


def _by_key(model: type[Model], keys: list[int]) -> Any:
    return from_primary(model._default_manager.filter(pk__in=keys))
