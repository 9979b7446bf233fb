"""Reconcile Stripe's lists of events with ours: events that no delivery has brought are recorded, and then processed.

Stripe lists the events of the last 30 days, the newest first. A reconciliation requests those since a cursor, and of an
hour before it: ``created`` has whole seconds, and an event may be listed late. They are recorded page by page; once all
are, they are processed, the oldest first, and then the cursor moves to the time of the first request. A reconciliation
that is interrupted begins at the same cursor again; two at the same time do no harm.

Thin events are in a list of their own, which is only requested if the project has to do with thin events.

Source: https://docs.stripe.com/api/events/list and https://docs.stripe.com/api/v2/core/events/list
"""

from __future__ import annotations

import logging
from array import array
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from zlib import crc32

from django.db import DatabaseError, OperationalError
from django.db.models import Q
from django.utils import timezone

from pinax.stripe import client
from pinax.stripe.event_json import is_thin
from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.imports.concurrency import read_ahead, run_lanes, usable
from pinax.stripe.imports.lists import Listing, ObjectType, pages
from pinax.stripe.imports.stats import described, named
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.inbox.recording import is_ignored
from pinax.stripe.inbox.transactions import refuse_open_transaction
from pinax.stripe.models import Event, OtherObject, Reconciliation
from pinax.stripe.models.base import StripeList
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations.listed_events import (
    ids_in,
    insert_listed,
    is_wanted,
    keep_what_is_known,
    local_states,
    read_listed,
    record_listed,
)
from pinax.stripe.operations.retry import claimed_by_key
from pinax.stripe.operations.thin_events import is_filter, listed_thin_events
from pinax.stripe.plain_json import id_of
from pinax.stripe.signals import event_type_of, matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from pinax.stripe.client import Page
    from pinax.stripe.imports.rate_limiter import RateLimiter
    from pinax.stripe.inbox.message import Message
    from pinax.stripe.operations.listed_events import LocalState
    from pinax.stripe.operations.reconcile_stats import ReconcileStats
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope

#: How far before the cursor a reconciliation begins.
OVERLAP: Final = timedelta(hours=1)
#: How long Stripe lists an event.
KEPT: Final = timedelta(days=30)
#: How old a cursor may be before an alert: what is older than `KEPT` cannot be recovered.
ALERT_AFTER: Final = timedelta(days=25)
logger = logging.getLogger("pinax.stripe")


def reconcile(  # noqa: PLR0913  (what the command offers)
    scope: Scope,
    limiter: RateLimiter,
    stats: ReconcileStats,
    *,
    report: Callable[[ReconcileStats], None],
    since: int | None = None,
    types: Sequence[str] = (),
    dry_run: bool = False,
    concurrency: int = 1,
) -> None:
    """Reconcile the events of one account and mode. Errors are recorded in ``stats``, and stop no other account.

    Args:
        scope: whose events, in which mode.
        limiter: how many requests per second.
        stats: where to count.
        report: called after each page, and after each event that was processed.
        since: where to begin, in Unix seconds, instead of at the cursor.
        types: only these event types, or patterns of them; the cursor does not move.
        dry_run: compare, write nothing.
        concurrency: how many events are processed at the same time, each in a thread; one, if the database cannot lock
            rows. Events about the same object are processed one after the other, the oldest first.

    Raises:
        InsideTransaction: a transaction is open.
    """
    refuse_open_transaction()
    try:
        Reconciler(scope, limiter, stats, report, types=types, dry_run=dry_run, concurrency=concurrency).run(since)
    except (PinaxStripeError, DatabaseError) as error:
        stats.fail(described(error))


