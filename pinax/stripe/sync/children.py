"""Write the objects in an object's lists: subscription items, invoice lines, a charge's refunds."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps

from pinax.stripe.models import model_of
from pinax.stripe.models.fields import LONGEST_ID, Reference
from pinax.stripe.models.instances import new
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.models.statements import insert_many
from pinax.stripe.plain_json import id_of, value_at
from pinax.stripe.sync.lookup import Belonging
from pinax.stripe.sync.mapping import targets_of, values_of
from pinax.stripe.sync.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from pinax.stripe.models import StripeObject
    from pinax.stripe.models.children import Children
    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.lookup import FoundRows, Target
    from pinax.stripe.sync.snapshots import Snapshot


class Child(NamedTuple):
    """One object inside another, and the declaration of its list."""

    declaration: Children
    model: type[StripeObject]
    data: Json

    @property
    def targets(self) -> list[Target]:
        """The rows that it references, except its parent."""
        return targets_of(self.model, self.data)


def children_of(model: type[StripeObject], data: Json) -> list[Child]:
    """Return the objects in the lists of ``data`` that its model declares."""
    found = []
    for declaration in model.stripe_children:
        for item in declaration.read(data):
            kind = model_of(item)
            if kind.__name__ in declaration.models and id_of(item):
                child = Child(declaration, kind, kind.as_child(item, data))
                if len(child.data["id"]) <= LONGEST_ID:
                    found.append(child)
    return found


class WrittenParent(NamedTuple):
    """An object whose row has just been written, and the objects in its lists.

    Attributes:
        parent: its row.
        snapshot: the object.
        children: the objects in its lists.
        is_new: its row was created just now, so no child can be gone.
        are_known: the rows of the children that it owns have been read with `children_owned_by`.
    """

    parent: StripeObject
    snapshot: Snapshot
    children: list[Child]
    is_new: bool
    are_known: bool = False


def children_owned_by(parent: StripeObject, data: Json) -> list[Belonging]:
    """Return how to read the rows of the children that an object owns and shows, together with other rows."""
    found = []
    for declaration in parent.stripe_children:
        if declaration.owned and value_at(data, declaration.path) is not None:
            for name in declaration.models:
                model: type[StripeObject] = apps.get_model("pinax_stripe", name)
                back = reference_back(model, type(parent))
                if back:
                    found.append(_living(model, back.attname, parent.pk))
    return found


def _living(model: type[StripeObject], column: str, owner: int) -> Belonging:
    def rows(pk: Any) -> QuerySet[StripeObject]:
        return model.all_objects.filter(**{column: pk}, deleted_at__isnull=True)

    return Belonging(f"{model.__name__} of {column}", model, rows, owner, compared=True)


def _is_unchanged(child: Child, family: WrittenParent, found: FoundRows) -> bool:
    """Whether the child's row has this object already; rows that are erased, or become erased, are always written."""
    target = (child.model, child.data["id"])
    if not (family.are_known and child.declaration.owned) or found.erased or family.parent.erased_at:
        return False
    return target in found.belonging and found.states[target].data == child.data


def write_children(families: Sequence[WrittenParent], found: FoundRows) -> None:
    """Write the children of some parents, with the parents' `as_of`, which is the same for all of them.

    At most two statements for each model whose rows exist; none if the rows are known and have not changed. A child
    that has events of its own may be newer than its parent; its row is then left unchanged.
    """
    by_kind: defaultdict[tuple[Children, type[StripeObject], str], dict[str, StripeObject]] = defaultdict(dict)
    for family in families:
        for child in family.children:
            if _is_unchanged(child, family, found):
                continue
            row = _row(family.parent, family.snapshot, child, found)
            by_kind[child.declaration, child.model, row.stripe_account][row.stripe_id] = row
    for (declaration, model, _), rows in by_kind.items():
        if declaration.owned:
            _upsert(model, rows)
        else:
            # A fetched copy includes for certain only the changes before the request.
            snapshot = families[0].snapshot
            _write_newer(model, rows, snapshot.fetched_at or snapshot.as_of)
    declared = dict.fromkeys(declaration for family in families for declaration in family.parent.stripe_children)
    for declaration in (one for one in declared if one.owned):
        shown = {
            (child.model, child.data["id"])
            for family in families
            for child in family.children
            if child.declaration is declaration
        }
        parents = [
            family.parent
            for family in families
            if not family.is_new
            and declaration.is_complete(family.snapshot.data)
            and not (family.are_known and _shows_all(declaration, shown, found))
        ]
        _tombstone_missing(parents, declaration, {stripe_id for _, stripe_id in shown})


