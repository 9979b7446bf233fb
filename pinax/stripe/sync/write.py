"""The write: one generic sync for every model, from the places that its columns name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError
from django.utils import timezone

from pinax.stripe.exceptions import ConcurrentUpdate
from pinax.stripe.models import Discount
from pinax.stripe.models.primary import from_primary
from pinax.stripe.sync.children import Family, children_of, tombstone_children, write_children
from pinax.stripe.sync.discounts import (
    link_made,
    named_in,
    revive_named,
    says_which,
    shown_in,
    standing,
    tombstone_missing,
)
from pinax.stripe.sync.embedded import embedded_in, find, write_embedded
from pinax.stripe.sync.implied import facts_of, lasting_columns, outlasting, write_facts
from pinax.stripe.sync.mapping import known_references, values_of
from pinax.stripe.sync.snapshots import REMAINS

if TYPE_CHECKING:
    from pinax.stripe.models import StripeObject
    from pinax.stripe.sync.freshness import Change
    from pinax.stripe.sync.snapshots import Snapshot


def write(change: Change) -> StripeObject | None:
    """Write a settled change; inside a transaction. Returns the row, None where there is none and nothing to write.

    Statements: one for everything that the object points at, one for its row, at most two for each kind of child and
    for each kind of whole object inside it that has changed; one for what it says of another object that it names, the
    first time that it says so, and one for discounts that are gone.

    Raises:
        ConcurrentUpdate: somebody else has written the row since the change was settled: roll back, settle again.
    """
    row, snapshot = change
    if snapshot is None:
        return row and _as_it_is_now(row)
    if snapshot.deleted and snapshot.data.keys() <= REMAINS and row is not None:
        instance = _overwrite(row, _moment(snapshot, row))
        tombstone_children(instance)
        if says_which(snapshot):
            tombstone_missing({instance.pk: snapshot}, set())
        return instance
    data, model, itself = snapshot.data, snapshot.model, (snapshot.model, snapshot.key["stripe_id"])
    children = children_of(model, data)
    embedded = [one for one in embedded_in(snapshot, children) if one.target != itself]
    targets = {(column.related_model, stripe_id) for column, stripe_id in snapshot.references.items()}
    targets.update(target for child in children for target in child.targets)
    besides = [standing(model, [row.pk])] if row and says_which(snapshot) else []
    named = named_in(snapshot)
    known_rows = known_references(row)
    found = find(targets, embedded, snapshot.seen_in, named=named, itself=itself, besides=besides, known=known_rows)
    values = {
        **values_of(model, data, found, row.erased_at if row else None, snapshot.references),
        **_moment(snapshot, row),
    }
    values["incomplete"] = snapshot.is_incomplete
    known = facts_of(row) if row else set()
    instance = _overwrite(row, values) if row else _insert(snapshot, values)
    found[itself] = instance.pk
    write_children([Family(instance, snapshot, children, row is None)], found)
    if snapshot.deleted:
        tombstone_children(instance)  # also those that a cut list does not show
    write_embedded([one._replace(erased_at=instance.erased_at) for one in embedded], snapshot, found)
    write_facts((facts_of(instance) - known) | link_made(snapshot, instance, found))
    revive_named([snapshot], found)
    if besides:
        shown = set() if snapshot.deleted else {*shown_in(data)}
        if any(model is Discount for model, _ in found.keys() - shown):
            tombstone_missing({instance.pk: snapshot}, shown)
    instance.after_write()
    return instance


def _moment(snapshot: Snapshot, row: StripeObject | None) -> dict[str, Any]:
    """Return what the row says of time: a fetched copy may be asked for late, but never turns it back."""
    as_of = max(snapshot.as_of, row.as_of) if row and row.as_of else snapshot.as_of
    return {
        "as_of": as_of,
        "fetched_at": snapshot.fetched_at or (row.fetched_at if row else None),
        "synced_at": timezone.now(),
        "deleted_at": ((row and row.deleted_at) or snapshot.as_of) if snapshot.deleted else None,
    }


def _as_it_is_now(row: StripeObject) -> StripeObject | None:
    """Return the row as it is in this transaction, locked: a receiver that saves it must not write old values back."""
    rows = from_primary(type(row).all_objects.filter(pk=row.pk)).select_for_update()
    return rows.defer("data").first()


def _overwrite(row: StripeObject, values: dict[str, Any]) -> StripeObject:
    """Write a row that nobody else has written since it was read: neither what is Stripe's in it, nor our own."""
    lasting = lasting_columns(type(row))
    names = ("as_of", "synced_at", "erased_at", *row.own_columns, *lasting)
    unchanged = {name: getattr(row, name) for name in names}
    if not type(row).all_objects.filter(pk=row.pk, **unchanged).update(**outlasting(type(row), values)):
        raise ConcurrentUpdate
    for name, value in values.items():
        kept = getattr(row, name) if name in lasting and not value else None
        setattr(row, name, kept or value)
    return row


def _insert(snapshot: Snapshot, values: dict[str, Any]) -> StripeObject:
    instance = snapshot.model(**{**values, **snapshot.key})
    try:
        instance.save(force_insert=True)
    except IntegrityError as clash:
        raise ConcurrentUpdate from clash
    return instance
