"""A page of objects into rows, in about as many statements as a single object takes.

What is on a page was asked for at once, so all of it is as of one moment, that of Stripe's answer. A row that reflects
the moment of the question or a later one was written by somebody who may know more, and is left alone; what happened
before the question is on the page for certain (see `pinax.stripe.sync.freshness`).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from pinax.stripe.exceptions import ConcurrentUpdate
from pinax.stripe.models.primary import from_primary
from pinax.stripe.scope import Scope
from pinax.stripe.sync.children import Family, children_of, write_children
from pinax.stripe.sync.discounts import link_made, named_in, revive_named, says_which, shown_in, tombstone_missing
from pinax.stripe.sync.embedded import embedded_in, find, write_embedded
from pinax.stripe.sync.implied import facts_of, lasting_columns, outlast, write_facts
from pinax.stripe.sync.mapping import targets_of, values_of
from pinax.stripe.sync.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from pinax.stripe.models import StripeObject
    from pinax.stripe.sync.children import Child
    from pinax.stripe.sync.embedded import Embedded
    from pinax.stripe.sync.mapping import Found, Target
    from pinax.stripe.sync.snapshots import Snapshot

#: How many rows are written at once, unless a single object has more: databases take only so many values.
BATCH: Final = 2000

#: What becomes of an object on a page.
CREATED: Final = "created"
UPDATED: Final = "updated"
UNCHANGED: Final = "unchanged"
LEFT_ALONE: Final = "left alone"


def batches(snapshots: Sequence[Snapshot]) -> list[list[Snapshot]]:
    """Return a page's objects in parts that may be written at once: a hundred long invoices are many rows."""
    parts: list[list[Snapshot]] = []
    room = 0
    for snapshot in snapshots:
        size = 1 + sum(len(declaration.read(snapshot.data)) for declaration in snapshot.model.stripe_children)
        if size > room or not parts:
            parts.append([])
            room = BATCH
        parts[-1].append(snapshot)
        room -= size
    return parts


def compare(snapshots: Sequence[Snapshot]) -> Counter[str]:
    """Return how many of a page's objects would be created, updated and so on, without writing any."""
    by_id = _by_id(snapshots)
    before = {row.stripe_id: row for row in _rows(by_id)} if by_id else {}
    return Counter(_what_becomes_of(snapshot, before.get(stripe_id)) for stripe_id, snapshot in by_id.items())


def write(snapshots: Sequence[Snapshot]) -> Counter[str]:
    """Write a page's objects; inside a transaction. Returns how many were created, updated and so on.

    Statements: one for everything that the objects point at, one to lock the rows, one for those that are there and
    two for those that are not, at most two for each kind of child. Stubs to be made, and on SQLite the number of
    parameters, add some; the number of objects on the page adds none.

    Raises:
        ConcurrentUpdate: somebody else has made one of the rows since we looked: roll back, write again.
    """
    by_id = _by_id(snapshots)
    if not by_id:
        return Counter()
    children = {stripe_id: children_of(snapshot.model, snapshot.data) for stripe_id, snapshot in by_id.items()}
    embedded = {stripe_id: _embedded_in(snapshot, children[stripe_id]) for stripe_id, snapshot in by_id.items()}
    found = _primary_keys(by_id, children, embedded)
    before = {row.stripe_id: row for row in _rows(by_id).select_for_update().order_by("stripe_id")}
    became = {stripe_id: _what_becomes_of(snapshot, before.get(stripe_id)) for stripe_id, snapshot in by_id.items()}
    now = timezone.now()
    rows = {
        stripe_id: _row(by_id[stripe_id], found, before.get(stripe_id), synced_at=now)
        for stripe_id in sorted(by_id)
        if became[stripe_id] != LEFT_ALONE
    }
    for stripe_id in rows.keys() & before.keys():
        outlast(rows[stripe_id], before[stripe_id])
    _update([row for stripe_id, row in rows.items() if stripe_id in before])
    _insert([row for stripe_id, row in rows.items() if stripe_id not in before])
    inserted = [stripe_id for stripe_id in rows if stripe_id not in before]
    keys = {stripe_id: row.pk for stripe_id, row in before.items()} | _keys_of(by_id, inserted, synced_at=now)
    families = []
    for stripe_id, row in rows.items():
        row.pk = found[type(row), stripe_id] = keys[stripe_id]
        families.append(Family(row, by_id[stripe_id], children[stripe_id], stripe_id not in before))
    if families:
        write_children(families, found)
    _write_what_stands_inside(rows, by_id, embedded, found)
    for stripe_id, row in rows.items():
        for name in row.own_columns if stripe_id in before else ():
            setattr(row, name, getattr(before[stripe_id], name))
        row.after_write()
    return Counter(became.values())


def _by_id(snapshots: Iterable[Snapshot]) -> dict[str, Snapshot]:
    return {snapshot.key["stripe_id"]: snapshot for snapshot in snapshots}


