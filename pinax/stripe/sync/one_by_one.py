"""Objects that are asked for one at a time: stubs, rows with a cut list, and rows that a list has not shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pinax.stripe.exceptions import RowMovedOn, StripeUnreachable
from pinax.stripe.models import Account, OtherObject
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.scope import Scope
from pinax.stripe.sync.completion import complete
from pinax.stripe.sync.kinds import kind_of
from pinax.stripe.sync.order import Change, current
from pinax.stripe.sync.rows import write
from pinax.stripe.sync.snapshots import Snapshot
from pinax.stripe.sync.tally import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from pinax.stripe.models import StripeObject
    from pinax.stripe.sync.kinds import Listing
    from pinax.stripe.sync.pace import Pace
    from pinax.stripe.sync.tally import Tally

    Row = TypeVar("Row", bound=StripeObject)

#: How many rows are read at a time.
SIZE: Final = 100

#: What becomes of a row whose object was asked for.
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
    pace: Pace,
    tally: Tally,
    *,
    after: int = 0,
    context: str = "",
    dry_run: bool = False,
    report: Callable[[Tally], None],
) -> int:
    """Ask for the object of each row, and write what Stripe says: a copy, or that it is gone.

    Args:
        rows: the rows, in whatever order.
        pace: how fast to ask.
        tally: where to count.
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
            tally.counts[_asked_for(row, pace, context, dry_run=dry_run)] += 1
        except Exception as error:  # noqa: BLE001  (it is noted, and the others shall not suffer)
            tally.fail(f"{row.stripe_id}: {described(error)}")
        report(tally)
    return after


def by_pk(rows: QuerySet[Row], after: int = 0) -> Iterator[Row]:
    """Yield rows in constant memory, whatever is written meanwhile."""
    while True:
        some = list(from_primary(rows).filter(pk__gt=after).order_by("pk")[:SIZE])
        yield from some
        if not some:
            return
        after = some[-1].pk


def _asked_for(row: StripeObject, pace: Pace, context: str, *, dry_run: bool) -> str:
    kind = kind_of(row)
    data = row.data or {"id": row.stripe_id, "object": kind.object_type}
    scope = row.scope if kind.model.kept_by_account else Scope(row.stripe_id, livemode=row.livemode)
    snapshot = Snapshot(data, kind.model, replace(scope, context=context), row.as_of or timezone.now())
    change = pace.ask(lambda: current(snapshot)) or (Change(snapshot.row(), snapshot) if row.incomplete else None)
    if change is None or change.snapshot is None:
        return NOT_TO_BE_ASKED_FOR
    whole = complete(change.snapshot, pace.ask)
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
    except RowMovedOn:
        return  # somebody else has just written it