class Reconciler:
    """One reconciliation of one account and mode."""

    def __init__(  # noqa: PLR0913  (what the command offers)
        self,
        scope: Scope,
        limiter: RateLimiter,
        stats: ReconcileStats,
        report: Callable[[ReconcileStats], None],
        *,
        types: Sequence[str],
        dry_run: bool,
        concurrency: int,
    ) -> None:
        self.scope = scope
        self.limiter = limiter
        self.stats = stats
        self.report = report
        self.types = types
        self.dry_run = dry_run
        #: How many events could not be recorded in any form.
        self.lost = 0
        #: The events to process in each thread, the newest first: eight bytes for each.
        self.waiting = [array("q") for _ in range(usable(concurrency))]
        self.row = from_primary(Reconciliation.objects.filter(**scope.columns))

    def run(self, since: int | None) -> None:
        """Record what Stripe lists, process it, and move the cursor if that leaves no gap."""
        row = self.row.first()
        if row:
            self._look_at_the_clock(row)
        reached = row.reached if row else None
        beginning = int((reached - OVERLAP).timestamp()) if reached else 0
        no_gap = since is None or since <= max(beginning, (timezone.now() - KEPT).timestamp())
        moves = no_gap and not self.types and not self.dry_run
        if moves:
            self._begin()
        beginning = beginning if since is None else since
        asked_at = self._record(pages(self._listing(beginning), self.limiter))
        self._record_thin(beginning)
        recorded_all = not self.lost
        self._process_all()
        if moves:
            self._end(asked_at if recorded_all else None)

    def _listing(self, since: int) -> Listing:
        path = "/v1/events"
        if is_filter(self.types):
            path += "?" + urlencode({f"types[{number}]": kind for number, kind in enumerate(self.types)})
        return Listing(ObjectType("event", OtherObject), self.scope, StripeList(path), since)

    def _record_thin(self, since: int) -> None:
        """Record thin events, except those whose snapshot events are here; if it fails, the cursor does not move."""
        try:
            self._record(listed_thin_events(self.scope, self.limiter, since, self.types))
        except PinaxStripeError as error:
            self.stats.fail(f"thin events: {described(error)}")
            self.lost += 1

    def _record(self, listed: Iterator[Page]) -> datetime | None:
        """Record what is listed; returns the time of the first request, by Stripe's clock."""
        asked_at: datetime | None = None
        for page in listed if len(self.waiting) == 1 else read_ahead(listed):
            asked_at = asked_at or page.asked.at
            self._take_page(page)
            self.stats.pages += 1
            self.report(self.stats)
        return asked_at

    def _take_page(self, page: Page) -> None:
        listed = [body for body in page.objects if self._is_wanted(body.get("type"))]
        known = local_states(listed)
        due: dict[str, tuple[int, str]] = {}
        new: list[tuple[Json, Message]] = []
        for body in listed:
            one = next((known[stripe_id] for stripe_id in ids_in(body) if stripe_id in known), None)
            if one and one.is_settled:
                if not is_thin(body):  # else it is counted among the snapshot events, or was delivered
                    self.stats.at_stripe += 1
                    self.stats.counts["here"] += 1
                if one.is_untried:
                    due[body["id"]] = one.pk, one.object_id
                continue
            self.stats.at_stripe += 1
            with self._set_aside_if_it_fails(body, one):
                message = read_listed(body, self.scope)
                if one is None and not self.dry_run and is_wanted(message):
                    new.append((body, message))
                else:
                    self._take(message, one, due)
        inserted = insert_listed([message for _, message in new])
        for body, message in new:
            if message.id in inserted:
                self.stats.counts["recovered"] += 1
                due[message.id] = inserted[message.id], _object_id(message)
            else:
                with self._set_aside_if_it_fails(body, None):
                    self._take(message, None, due)
        self._let_wait(listed, due)

    def _is_wanted(self, kind: object) -> bool:
        return not self.types or any(matches(event_type_of(str(kind)), pattern) for pattern in self.types)

    def _take(self, message: Message, known: LocalState | None, due: dict[str, tuple[int, str]]) -> None:
        """Record one event, and count what we had of it."""
        counts = self.stats.counts
        word = "recovered" if known is None or known.valid is False else "here"
        if self.dry_run:
            counts["skipped" if is_ignored(message.kind) else word] += 1
            return
        taken = record_listed(message)
        if isinstance(taken, Event):
            due[message.id] = taken.pk, _object_id(message)
            counts[word] += 1
        else:
            counts["skipped" if taken is Outcome.SKIPPED else "here"] += 1

    def _let_wait(self, listed: Sequence[Json], due: dict[str, tuple[int, str]]) -> None:
        """Give each event that is to be processed to the thread of its object."""
        for body in listed:
            pk, object_id = due.pop(id_of(body) or "", (None, ""))
            if pk is not None and not self.dry_run:
                self.waiting[crc32(object_id.encode()) % len(self.waiting)].append(pk)

    @contextmanager
    def _set_aside_if_it_fails(self, body: Json, known: LocalState | None) -> Iterator[None]:
        try:
            yield
        except OperationalError:  # nothing is wrong with the event
            raise
        except Exception as error:  # noqa: BLE001  (a project's hook may raise anything)
            self.stats.fail(f"{(id_of(body) or 'an event')[:255]}: {described(error)}")
            self._set_aside(body, known, error)

    def _set_aside(self, body: Json, known: LocalState | None, error: Exception) -> None:
        """Keep what is known of an event that could not be recorded, so that the cursor can move."""
        if self.dry_run or (known and known.is_scheduled):
            return
        try:
            keep_what_is_known(body, self.scope, error)
        except OperationalError:
            raise
        except Exception:
            logger.exception("%s: nothing of it could be recorded: the cursor does not move", id_of(body))
            self.lost += 1

    def _process_all(self) -> None:
        lanes = [claimed_by_key(keys) for keys in self.waiting]
        for event, result in run_lanes(lanes, partial(_process, self.limiter)):
            if isinstance(result, Exception):
                self.stats.fail(f"{event.stripe_id}: {described(result)}")
            elif result is Outcome.RETRY:
                self.stats.fail(
                    f"{event.stripe_id} ({event.kind}): recorded, not processed; the event's errors say why"
                )
            self.stats.counts["processed"] += result is Outcome.PROCESSED
            self.report(self.stats)

    def _begin(self) -> None:
        self.row.get_or_create(**self.scope.columns)
        self.row.update(started_at=timezone.now(), finished_at=None)

    def _end(self, reached: datetime | None) -> None:
        numbers = {name: self.stats.counts[name] for name in ("here", "recovered")}
        failed = self.stats.failed
        self.row.update(finished_at=timezone.now(), at_stripe=self.stats.at_stripe, failed=failed, **numbers)
        if reached:
            # Another reconciliation may have got further meanwhile.
            self.row.filter(Q(reached__isnull=True) | Q(reached__lt=reached)).update(reached=reached)

    def _look_at_the_clock(self, row: Reconciliation) -> None:
        behind = timezone.now() - (row.reached or row.created_at)
        if behind > ALERT_AFTER:
            self.stats.behind = behind
            whose, days = named("events", self.scope), behind.days
            logger.error("%s: not reconciled for %d days; Stripe keeps events for %d", whose, days, KEPT.days)


def _object_id(message: Message) -> str:
    return str(id_of(message.object) or "")


def _process(limiter: RateLimiter, event: Event) -> tuple[Event, Outcome | Exception]:
    try:
        with client.rate_limited(limiter.wait):
            return event, process_event(event)
    except (PinaxStripeError, DatabaseError) as error:
        return event, error