def _shows_all(declaration: Children, shown: set[Target], found: FoundRows) -> bool:
    """Whether none of the children that were read is missing."""
    return all(target in shown for target in found.belonging if target[0].__name__ in declaration.models)


def tombstone_children(parent: StripeObject) -> None:
    """Tombstone the children that a deleted object owns."""
    for declaration in parent.stripe_children:
        if declaration.owned:
            _tombstone_missing([parent], declaration, set())


def _row(parent: StripeObject, snapshot: Snapshot, child: Child, found: FoundRows) -> StripeObject:
    # The snapshot's scope, not the row's: an Account has an empty `stripe_account`, the objects inside it do not.
    key = child.model.key_of(child.data, snapshot.inner_scope)
    values = values_of(child.model, child.data, found, parent.erased_at)
    back = reference_back(child.model, type(parent))
    if back:
        values[back.attname] = parent.pk
    times = {
        "as_of": parent.as_of,
        "fetched_at": parent.fetched_at if child.declaration.owned else None,
        "synced_at": parent.synced_at,
        "deleted_at": parent.deleted_at if child.declaration.owned else None,
    }
    return new(child.model, {**values, **key, **times})


@cache
def reference_back(model: type[StripeObject], parent: type[StripeObject]) -> Reference[Any, Any] | None:
    """Return the child's reference to its parent's model."""
    return next((column for column in model.references() if column.related_model is parent), None)


def _write_newer(model: type[StripeObject], rows: dict[str, StripeObject], moment: datetime) -> None:
    """Write the objects whose rows are missing or older; the other rows are left unchanged."""
    existing = _lock(model, rows)
    missing = {stripe_id: row for stripe_id, row in rows.items() if stripe_id not in existing}
    if missing:
        insert_many([missing[stripe_id] for stripe_id in sorted(missing)], primary(model))
        existing.update(_lock(model, missing))  # another process may have inserted a newer one
    newer = {}
    for stripe_id, row in rows.items():
        as_of, erased_at = existing.get(stripe_id, (None, None))
        if as_of is None or as_of < moment:
            newer[stripe_id] = row
        if erased_at:
            row.erase(erased_at)
    _upsert(model, newer)


def _lock(
    model: type[StripeObject], rows: dict[str, StripeObject]
) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Lock the rows of these objects, and return their ``as_of`` and ``erased_at``."""
    first = next(iter(rows.values()))
    same = model.all_objects.filter(stripe_account=first.stripe_account, livemode=first.livemode)
    locked = from_primary(same).filter(stripe_id__in=rows).select_for_update().order_by("stripe_id")
    return {
        stripe_id: (as_of, erased_at)
        for stripe_id, as_of, erased_at in locked.values_list("stripe_id", "as_of", "erased_at")
    }


def _upsert(model: type[StripeObject], rows: dict[str, StripeObject]) -> None:
    if rows:
        kept = {"id", *model.key_columns()}
        written = [field.name for field in model._meta.concrete_fields if field.name not in kept]
        upsert([rows[stripe_id] for stripe_id in sorted(rows)], written)


def _tombstone_missing(parents: Sequence[StripeObject], declaration: Children, shown: set[str]) -> None:
    if not parents:
        return
    first = parents[0]
    for name in declaration.models:
        model: type[StripeObject] = apps.get_model("pinax_stripe", name)
        back = reference_back(model, type(first))
        if back:
            missing = model.all_objects.filter(**{f"{back.name}__in": parents}, deleted_at__isnull=True)
            missing.exclude(stripe_id__in=shown).update(deleted_at=first.as_of, synced_at=first.synced_at)
