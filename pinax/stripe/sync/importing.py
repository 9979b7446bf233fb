"""One of Stripe's lists into rows: each page in a transaction of its own, which also notes how far it is.

An import that is killed goes on after the last page that was written. What is created while it runs stands at the
list's top, which is therefore looked at once more at the end.
"""

from __future__ import annotations

import random
from itertools import takewhile
from time import sleep
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone

from pinax.stripe.exceptions import PinaxStripeError, RowMovedOn
from pinax.stripe.models import ImportProgress
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.sync.bulk import compare, portions, snapshots_of, write
from pinax.stripe.sync.one_by_one import ask_for, missing
from pinax.stripe.sync.pages import complete, pages
from pinax.stripe.sync.tally import described

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence

    from pinax.stripe.client import Page
    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.kinds import Listing
    from pinax.stripe.sync.pace import Pace
    from pinax.stripe.sync.snapshots import Snapshot
    from pinax.stripe.sync.tally import Tally

#: How often a page is written anew because the database made it give way, and the longest pause in between, in seconds.
ROUNDS: Final = 4
PAUSE: Final = 0.2


def import_list(  # noqa: PLR0913  (what the command offers)
    listing: Listing,
    pace: Pace,
    tally: Tally,
    *,
    report: Callable[[Tally], None],
    restart: bool = False,
    dry_run: bool = False,
    prune: bool = False,
) -> None:
    """Import one list; never inside a transaction. What goes wrong is noted, and keeps no other list from its turn.

    Args:
        listing: the list.
        pace: how fast to ask.
        tally: where to count.
        report: called after each page.
        restart: start over, wherever an earlier import has stopped.
        dry_run: ask and count, write nothing.
        prune: ask for each of the rows that a whole list has not shown; what is gone at Stripe becomes a tombstone.
    """
    try:
        if dry_run:
            for page in pages(listing, pace):
                tally.pages += 1
                tally.counts += compare(snapshots_of(listing, page.objects, page.asked))
                report(tally)
        else:
            Import(listing, pace, tally, report, progress_of(listing, restart=restart)).run(prune=prune)
    except (PinaxStripeError, DatabaseError) as error:
        tally.fail(described(error))


def progress_of(listing: Listing, *, restart: bool = False) -> ImportProgress:
    """Return how far the import of a list has come: where it was interrupted, or else at the top."""
    since = listing.since
    same = from_primary(ImportProgress.objects.filter(object_type=listing.kind.object_type, **listing.scope.columns))
    if since:
        same.exclude(since__in=(0, since)).delete()  # of other days, never to be gone on with
    key: dict[str, Any] = {"object_type": listing.kind.object_type, **listing.scope.columns, "since": since}
    progress, _ = same.get_or_create(**key)  # somebody else may begin at the same moment
    if progress.finished_at or restart:
        progress = ImportProgress(pk=progress.pk, **key)
        progress.save()
    return progress


class Import:
    """The import of one list, from where it was interrupted to its end."""

    def __init__(
        self, listing: Listing, pace: Pace, tally: Tally, report: Callable[[Tally], None], progress: ImportProgress
    ) -> None:
        self.listing = listing
        self.pace = pace
        self.tally = tally
        self.report = report
        self.progress = progress

    def run(self, *, prune: bool) -> None:
        """Go through the list, what has come on top meanwhile, and the rows that it has not shown."""
        progress, listing = self.progress, self.listing
        if progress.listed_at is None:
            for page in pages(listing, self.pace, progress.cursor, progress.reached):
                self._take(page, page.objects, moves=True)
            progress.listed_at = timezone.now()
            progress.save()
        if progress.pages > 1:
            self._catch_up()
        if prune and progress.started_at and listing.is_all_there_is:
            ask_for(missing(listing, progress.started_at), self.pace, self.tally, report=self.report)
        progress.finished_at = timezone.now()
        progress.save()

    def _catch_up(self) -> None:
        """Import what was created since the first page was asked for."""
        for page in pages(self.listing, self.pace):
            new = list(takewhile(self._is_new, page.objects))
            self._take(page, new, moves=False)
            if len(new) < len(page.objects):
                return

    def _is_new(self, data: Json) -> bool:
        created, started_at = data.get("created"), self.progress.started_at
        if isinstance(created, int) and started_at and created < started_at.timestamp():
            return False
        return bool(data["id"] != self.progress.newest)

    def _take(self, page: Page, objects: Sequence[Json], *, moves: bool) -> None:
        for data in objects:
            complete(data, self.listing, self.pace)
        *before, last = portions(snapshots_of(self.listing, objects, page.asked)) or [[]]
        for some in before:
            self._write(some)
        if moves:
            self._move(page)
        self._write(last)
        self.tally.pages += 1
        self.report(self.tally)

    def _move(self, page: Page) -> None:
        progress = self.progress
        if progress.started_at is None:
            progress.started_at = page.asked.at
            progress.newest = page.objects[0]["id"][:255] if page.objects else ""
        if page.objects:
            created = page.objects[-1].get("created")
            progress.cursor = page.objects[-1]["id"][:255]
            progress.reached = created if isinstance(created, int) else None
        progress.pages += 1

    def _write(self, snapshots: Sequence[Snapshot]) -> None:
        """Write objects, and how far that brings the import, in one transaction if none of them is at fault."""
        try:
            self.tally.counts += _written(snapshots, self.progress)
        except OperationalError:  # nothing is wrong with the objects
            raise
        except Exception:  # noqa: BLE001  (one object is at fault, or a project's hook: the others shall not suffer)
            self._write_one_by_one(snapshots)

    def _write_one_by_one(self, snapshots: Sequence[Snapshot]) -> None:
        for snapshot in snapshots:
            try:
                self.tally.counts += _written([snapshot])
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001  (it is noted)
                self.tally.fail(f"{snapshot.data['id']}: {described(error)}")
        self.progress.save()  # not before the last one is written


def _written(snapshots: Sequence[Snapshot], progress: ImportProgress | None = None) -> Counter[str]:
    """Write objects, anew where somebody was in the way: a deadlock, a row made since we looked."""
    for number in range(1, ROUNDS):
        try:
            return _committed(snapshots, progress)
        except (OperationalError, RowMovedOn):
            sleep(random.uniform(0, PAUSE * number))  # noqa: S311  (to get out of step, nothing more)
    return _committed(snapshots, progress)


def _committed(snapshots: Sequence[Snapshot], progress: ImportProgress | None) -> Counter[str]:
    with transaction.atomic(primary(ImportProgress), durable=True):
        if progress:
            progress.save()  # first, so that imports of one list take turns, and SQLite waits for the lock
        return write(snapshots)
