"""Objects that are asked for one at a time: stubs, rows with a cut list, and rows that a list has not shown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pinax.stripe.exceptions import ConcurrentUpdate, StripeUnreachable
from pinax.stripe.imports.lists import object_type_of
from pinax.stripe.imports.stats import described
from pinax.stripe.models import Account, OtherObject
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.scope import Scope
from pinax.stripe.sync.completion import complete
from pinax.stripe.sync.freshness import Change, current
from pinax.stripe.sync.snapshots import Snapshot
from pinax.stripe.sync.write import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from pinax.stripe.imports.lists import Listing
    from pinax.stripe.imports.rate_limiter import RateLimiter
    from pinax.stripe.imports.stats import Stats
    from pinax.stripe.models import StripeObject

    Row = TypeVar("Row", bound=StripeObject)
    from collections.abc import Sequence

    from pinax.stripe.models import StripeObject


#: How many rows are read at a time.
SIZE: Final = 100

#: What happens to a row whose object was asked for.
FILLED: Final = "filled"
COMPLETED: Final = "completed"
STILL_THERE: Final = "still there"
PRUNED: Final = "pruned"
NOT_TO_BE_ASKED_FOR: Final = "not to be had one by one"


def missing(listing: Listing, started_at: datetime) -> QuerySet[StripeObject]:
    """The rows that a complete list has not shown, tombstones apart, nor anybody has written since it was begun."""
    kind = listing.kind
    rows = kind.model.objects.filter(**listing.scope.columns)
    if kind.model is OtherObject:
        rows = rows.filter(Q(object_type=kind.object_type))
    if kind.model is Account:
        rows = rows.filter(Q(deauthorized_at=None))  # of the others, there is nobody to ask
    return rows.filter(Q(as_of__isnull=True) | Q(as_of__lt=started_at))


def ask_for(  # noqa: PLR0913  (what the command offers)
    rows: QuerySet[StripeObject],
    limiter: RateLimiter,
    stats: Stats,
    *,
    after: int = 0,
    context: str = "",
    dry_run: bool = False,
    report: Callable[[Stats], None],
) -> int:
    """Ask for the object of each row, and write what Stripe says: a copy, or that it is gone.

    Args:
        rows: the rows, in whatever order.
        limiter: how fast to ask.
        stats: where to count.
        after: the primary key to start after.
        context: Stripe's context of the account that the rows belong to, if there is one.
        dry_run: ask, write nothing.
        report: called after each.

    Returns:
        the primary key of the last row.
    """
    for row in by_pk(rows, after):
        after = row.pk
        try:
            stats.counts[_asked_for(row, limiter, context, dry_run=dry_run)] += 1
        except Exception as error:  # noqa: BLE001  (it is noted, and the others shall not suffer)
            stats.fail(f"{row.stripe_id}: {described(error)}")
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


def _asked_for(row: StripeObject, limiter: RateLimiter, context: str, *, dry_run: bool) -> str:
    kind = object_type_of(row)
    data = row.data or {"id": row.stripe_id, "object": kind.object_type}
    scope = row.scope if kind.model.kept_by_account else Scope(row.stripe_id, livemode=row.livemode)
    snapshot = Snapshot(data, kind.model, replace(scope, context=context), row.as_of or timezone.now())
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
    tallies: Callable[[type[StripeObject]], Stats],
    *,
    report: Callable[[Stats], None],
    dry_run: bool = False,
) -> None:
    """Ask for the object of each stub of a scope, once; what is gone at Stripe becomes a tombstone.

    An object that fills a stub may point at others that were not known; these are asked for, too.

    Args:
        models: of which object_types.
        scope: the account and the mode.
        limiter: how fast to ask.
        tallies: gives the stats of a model.
        report: called after each stub.
        dry_run: ask and count, write nothing.
    """
    reached: defaultdict[type[StripeObject], int] = defaultdict(int)
    while True:
        before = dict(reached)
        for model in models:
            stubs = model.objects.get_queryset().filter(synced_at__isnull=True, **scope.columns)
            if stubs.filter(pk__gt=reached[model]).exists():
                reached[model] = ask_for(
                    stubs,
                    limiter,
                    tallies(model),
                    after=reached[model],
                    context=scope.context,
                    dry_run=dry_run,
                    report=report,
                )
        if dict(reached) == before:
            return


def complete_rows(  # noqa: PLR0913  (what the command offers)
    models: Sequence[type[StripeObject]],
    scope: Scope,
    limiter: RateLimiter,
    tallies: Callable[[type[StripeObject]], Stats],
    *,
    report: Callable[[Stats], None],
    dry_run: bool = False,
) -> None:
    """Fetch the object of each row in which a list was cut, with all of its lists; arguments as in `fill_stubs`."""
    for model in models:
        rows = model.objects.get_queryset().filter(incomplete=True, **scope.columns)
        if rows.exists():
            ask_for(rows, limiter, tallies(model), context=scope.context, dry_run=dry_run, report=report)
