"""Stripe's list of events against ours: what no delivery has brought is recorded, and then processed.

Stripe lists the events of the last 30 days, the newest first. A sweep asks for those since a cursor, and for an hour
more: ``created`` has whole seconds, and an event may be listed late. Page by page it is recorded; only when all of it
is, it is processed, the oldest first, and then the cursor moves to the moment of the sweep's first question. A sweep
that is interrupted begins again where it began; two side by side do the same twice, to the same end.

Source: https://docs.stripe.com/api/events/list
"""

from __future__ import annotations

import logging
from array import array
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.db import DatabaseError, OperationalError
from django.db.models import Q
from django.utils import timezone

from pinax.stripe.exceptions import PinaxStripeError, RedactionFailed, UnreadableDelivery
from pinax.stripe.imports.lists import Listing, ObjectType, pages
from pinax.stripe.imports.stats import described, named
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.inbox.recording import is_ignored, record_by_identity
from pinax.stripe.inbox.rejections import store_once, unreadable_listed
from pinax.stripe.inbox.transactions import refuse_open_transaction
from pinax.stripe.models import Event, OtherObject, Reconciliation
from pinax.stripe.models.base import StripeList
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations.listed_events import local_states, read_listed, skeleton_listed, take
from pinax.stripe.plain_json import id_of
from pinax.stripe.signals import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pinax.stripe.client import Page
    from pinax.stripe.imports.rate_limiter import RateLimiter
    from pinax.stripe.operations.listed_events import LocalState
    from pinax.stripe.operations.reconcile_stats import ReconcileStats
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope

#: How far before the cursor a sweep begins.
OVERLAP: Final = timedelta(hours=1)
#: How long Stripe lists an event.
KEPT: Final = timedelta(days=30)
#: How old a cursor may be before somebody has to look: what is older than `KEPT` cannot be recovered.
ALERT_AFTER: Final = timedelta(days=25)
#: How many types Stripe's list can be narrowed to.
MOST_TYPES: Final = 20

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
) -> None:
    """Sweep the events of one account and mode. What goes wrong is noted, and keeps no other sweep from its turn.

    Args:
        scope: whose events, in which mode.
        limiter: how fast to ask.
        stats: where to count.
        report: called after each page, and after each event that was processed.
        since: where to begin, in Unix seconds, instead of at the cursor.
        types: only these event types, or patterns of them; the cursor stays where it is.
        dry_run: ask and compare, write nothing.

    Raises:
        InsideTransaction: a transaction is open.
    """
    refuse_open_transaction()
    try:
        Sweep(scope, limiter, stats, report, types=types, dry_run=dry_run).run(since)
    except (PinaxStripeError, DatabaseError) as error:
        stats.fail(described(error))


