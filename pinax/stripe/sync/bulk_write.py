"""Write a page of objects to their rows, in about as many statements as a single object takes.

All objects of a page have the same `as_of`, the time of Stripe's response. A row whose `as_of` is not before the
request may be newer than the page, and is left unchanged; a change before the request is on the page for certain (see
`pinax.stripe.sync.freshness`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from pinax.stripe.exceptions import ConcurrentUpdate
from pinax.stripe.models.primary import from_primary
from pinax.stripe.sync.children import WrittenParent, write_children
from pinax.stripe.sync.discounts import (
    discounts_in,
    owners_of_stubs,
    restore_discounts,
    shows_discounts,
    tombstone_missing_discounts,
    unexpanded_discounts,
)
from pinax.stripe.sync.embedded import embedded_in, find_rows, write_embedded
from pinax.stripe.sync.implied import copy_lasting_values, implied_updates, lasting_columns, write_implied_updates
from pinax.stripe.sync.mapping import targets_of, values_of
from pinax.stripe.sync.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from pinax.stripe.models import StripeObject
    from pinax.stripe.sync.children import Child
    from pinax.stripe.sync.embedded import Embedded
    from pinax.stripe.sync.lookup import FoundRows, Target
    from pinax.stripe.sync.snapshots import Snapshot

#: How many rows are written at once, unless a single object has more: databases limit the values of a statement.
BATCH: Final = 2000

#: The outcomes of an object on a page.
CREATED: Final = "created"
UPDATED: Final = "updated"
UNCHANGED: Final = "unchanged"
LEFT_ALONE: Final = "left alone"


def batches(snapshots: Sequence[Snapshot]) -> list[list[Snapshot]]:
    """Split a page's objects into batches that can be written at once: a hundred long invoices are many rows."""
    parts: list[list[Snapshot]] = []
    room = 0
    for snapshot in snapshots:
        size = size_of(snapshot)
        if size > room or not parts:
            parts.append([])
            room = BATCH
        parts[-1].append(snapshot)
        room -= size
    return parts


def size_of(snapshot: Snapshot) -> int:
    """Return how many objects a snapshot has: itself, and those in its lists."""
    return 1 + sum(len(declaration.read(snapshot.data)) for declaration in snapshot.model.stripe_children)


def compare(snapshots: Sequence[Snapshot]) -> Counter[str]:
    """Count how many of a page's objects `write` would create, update and so on, without writing any."""
    by_id = _by_id(snapshots)
    before = {row.stripe_id: row for row in _rows(by_id)} if by_id else {}
    return Counter(_outcome_of(snapshot, before.get(stripe_id)) for stripe_id, snapshot in by_id.items())


def write(snapshots: Sequence[Snapshot]) -> Counter[str]:
    """Write a page's objects; inside a transaction. Returns how many were created, updated and so on.

    Statements: one for all rows that the objects reference, one to lock the rows, one for existing rows and two for
    new ones, at most two for each model of children. New stubs add some, as does SQLite's limit on parameters; the
    number of objects on the page adds none.

    Raises:
        ConcurrentUpdate: another process has created one of the rows meanwhile: roll back, and write again.
    """
    by_id = _by_id(snapshots)
    if not by_id:
        return Counter()
    children = {stripe_id: snapshot.children for stripe_id, snapshot in by_id.items()}
    embedded = {stripe_id: _embedded_in(snapshot, children[stripe_id]) for stripe_id, snapshot in by_id.items()}
    found = _primary_keys(by_id, children, embedded)
    before = {row.stripe_id: row for row in _rows(by_id).select_for_update().order_by("stripe_id")}
    became = {stripe_id: _outcome_of(snapshot, before.get(stripe_id)) for stripe_id, snapshot in by_id.items()}
    now = timezone.now()
    rows = {
        stripe_id: _row(by_id[stripe_id], found, before.get(stripe_id), synced_at=now)
        for stripe_id in sorted(by_id)
        if became[stripe_id] != LEFT_ALONE
    }
    for stripe_id in rows.keys() & before.keys():
        copy_lasting_values(rows[stripe_id], before[stripe_id])
    _update([row for stripe_id, row in rows.items() if stripe_id in before])
    _insert([row for stripe_id, row in rows.items() if stripe_id not in before])
    inserted = [stripe_id for stripe_id in rows if stripe_id not in before]
    keys = {stripe_id: row.pk for stripe_id, row in before.items()} | _keys_of(by_id, inserted, synced_at=now)
    families = []
    for stripe_id, row in rows.items():
        row.pk = found[type(row), stripe_id] = keys[stripe_id]
        families.append(WrittenParent(row, by_id[stripe_id], children[stripe_id], stripe_id not in before))
    if families:
        write_children(families, found)
    _write_related(rows, by_id, embedded, found)
    for stripe_id, row in rows.items():
        for name in row.own_columns if stripe_id in before else ():
            setattr(row, name, getattr(before[stripe_id], name))
        row.after_write()
    return Counter(became.values())


def _by_id(snapshots: Iterable[Snapshot]) -> dict[str, Snapshot]:
    return {snapshot.key["stripe_id"]: snapshot for snapshot in snapshots}