def _rows(by_id: Mapping[str, Snapshot]) -> QuerySet[StripeObject]:
    """The rows of these objects, as far as there are any; with what it takes to compare them."""
    snapshot = next(iter(by_id.values()))
    same = {name: value for name, value in snapshot.key.items() if name != "stripe_id"}
    rows = from_primary(snapshot.model.all_objects.filter(**same, stripe_id__in=list(by_id)))
    return rows.only(
        *("stripe_id", "as_of", "synced_at", "deleted_at", "erased_at", "data"),
        *snapshot.model.own_columns,
        *lasting_columns(snapshot.model),
    )


def _what_becomes_of(snapshot: Snapshot, row: StripeObject | None) -> str:
    if row is not None and row.as_of is not None and snapshot.fetched_at is not None:
        if row.as_of >= snapshot.fetched_at:
            return LEFT_ALONE
        if not row.is_stub:
            return UNCHANGED if row.data == snapshot.data and not row.is_deleted else UPDATED
    return CREATED


def _embedded_in(snapshot: Snapshot, children: list[Child]) -> list[Embedded]:
    """Return the whole objects inside one; of what is inside an Account, its own list and events tell."""
    return embedded_in(snapshot, children) if snapshot.model.kept_by_account else []


def _write_what_stands_inside(
    rows: Mapping[str, StripeObject],
    by_id: Mapping[str, Snapshot],
    embedded: Mapping[str, list[Embedded]],
    found: Found,
) -> None:
    """Write the whole objects inside those that were written, what these say of others, and discounts that are gone."""
    facts = {fact for stripe_id, row in rows.items() for fact in facts_of(row)}
    owners, shown, inside = {}, set(), []
    for stripe_id, row in rows.items():
        snapshot = by_id[stripe_id]
        inside += [one._replace(erased_at=row.erased_at) for one in embedded[stripe_id]]
        facts |= link_made(snapshot, row, found)
        if says_which(snapshot):
            owners[row.pk] = snapshot
            shown |= {*shown_in(snapshot.data)}
    write_embedded(inside, next(iter(by_id.values())), found)
    write_facts(facts)
    revive_named([by_id[stripe_id] for stripe_id in rows], found)
    tombstone_missing(owners, shown)


def _primary_keys(
    by_id: Mapping[str, Snapshot], children: Mapping[str, list[Child]], embedded: Mapping[str, list[Embedded]]
) -> Found:
    """Return the rows that the objects, their children and what else stands in them point at."""
    first = next(iter(by_id.values()))
    home = Scope(first.key["stripe_account"], livemode=first.key["livemode"])

    def targets() -> Iterator[Target]:
        for stripe_id, snapshot in by_id.items():
            pointed_at = [*targets_of(snapshot.model, snapshot.data)]
            # Its row is written next, so what points back at it needs no stub of it.
            itself = (snapshot.model, stripe_id)
            pointed_at += [one for child in children[stripe_id] for one in child.targets if one != itself]
            # Of what is inside an Account, only the Account itself is kept where the Account is.
            at_home = snapshot.scope.stripe_account == home.stripe_account
            yield from (one for one in pointed_at if at_home or not one[0].kept_by_account)

    named = {target for snapshot in by_id.values() for target in named_in(snapshot)}
    return find(targets(), [one for ones in embedded.values() for one in ones], home, named=named)


def _row(snapshot: Snapshot, found: Found, row: StripeObject | None, **moments: Any) -> StripeObject:
    values = values_of(snapshot.model, snapshot.data, found, row.erased_at if row else None)
    kept = {"as_of": snapshot.as_of, "fetched_at": snapshot.fetched_at, "incomplete": snapshot.is_incomplete, **moments}
    return snapshot.model(**{**values, **snapshot.key, **kept})


def _update(rows: list[StripeObject]) -> None:
    """Write rows that are there, and locked; what is our own in them, not Stripe's, stays."""
    if rows:
        columns = [column.name for column in rows[0].columns()]
        upsert(rows, [*columns, "data", "as_of", "fetched_at", "synced_at", "deleted_at", "incomplete", "erased_at"])


def _insert(rows: list[StripeObject]) -> None:
    """Write rows that were not there; one that somebody else has made meanwhile stays as it is.

    Its id is set to what it is. To ignore conflicts would be to ignore everything else, too, on MySQL and MariaDB:
    they cut off what is too long.
    """
    if rows:
        upsert(rows, ["stripe_id"])


def _keys_of(by_id: Mapping[str, Snapshot], inserted: list[str], **moments: Any) -> dict[str, int]:
    """Return the primary keys of the rows that we have inserted, by id.

    Raises:
        ConcurrentUpdate: one of them is somebody else's: a stub perhaps, which is still to be filled.
    """
    if not inserted:
        return {}
    ours = _rows({stripe_id: by_id[stripe_id] for stripe_id in inserted}).filter(**moments)
    keys = dict(ours.values_list("stripe_id", "pk"))
    if keys.keys() != set(inserted):
        raise ConcurrentUpdate
    return keys
