"""Compare a page of Stripe's objects with their rows, together with what they contain, in a few queries."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.apps import apps
from django.db.models import Q

from pinax.stripe.imports.drift.differences import Parent, differences
from pinax.stripe.imports.drift.rows import rows_by_id
from pinax.stripe.models.primary import from_primary
from pinax.stripe.scope import Scope
from pinax.stripe.sync.children import reference_back
from pinax.stripe.sync.snapshots import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from pinax.stripe.imports.drift.differences import Difference
    from pinax.stripe.models import StripeObject
    from pinax.stripe.models.children import Children
    from pinax.stripe.sync.children import Child

#: What a comparison finds.
DIFFERENT: Final = "different"
MISSING_HERE: Final = "missing here"
MISSING_THERE: Final = "missing at Stripe"


class Finding(NamedTuple):
    """A row that differs from Stripe, or that is missing.

    Attributes:
        what: ``DIFFERENT``, ``MISSING_HERE`` (or known by id only), ``MISSING_THERE`` (its object is deleted).
        object_type: Stripe's type of the object.
        stripe_id: its id.
        scope: its account and mode.
        parent: the id of the object that contains it; empty if it is compared by itself.
        differences: the fields that differ.
    """

    what: str
    object_type: str
    stripe_id: str
    scope: Scope
    parent: str = ""
    differences: tuple[Difference, ...] = ()

    @property
    def subject(self) -> tuple[str, str, Scope]:
        """The object that it is about."""
        return self.object_type, self.stripe_id, self.scope


class Compared(NamedTuple):
    """An object and its row.

    Attributes:
        snapshot: the object, as Stripe answered.
        row: its row, also if it is a tombstone; None if there is none.
        findings: what was found: about itself, and about the objects that it owns.
        left_alone: whether the row may be newer than the answer, so that nothing can be said about it.
    """

    snapshot: Snapshot
    row: StripeObject | None
    findings: list[Finding]
    left_alone: bool

    @property
    def has_content(self) -> bool:
        """Whether both sides have an object, so that what it contains can be compared."""
        row = self.row
        gone = row is None or row.is_stub or row.is_deleted or self.snapshot.deleted
        return not gone and not self.left_alone


def compare_rows(snapshots: Sequence[Snapshot], *, written: bool = False) -> list[Compared]:
    """Compare objects of one model, account and mode with their rows, and what they own with theirs.

    One query for the rows, and two for each model of objects that they own. Nothing is written.

    Args:
        snapshots: the objects.
        written: whether they were just written: a row with their `as_of` is then compared, too.
    """
    by_id = {snapshot.key["stripe_id"]: snapshot for snapshot in snapshots}
    if not by_id:
        return []
    first = next(iter(by_id.values()))
    rows = rows_by_id(first.model, _without_id(first.key), by_id)
    found = {stripe_id: _compared(one, rows.get(stripe_id), written=written) for stripe_id, one in by_id.items()}
    families = [one for one in found.values() if one.has_content]
    for parent, finding in [*_shown(families, written=written), *_not_shown(families, written=written)]:
        found[parent].findings.append(finding)
    return list(found.values())


def _compared(snapshot: Snapshot, row: StripeObject | None, *, written: bool) -> Compared:
    if row is not None and _may_be_newer(row, snapshot, written=written):
        return Compared(snapshot, row, [], left_alone=True)
    what, fields = "", []
    if snapshot.deleted:
        what = MISSING_THERE if row is not None and not row.is_deleted else ""
    elif row is None or row.is_stub:
        what = MISSING_HERE
    elif fields := differences(row, snapshot.data, is_incomplete=snapshot.is_incomplete):
        what = DIFFERENT
    found = [_finding(what, snapshot.key, snapshot.data.get("object"), fields)] if what else []
    return Compared(snapshot, row, found, left_alone=False)


def _may_be_newer(row: StripeObject, snapshot: Snapshot, *, written: bool) -> bool:
    """Whether a row may reflect a change after the request; see `pinax.stripe.sync.freshness`."""
    if row.as_of is None or snapshot.fetched_at is None or (written and row.as_of == snapshot.as_of):
        return False
    return row.as_of >= snapshot.fetched_at


def _shown(families: Sequence[Compared], *, written: bool) -> Iterator[tuple[str, Finding]]:
    """Yield what is found about the objects that others own and show, each with the id of its parent."""
    by_model: defaultdict[tuple[type[StripeObject], str], dict[str, tuple[Compared, Child]]] = defaultdict(dict)
    for family in families:
        for child in family.snapshot.children:
            if child.declaration.owned:
                key = child.model.key_of(child.data, family.snapshot.inner_scope)
                by_model[child.model, key["stripe_account"]][key["stripe_id"]] = family, child
    for (model, _), ones in by_model.items():
        family, child = next(iter(ones.values()))
        same = _without_id(model.key_of(child.data, family.snapshot.inner_scope))
        rows = rows_by_id(model, same, ones)
        for stripe_id, (owner, one) in ones.items():
            row, parent = rows.get(stripe_id), owner.snapshot.key["stripe_id"]
            if row is not None and _may_be_newer(row, owner.snapshot, written=written):
                continue
            key = {**same, "stripe_id": stripe_id}
            if row is None or row.is_stub:
                yield parent, _finding(MISSING_HERE, key, model.stripe_object, (), parent)
                continue
            back = Parent(reference_back(model, owner.snapshot.model), parent)
            fields = differences(row, one.data, parent=back)
            if fields:
                yield parent, _finding(DIFFERENT, key, model.stripe_object, fields, parent)


def _not_shown(families: Sequence[Compared], *, written: bool) -> Iterator[tuple[str, Finding]]:
    """Yield the rows of owned objects that their parents no longer show, each with the id of its parent."""
    for rows, back, parents in _missing_members(families, owned=True):
        for row in rows:
            owner = parents[getattr(row, back)]
            if not _may_be_newer(row, owner.snapshot, written=written):
                parent = owner.snapshot.key["stripe_id"]
                key = {"stripe_id": row.stripe_id, **row.scope.columns}
                yield parent, _finding(MISSING_THERE, key, row.stripe_object, (), parent)


def inner_snapshots(compared: Compared) -> list[Snapshot]:
    """Return the objects in an object's lists that are imported with it, but that it does not own: cards, tax ids."""
    snapshot = compared.snapshot
    if not compared.has_content:
        return []
    return [
        Snapshot(child.data, child.model, snapshot.inner_scope, snapshot.as_of, fetched_at=snapshot.fetched_at)
        for child in snapshot.children
        if _comes_with(snapshot.model, child.declaration, child.model) and child.data.get("deleted") is not True
    ]