def _rows(by_id: Mapping[str, Snapshot]) -> QuerySet[StripeObject]:
    """Return the existing rows of these objects, with the columns that are needed to compare them."""
    snapshot = next(iter(by_id.values()))
    same = {name: value for name, value in snapshot.key.items() if name != "stripe_id"}
    rows = from_primary(snapshot.model.all_objects.filter(**same, stripe_id__in=list(by_id)))
    return rows.only(
        *("stripe_id", "as_of", "synced_at", "deleted_at", "erased_at", "data"),
        *snapshot.model.own_columns,
        *lasting_columns(snapshot.model),
    )


def _outcome_of(snapshot: Snapshot, row: StripeObject | None) -> str:
    if row is not None and row.as_of is not None and snapshot.fetched_at is not None:
        if row.as_of >= snapshot.fetched_at:
            return LEFT_ALONE
        if not row.is_stub:
            return UNCHANGED if row.data == snapshot.data and not row.is_deleted else UPDATED
    return CREATED


def _embedded_in(snapshot: Snapshot, children: list[Child]) -> list[Embedded]:
    """Return the objects embedded in one; none for an Account, whose objects have lists and events of their own."""
    return embedded_in(snapshot, children) if snapshot.model.kept_by_account else []


def _write_related(
    rows: Mapping[str, StripeObject],
    by_id: Mapping[str, Snapshot],
    embedded: Mapping[str, list[Embedded]],
    found: FoundRows,
) -> None:
    """Write what the written objects imply: embedded objects, implied updates, and discounts that have ended."""
    updates = {update for stripe_id, row in rows.items() for update in implied_updates(row)}
    owners, shown, inside = {}, set(), []
    for stripe_id, row in rows.items():
        snapshot = by_id[stripe_id]
        inside += [one._replace(erased_at=row.erased_at) for one in embedded[stripe_id]]
        updates |= owners_of_stubs(snapshot, row, found)
        if shows_discounts(snapshot):
            owners[row.pk] = snapshot
            shown |= {*discounts_in(snapshot.data)}
    write_embedded(inside, next(iter(by_id.values())), found)
    write_implied_updates(updates)
    restore_discounts([by_id[stripe_id] for stripe_id in rows], found)
    tombstone_missing_discounts(owners, shown)


def _primary_keys(
    by_id: Mapping[str, Snapshot], children: Mapping[str, list[Child]], embedded: Mapping[str, list[Embedded]]
) -> FoundRows:
    """Return the rows that the objects, their children and their embedded objects reference."""
    first = next(iter(by_id.values()))
    home = replace(first.scope, stripe_account=first.key["stripe_account"], livemode=first.key["livemode"])

    def targets() -> Iterator[Target]:
        for stripe_id, snapshot in by_id.items():
            pointed_at = [*targets_of(snapshot.model, snapshot.data)]
            # The object's own row is written next, so a child's reference to it needs no stub.
            itself = (snapshot.model, stripe_id)
            pointed_at += [one for child in children[stripe_id] for one in child.targets if one != itself]
            # Objects inside an Account are stored under that account, the Account itself is not.
            at_home = snapshot.scope.stripe_account == home.stripe_account
            yield from (one for one in pointed_at if at_home or not one[0].kept_by_account)

    named = {target for snapshot in by_id.values() for target in unexpanded_discounts(snapshot)}
    return find_rows(targets(), [one for ones in embedded.values() for one in ones], home, named=named)


def _row(snapshot: Snapshot, found: FoundRows, row: StripeObject | None, **times: Any) -> StripeObject:
    values = values_of(snapshot.model, snapshot.data, found, row.erased_at if row else None)
    kept = {"as_of": snapshot.as_of, "fetched_at": snapshot.fetched_at, "incomplete": snapshot.is_incomplete, **times}
    return snapshot.model(**{**values, **snapshot.key, **kept})


def _update(rows: list[StripeObject]) -> None:
    """Update existing rows, which are locked; the columns that are not Stripe's stay unchanged."""
    if rows:
        columns = [column.name for column in rows[0].columns()]
        upsert(rows, [*columns, "data", "as_of", "fetched_at", "synced_at", "deleted_at", "incomplete", "erased_at"])


def _insert(rows: list[StripeObject]) -> None:
    """Insert new rows; a row that another process has created meanwhile stays unchanged.

    On a conflict, `stripe_id` is updated to the value it has. `ignore_conflicts` would make MySQL and MariaDB ignore
    other errors, too, and truncate values that are too long.
    """
    if rows:
        upsert(rows, ["stripe_id"])


def _keys_of(by_id: Mapping[str, Snapshot], inserted: list[str], **times: Any) -> dict[str, int]:
    """Return the primary keys of the inserted rows, by id.

    Raises:
        ConcurrentUpdate: another process has created one of them, for example as a stub, which has no values yet.
    """
    if not inserted:
        return {}
    ours = _rows({stripe_id: by_id[stripe_id] for stripe_id in inserted}).filter(**times)
    keys = dict(ours.values_list("stripe_id", "pk"))
    if keys.keys() != set(inserted):
        raise ConcurrentUpdate
    return keys
