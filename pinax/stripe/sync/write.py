"""Write a snapshot to its row: one generic sync for all models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError
from django.utils import timezone

from pinax.stripe.exceptions import ConcurrentUpdate
from pinax.stripe.models.instances import new
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.models.statements import insert, update
from pinax.stripe.sync.children import WrittenParent, children_owned_by, tombstone_children, write_children
from pinax.stripe.sync.discounts import (
    HAVE_DISCOUNTS,
    discounts_of,
    shows_discounts,
    tombstone_missing_discounts,
    unexpanded_discounts,
    update_discounts,
)
from pinax.stripe.sync.embedded import embedded_in, find_rows, write_embedded
from pinax.stripe.sync.implied import implied_updates, lasting_columns, write_implied_updates
from pinax.stripe.sync.mapping import values_of
from pinax.stripe.sync.snapshots import DELETED_OBJECT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinax.stripe.models import StripeObject
    from pinax.stripe.sync.embedded import Embedded
    from pinax.stripe.sync.freshness import Change
    from pinax.stripe.sync.lookup import Belonging, FoundRows
    from pinax.stripe.sync.snapshots import Snapshot


def write(change: Change) -> StripeObject | None:
    """Write the change that `settle` returned; inside a transaction.

    Statements: one for all rows that the object references, one for its own row, at most two for each model of
    children and of embedded objects that have changed, one for a new implied update, and one for discounts that have
    ended.

    Returns:
        the row; None if there is none and nothing is to be written.

    Raises:
        ConcurrentUpdate: another process has written the row since `settle` read it: roll back, and settle again.
    """
    row, snapshot, known_rows = change
    if snapshot is None:
        return row and _locked(row)
    if snapshot.deleted and snapshot.data.keys() <= DELETED_OBJECT_FIELDS and row is not None:
        return _tombstone(row, snapshot)
    model, itself = snapshot.model, (snapshot.model, snapshot.key["stripe_id"])
    embedded = [one for one in embedded_in(snapshot, snapshot.children) if one.target != itself]
    found = _referenced(snapshot, row, embedded, known_rows)
    values = values_of(model, snapshot.data, found, row.erased_at if row else None, snapshot.references)
    values |= {**_times(snapshot, row), "incomplete": snapshot.is_incomplete}
    implied_before = implied_updates(row) if row else set()
    instance = _overwrite(row, values) if row else _insert(snapshot, values)
    found[itself] = instance.pk
    if model.stripe_children:
        write_children(
            [WrittenParent(instance, snapshot, snapshot.children, row is None, are_known=row is not None)], found
        )
        if snapshot.deleted:
            tombstone_children(instance)  # also those that a truncated list does not show
    if embedded:
        write_embedded([one._replace(erased_at=instance.erased_at) for one in embedded], snapshot, found)
    write_implied_updates(implied_updates(instance) - implied_before)
    if model in HAVE_DISCOUNTS:
        update_discounts(snapshot, instance, found, is_new=row is None)
    instance.after_write()
    return instance


def _tombstone(row: StripeObject, snapshot: Snapshot) -> StripeObject | None:
    """Mark the row and what belongs to its object as deleted, and keep the rest of its columns."""
    instance = _overwrite(row, _times(snapshot, row))
    tombstone_children(instance)
    if shows_discounts(snapshot):
        tombstone_missing_discounts({instance.pk: snapshot}, set())
    return _locked(instance) if instance.get_deferred_fields() - {"data"} else instance


def _referenced(
    snapshot: Snapshot, row: StripeObject | None, embedded: Sequence[Embedded], known: FoundRows | None
) -> FoundRows:
    """Return the rows that the object, its children and its embedded objects reference; missing ones are created."""
    return find_rows(
        snapshot.targets,
        embedded,
        snapshot.inner_scope,
        named=unexpanded_discounts(snapshot),
        itself=(snapshot.model, snapshot.key["stripe_id"]),
        belonging=_belonging(row, snapshot) if row else [],
        known=known,
    )


def _belonging(row: StripeObject, snapshot: Snapshot) -> list[Belonging]:
    """Return the rows that an object's row has already, and that the snapshot may no longer show."""
    found = children_owned_by(row, snapshot.data)
    return [*found, discounts_of(row)] if shows_discounts(snapshot) else found


def _times(snapshot: Snapshot, row: StripeObject | None) -> dict[str, Any]:
    """Return the values of the date columns; `as_of` never moves backwards."""
    as_of = max(snapshot.as_of, row.as_of) if row and row.as_of else snapshot.as_of
    return {
        "as_of": as_of,
        "fetched_at": snapshot.fetched_at or (row.fetched_at if row else None),
        "synced_at": timezone.now(),
        "deleted_at": ((row and row.deleted_at) or snapshot.as_of) if snapshot.deleted else None,
    }


def _locked(row: StripeObject) -> StripeObject | None:
    """Lock the row and return its current values, because a receiver that saves it must not restore old ones."""
    rows = from_primary(type(row).all_objects.filter(pk=row.pk)).select_for_update()
    return rows.defer("data").first()


def _overwrite(row: StripeObject, values: dict[str, Any]) -> StripeObject:
    """Update a row, unless another process has changed it since it was read.

    Raises:
        ConcurrentUpdate: Stripe's columns or the project's own have been changed.
    """
    model, lasting = type(row), lasting_columns(type(row))
    names = ("as_of", "synced_at", "erased_at", *row.own_columns, *lasting)
    unchanged = {name: getattr(row, name) for name in names}
    # An empty value does not clear a lasting column.
    kept = {name: unchanged[name] for name in lasting if unchanged[name] is not None and not values.get(name)}
    new = {**values, **kept}
    if not update(model, primary(model), new, pk=row.pk, **unchanged):
        raise ConcurrentUpdate
    vars(row).update(new)
    return row


def _insert(snapshot: Snapshot, values: dict[str, Any]) -> StripeObject:
    instance = new(snapshot.model, {**values, **snapshot.key})
    try:
        insert(instance, primary(snapshot.model))
    except IntegrityError as error:
        raise ConcurrentUpdate from error
    return instance
