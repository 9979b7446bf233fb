"""Import one of Stripe's lists into rows: each page in a transaction of its own, which also saves the progress.

An import that was interrupted resumes after the last page that was written. Objects that are created while it runs are
at the top of the list, which is therefore read again at the end.
"""

from __future__ import annotations

import logging
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone

from pinax.stripe.exceptions import ConcurrentUpdate, PinaxStripeError
from pinax.stripe.imports.concurrency import read_ahead, usable
from pinax.stripe.imports.lists import pages
from pinax.stripe.imports.page_snapshots import completed, listed_snapshots
from pinax.stripe.imports.retrieve import fetch_rows, unlisted_rows
from pinax.stripe.imports.stats import described
from pinax.stripe.models import ImportProgress
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.plain_json import id_of
from pinax.stripe.retries import retry
from pinax.stripe.sync.bulk_write import batches, compare, write
from pinax.stripe.sync.lookup import make_stub

logger = logging.getLogger("pinax.stripe")

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence

    from pinax.stripe.client import Page
    from pinax.stripe.imports.lists import Listing
    from pinax.stripe.imports.rate_limiter import RateLimiter
    from pinax.stripe.imports.stats import Stats
    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.snapshots import Snapshot


def import_list(  # noqa: PLR0913  (what the command offers)
    listing: Listing,
    limiter: RateLimiter,
    stats: Stats,
    *,
    report: Callable[[Stats], None],
    restart: bool = False,
    dry_run: bool = False,
    prune: bool = False,
    concurrency: int = 1,
) -> None:
    """Import one list; never inside a transaction. Errors are recorded in ``stats``, and stop no other list.

    Args:
        listing: the list.
        limiter: how many requests per second.
        stats: where to count.
        report: called after each page.
        restart: start over, wherever an earlier import has stopped.
        dry_run: count, write nothing.
        prune: fetch each of the rows that are missing in a complete list; a deleted object becomes a tombstone.
        concurrency: how many threads fetch single objects; with more than one, the next page is fetched while one is
            written. One, if the database cannot lock rows.
    """
    try:
        if dry_run:
            for page in pages(listing, limiter):
                stats.pages += 1
                stats.counts += compare(list(listed_snapshots(listing, page, page.objects, stats, id_of)))
                report(stats)
        else:
            progress = progress_of(listing, restart=restart)
            Import(listing, limiter, stats, report, progress, threads=usable(concurrency)).run(prune=prune)
    except (PinaxStripeError, DatabaseError) as error:
        stats.fail(described(error))


def progress_of(listing: Listing, *, restart: bool = False) -> ImportProgress:
    """Return the progress of the import of a list: where it was interrupted, or else at the top."""
    since = listing.since
    same = from_primary(ImportProgress.objects.filter(object_type=listing.kind.object_type, **listing.scope.columns))
    if since:
        same.exclude(since__in=(0, since)).delete()  # of other days, never to be resumed
    key: dict[str, Any] = {"object_type": listing.kind.object_type, **listing.scope.columns, "since": since}
    progress, _ = same.get_or_create(**key)  # another process may begin at the same time
    if progress.finished_at or restart:
        progress = ImportProgress(pk=progress.pk, **key)
        progress.save()
    return progress


class Import:
    """The import of one list, from where it was interrupted to its end."""

    def __init__(  # noqa: PLR0913  (what the command offers)
        self,
        listing: Listing,
        limiter: RateLimiter,
        stats: Stats,
        report: Callable[[Stats], None],
        progress: ImportProgress,
        *,
        threads: int,
    ) -> None:
        self.listing = listing
        self.limiter = limiter
        self.stats = stats
        self.report = report
        self.progress = progress
        self.threads = threads

    def run(self, *, prune: bool) -> None:
        """Import the list, what was created meanwhile, and the rows that are missing in it."""
        progress, listing = self.progress, self.listing
        if progress.listed_at is None:
            listed = pages(listing, self.limiter, progress.cursor, progress.reached)
            for page in listed if self.threads == 1 else read_ahead(listed):
                self._take(page, page.objects, moves=True)
            progress.listed_at = timezone.now()
            progress.save()
        if progress.pages > 1:
            self._catch_up()
        if prune and progress.started_at and listing.is_complete:
            fetch_rows(
                unlisted_rows(listing, progress.started_at),
                listing.scope,
                self.limiter,
                self.stats,
                report=self.report,
                concurrency=self.threads,
            )
        progress.finished_at = timezone.now()
        progress.save()

    def _catch_up(self) -> None:
        """Import what was created since the first page was fetched."""
        for page in pages(self.listing, self.limiter):
            new = list(takewhile(self._is_new, page.objects))
            self._take(page, new, moves=False)
            if len(new) < len(page.objects):
                return

    def _is_new(self, data: Json) -> bool:
        created, started_at = data.get("created"), self.progress.started_at
        if isinstance(created, int) and started_at and created < started_at.timestamp():
            return False
        return id_of(data) != self.progress.newest

    def _take(self, page: Page, objects: Sequence[Json], *, moves: bool) -> None:
        snapshots = listed_snapshots(self.listing, page, objects, self.stats, self._failed)
        *before, last = batches(list(completed(snapshots, self.limiter, self.stats, self._failed))) or [[]]
        for some in before:
            self._write(some)
        if moves:
            self._move(page)
        self._write(last)
        self.stats.pages += 1
        self.report(self.stats)

    def _move(self, page: Page) -> None:
        progress = self.progress
        if progress.started_at is None:
            progress.started_at = page.asked.at
            progress.newest = next(filter(None, map(id_of, page.objects)), "")[:255]
        last = next((data for data in reversed(page.objects) if id_of(data)), None)
        if last:
            created = last.get("created")
            progress.cursor = last["id"][:255]
            progress.reached = created if isinstance(created, int) else None
        progress.pages += 1

    def _write(self, snapshots: Sequence[Snapshot]) -> None:
        """Write objects and the progress, in one transaction if none of them fails."""
        try:
            self.stats.counts += written(snapshots, self.progress)
        except OperationalError:  # nothing is wrong with the objects
            raise
        except Exception:  # noqa: BLE001  (of one object, or of a project's hook: the others are written)
            self._write_one_by_one(snapshots)

    def _write_one_by_one(self, snapshots: Sequence[Snapshot]) -> None:
        for snapshot in snapshots:
            try:
                self.stats.counts += written([snapshot])
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001  (it is recorded)
                self.stats.fail(f"{snapshot.data['id']}: {described(error)}")
                self._failed(snapshot.data)
        self.progress.save()  # not before the last one is written

    def _failed(self, data: Json) -> None:
        """Insert a stub for an object that could not be written, so that ``stripe_sync --stubs`` tries it again."""
        model = self.listing.kind.model
        try:
            with transaction.atomic(primary(model)):
                make_stub(model, data, self.listing.scope)
        except OperationalError:
            raise
        except DatabaseError:
            logger.exception("%s: not even its id could be written", data["id"])


@retry(lambda error: isinstance(error, OperationalError | ConcurrentUpdate), runs=4, pause=0.2)
def written(snapshots: Sequence[Snapshot], progress: ImportProgress | None = None) -> Counter[str]:
    """Write objects, again after a deadlock, or if a row was inserted meanwhile; returns what `write` returns."""
    with transaction.atomic(primary(ImportProgress), durable=True):
        if progress:
            progress.save()  # first, so that imports of one list take turns, and SQLite waits for the lock
        return write(snapshots)