def inner_rows(families: Sequence[Compared]) -> Iterator[StripeObject]:
    """Yield the rows of such objects that are no longer in the complete lists of some objects."""
    having = [one for one in families if one.has_content]
    for rows, back, parents in _missing_members(having, owned=False):
        for row in rows:
            if not _may_be_newer(row, parents[getattr(row, back)].snapshot, written=False):
                yield row


def _comes_with(model: type[StripeObject], declaration: Children, child: type[StripeObject]) -> bool:
    """Whether the objects of a list are imported with the object that contains it: they have no list of their own.

    Or the list of the containing objects asks for them, as that of customers does for tax ids.
    """
    if declaration.owned:
        return False
    expanded = model.stripe_list.path if model.stripe_list else ""
    return child.stripe_list is None or f"data.{declaration.path.partition('.')[0]}" in expanded


def _missing_members(
    families: Sequence[Compared], *, owned: bool
) -> Iterator[tuple[QuerySet[StripeObject], str, dict[int, Compared]]]:
    """Yield rows that are not in the complete lists of their parents, the column of the parent, and the parents."""
    if not families:
        return
    model = families[0].snapshot.model
    for declaration in model.stripe_children:
        parents = {one.row.pk: one for one in families if one.row and declaration.is_complete(one.snapshot.data)}
        if declaration.owned != owned or not parents:
            continue
        shown = [child for one in parents.values() for child in one.snapshot.children]
        for name in declaration.models:
            child: type[StripeObject] = apps.get_model("pinax_stripe", name)
            back = reference_back(child, model)
            if back is None or not (owned or _comes_with(model, declaration, child)):
                continue
            ids = {one.data["id"] for one in shown if one.model is child}
            rows = child.all_objects.filter(Q(**{f"{back.name}__in": list(parents)}), deleted_at__isnull=True)
            yield from_primary(rows.exclude(stripe_id__in=ids)), back.attname, parents


def _finding(
    what: str, key: Mapping[str, Any], object_type: Any, fields: Sequence[Difference], parent: str = ""
) -> Finding:
    scope = Scope(key["stripe_account"], livemode=key["livemode"])
    return Finding(what, str(object_type), key["stripe_id"], scope, parent, tuple(fields))


def _without_id(key: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if name != "stripe_id"}
