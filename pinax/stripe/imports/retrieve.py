"""Fetch objects one by one: stubs, rows with a truncated list, and rows that are missing in a list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pinax.stripe.exceptions import ConcurrentUpdate, StripeUnreachable
from pinax.stripe.imports.concurrency import run_lanes, shared, usable
from pinax.stripe.imports.lists import object_type_of
from pinax.stripe.imports.stats import described
from pinax.stripe.models import Account, OtherObject
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.sync.completion import complete
from pinax.stripe.sync.freshness import Change, current
from pinax.stripe.sync.snapshots import Snapshot
from pinax.stripe.sync.write import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from pinax.stripe.imports.lists import Listing, ObjectType
    from pinax.stripe.imports.rate_limiter import RateLimiter
    from pinax.stripe.imports.stats import Stats
    from pinax.stripe.models import StripeObject
    from pinax.stripe.scope import Scope

    Row = TypeVar("Row", bound=StripeObject)


#: How many rows are read at a time.
SIZE: Final = 100

#: What became of a row whose object was fetched.
FILLED: Final = "filled"
COMPLETED: Final = "completed"
STILL_THERE: Final = "still there"
PRUNED: Final = "pruned"
NOT_TO_BE_ASKED_FOR: Final = "not to be had one by one"


def unlisted_rows(listing: Listing, started_at: datetime) -> QuerySet[StripeObject]:
    """Return the rows that are missing in a complete list, and that nobody has written since the import started.

    Tombstones are left out.
    """
    return rows_of(listing.kind, listing.scope).filter(Q(as_of__isnull=True) | Q(as_of__lt=started_at))


def rows_of(kind: ObjectType, scope: Scope) -> QuerySet[StripeObject]:
    """Return the rows of a type, account and mode, without tombstones and disconnected accounts."""
    rows = kind.model.objects.filter(**scope.columns)
    if kind.model is OtherObject:
        rows = rows.filter(Q(object_type=kind.object_type))
    if kind.model is Account:
        rows = rows.filter(Q(deauthorized_at=None))  # Stripe denies access to the others
    return rows


def fetch_rows(  # noqa: PLR0913  (what the command offers)
    rows: QuerySet[StripeObject],
    scope: Scope,
    limiter: RateLimiter,
    stats: Stats,
    *,
    after: int = 0,
    dry_run: bool = False,
    report: Callable[[Stats], None],
    concurrency: int = 1,
) -> int:
    """Fetch the object of each row, and write what Stripe answers: a copy, or that it is deleted.

    Args:
        rows: the rows, in any order.
        scope: its platform's keys are used, with its context; the account and mode are those of each row.
        limiter: how many requests per second.
        stats: where to count.
        after: the primary key to start after.
        dry_run: fetch, write nothing.
        report: called after each.
        concurrency: how many are fetched at the same time; one, if the database cannot lock rows.

    Returns:
        The highest primary key of the rows.
    """

    def fetch(row: StripeObject) -> tuple[StripeObject, str | Exception]:
        try:
            return row, _fetch(row, scope, limiter, dry_run=dry_run)
        except Exception as error:  # noqa: BLE001  (it is recorded, and the other rows are fetched)
            return row, error

    for row, result in run_lanes(shared(by_pk(rows, after), usable(concurrency)), fetch):
        after = max(after, row.pk)
        if isinstance(result, Exception):
            stats.fail(f"{row.stripe_id}: {described(result)}")
        else:
            stats.counts[result] += 1
        report(stats)
    return after


def by_pk(rows: QuerySet[Row], after: int = 0) -> Iterator[Row]:
    """Yield rows in constant memory, whatever is written meanwhile."""
    while True:
        some = list(from_primary(rows).filter(pk__gt=after).order_by("pk")[:SIZE])
        yield from some
        if not some:
            return
        after = some[-1].pk


def _fetch(row: StripeObject, scope: Scope, limiter: RateLimiter, *, dry_run: bool) -> str:
    snapshot = snapshot_of_row(row, scope)
    change = limiter.ask(lambda: current(snapshot)) or (Change(snapshot.row(), snapshot) if row.incomplete else None)
    if change is None or change.snapshot is None:
        return NOT_TO_BE_ASKED_FOR
    whole = complete(change.snapshot, limiter.ask)
    if not dry_run:
        _write(Change(change.row, whole))
    if whole.deleted:
        return PRUNED
    if whole.is_incomplete:
        raise StripeUnreachable("a list in it is still incomplete: Stripe does not give the rest")
    return FILLED if row.is_stub else COMPLETED if row.incomplete else STILL_THERE


def snapshot_of_row(row: StripeObject, scope: Scope) -> Snapshot:
    """Return what is known of a row's object, in order to fetch it.

    Args:
        row: the row.
        scope: its platform's keys are used, with its context; the account and mode are those of the row.
    """
    kind = object_type_of(row)
    data = row.data or {"id": row.stripe_id, "object": kind.object_type}
    account = row.stripe_account if kind.model.kept_by_account else row.stripe_id
    own = replace(scope, stripe_account=account, livemode=row.livemode)
    return Snapshot(data, kind.model, own, row.as_of or timezone.now())


def _write(change: Change) -> None:
    if change.snapshot is None:
        return
    try:
        with transaction.atomic(primary(change.snapshot.model), durable=True):
            write(change)
    except ConcurrentUpdate:
        return  # another process has just written it


def fill_stubs(  # noqa: PLR0913  (what the command offers)
    models: Sequence[type[StripeObject]],
    scope: Scope,
    limiter: RateLimiter,
    stats_of: Callable[[type[StripeObject]], Stats],
    *,
    report: Callable[[Stats], None],
    dry_run: bool = False,
    concurrency: int = 1,
) -> None:
    """Fetch the object of each stub of a scope, once; a deleted object becomes a tombstone.

    An object that fills a stub may refer to others that were not known; these are fetched, too.

    Args:
        models: the models of the stubs.
        scope: the account and the mode.
        limiter: how many requests per second.
        stats_of: returns the stats of a model.
        report: called after each stub.
        dry_run: fetch and count, write nothing.
        concurrency: as in `fetch_rows`.
    """
    reached: defaultdict[type[StripeObject], int] = defaultdict(int)
    while True:
        before = dict(reached)
        for model in models:
            stubs = model.objects.get_queryset().filter(synced_at__isnull=True, **scope.columns)
            if stubs.filter(pk__gt=reached[model]).exists():
                reached[model] = fetch_rows(
                    stubs,
                    scope,
                    limiter,
                    stats_of(model),
                    after=reached[model],
                    dry_run=dry_run,
                    report=report,
                    concurrency=concurrency,
                )
        if dict(reached) == before:
            return


def complete_rows(  # noqa: PLR0913  (what the command offers)
    models: Sequence[type[StripeObject]],
    scope: Scope,
    limiter: RateLimiter,
    stats_of: Callable[[type[StripeObject]], Stats],
    *,
    report: Callable[[Stats], None],
    dry_run: bool = False,
    concurrency: int = 1,
) -> None:
    """Fetch the object of each row with a truncated list, with its complete lists; arguments as in `fill_stubs`."""
    for model in models:
        rows = model.objects.get_queryset().filter(incomplete=True, **scope.columns)
        if rows.exists():
            fetch_rows(
                rows,
                scope,
                limiter,
                stats_of(model),
                dry_run=dry_run,
                report=report,
                concurrency=concurrency,
            )
