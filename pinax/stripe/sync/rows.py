"""The write: one generic sync for every model, from the places that its columns name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError
from django.utils import timezone

from pinax.stripe.exceptions import RowMovedOn
from pinax.stripe.sync.children import Family, bury_owned, children_of, write_children
from pinax.stripe.sync.columns import targets_of, values_of
from pinax.stripe.sync.implied import facts_of, lasting_columns, outlasting, write_facts
from pinax.stripe.sync.references import primary_keys
from pinax.stripe.sync.snapshots import REMAINS

if TYPE_CHECKING:
    from pinax.stripe.models import StripeObject
    from pinax.stripe.sync.order import Change
    from pinax.stripe.sync.snapshots import Snapshot


def write(change: Change) -> StripeObject | None:
    """Write a settled change; inside a transaction. Returns the row, None where there is none and nothing to write.

    Statements: one for everything that the object points at, one for its row, at most two for each kind of child; one
    for what it says of another object that it names, the first time that it says so.

    Raises:
        RowMovedOn: somebody else has written the row since the change was settled: roll back, settle again.
    """
    row, snapshot = change
    if snapshot is None:
        return row
    if snapshot.deleted and snapshot.data.keys() <= REMAINS and row is not None:
        instance = _overwrite(row, _moment(snapshot, row))
        bury_owned(instance)
        return instance
    data = snapshot.data
    children = children_of(snapshot.model, data)
    itself = (snapshot.model, snapshot.key["stripe_id"])
    targets = {*targets_of(snapshot.model, data), *(target for child in children for target in child.targets)}
    found = primary_keys(targets - {itself}, snapshot.seen_in)
    values = {**values_of(snapshot.model, data, found, row.redacted_at if row else None), **_moment(snapshot, row)}
    known = facts_of(row) if row else set()
    instance = _overwrite(row, values) if row else _insert(snapshot, values)
    write_children([Family(instance, snapshot, children, row is None)], found)
    write_facts(facts_of(instance) - known)
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


def _overwrite(row: StripeObject, values: dict[str, Any]) -> StripeObject:
    untouched = type(row).all_objects.filter(pk=row.pk, as_of=row.as_of, synced_at=row.synced_at)
    if not untouched.update(**outlasting(type(row), values)):
        raise RowMovedOn
    lasting = lasting_columns(type(row))
    for name, value in values.items():
        setattr(row, name, (name in lasting and getattr(row, name)) or value)
    return row


def _insert(snapshot: Snapshot, values: dict[str, Any]) -> StripeObject:
    instance = snapshot.model(**{**values, **snapshot.key})
    try:
        instance.save(force_insert=True)
    except IntegrityError as clash:
        raise RowMovedOn from clash
    return instance