class Sweep:
    """One sweep of one account and mode."""

    def __init__(  # noqa: PLR0913  (what the command offers)
        self,
        scope: Scope,
        limiter: RateLimiter,
        stats: ReconcileStats,
        report: Callable[[ReconcileStats], None],
        *,
        types: Sequence[str],
        dry_run: bool,
    ) -> None:
        self.scope = scope
        self.limiter = limiter
        self.stats = stats
        self.report = report
        self.types = types
        self.dry_run = dry_run
        #: How many events could be neither recorded nor set aside.
        self.lost = 0
        #: The events to be processed, the newest first: eight bytes for each.
        self.waiting = array("q")
        self.row = from_primary(Reconciliation.objects.filter(**scope.columns))

    def run(self, since: int | None) -> None:
        """Record what Stripe lists, process it, and move the cursor where that leaves no gap."""
        row = self.row.first()
        if row:
            self._look_at_the_clock(row)
        reached = row.reached if row else None
        beginning = int((reached - OVERLAP).timestamp()) if reached else 0
        no_gap = since is None or since <= max(beginning, (timezone.now() - KEPT).timestamp())
        moves = no_gap and not self.types and not self.dry_run
        if moves:
            self._begin()
        asked_at = self._record(self._listing(beginning if since is None else since))
        recorded_all = not self.lost
        for pk in reversed(self.waiting):
            self._process(pk)
        if moves:
            self._end(asked_at if recorded_all else None)

    def _listing(self, since: int) -> Listing:
        path = "/v1/events"
        if self.types and len(self.types) <= MOST_TYPES and not any("*" in kind for kind in self.types):
            path += "?" + urlencode({f"types[{number}]": kind for number, kind in enumerate(self.types)})
        return Listing(ObjectType("event", OtherObject), self.scope, StripeList(path), since)

    def _record(self, listing: Listing) -> datetime | None:
        """Record what is listed; returns the moment of the first question, by Stripe's clock."""
        asked_at: datetime | None = None
        for page in pages(listing, self.limiter):
            asked_at = asked_at or page.asked.at
            self._take_page(page)
            self.stats.pages += 1
            self.report(self.stats)
        return asked_at

    def _take_page(self, page: Page) -> None:
        listed = [body for body in page.objects if self._is_wanted(body.get("type"))]
        known = local_states(list(filter(None, map(id_of, listed))))
        for body in listed:
            self.stats.at_stripe += 1
            one = known.get(id_of(body) or "")
            try:
                self.stats.counts[self._take(body, one)] += 1
            except OperationalError:  # nothing is wrong with the event
                raise
            except (UnreadableDelivery, RedactionFailed, DatabaseError, Event.DoesNotExist) as error:
                self.stats.fail(f"{(id_of(body) or 'an event')[:255]}: {described(error)}")
                self._set_aside(body, one, error)

    def _is_wanted(self, kind: object) -> bool:
        return not self.types or any(matches(str(kind), pattern) for pattern in self.types)

    def _take(self, body: Json, known: LocalState | None) -> str:
        """Record one event, unless it is; returns in a word what we had of it."""
        if known and known.is_settled:
            if known.is_untried:
                self.waiting.append(known.pk)
            return "here"
        message = read_listed(body, self.scope)
        word = "recovered" if known is None or known.valid is False else "here"
        if self.dry_run:
            return "skipped" if is_ignored(message.kind) else word
        taken = take(message)
        if isinstance(taken, Event):
            self.waiting.append(taken.pk)
            return word
        return "skipped" if taken is Outcome.SKIPPED else "here"

    def _set_aside(self, body: Json, known: LocalState | None, error: Exception) -> None:
        """Keep what is known of an event that could not be recorded, so that the sweep need not wait for it.

        One that can be read is recorded by what identifies it, and ``stripe_process`` asks Stripe for the rest.
        """
        if self.dry_run or (known and known.is_scheduled):
            return
        try:
            if isinstance(error, UnreadableDelivery):
                store_once(unreadable_listed(body, error))
            else:
                record_by_identity(skeleton_listed(body, self.scope))
        except OperationalError:
            raise
        except (UnreadableDelivery, DatabaseError):
            logger.exception("%s: could not be set aside: the cursor stays", id_of(body))
            self.lost += 1

    def _process(self, pk: int) -> None:
        event = None if self.dry_run else from_primary(Event.objects.filter(pk=pk)).first()
        if event is None:
            return
        try:
            outcome = process_event(event)
        except (PinaxStripeError, DatabaseError) as error:
            self.stats.fail(f"{event.stripe_id}: {described(error)}")
        else:
            if outcome is Outcome.RETRY:
                self.stats.fail(f"{event.stripe_id} ({event.kind}): recorded, not done; the event's errors say why")
            self.stats.counts["processed"] += outcome is Outcome.PROCESSED
        self.report(self.stats)

    def _begin(self) -> None:
        self.row.get_or_create(**self.scope.columns)
        self.row.update(started_at=timezone.now(), finished_at=None)

    def _end(self, reached: datetime | None) -> None:
        numbers = {name: self.stats.counts[name] for name in ("here", "recovered")}
        failed = self.stats.failed
        self.row.update(finished_at=timezone.now(), at_stripe=self.stats.at_stripe, failed=failed, **numbers)
        if reached:
            # Another sweep may have come further meanwhile.
            self.row.filter(Q(reached__isnull=True) | Q(reached__lt=reached)).update(reached=reached)

    def _look_at_the_clock(self, row: Reconciliation) -> None:
        behind = timezone.now() - (row.reached or row.created_at)
        if behind > ALERT_AFTER:
            self.stats.behind = behind
            logger.error(
                "%s: not reconciled for %d days; Stripe keeps events for %d",
                named("events", self.scope),
                behind.days,
                KEPT.days,
            )
