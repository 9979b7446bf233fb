"""Whole objects that stand anywhere inside another one: the price of an item, the discount of a subscription.

They have events of their own, so they are only ever brought forward: one is written if its row reflects an earlier
moment, never to a tombstone (a discount still shows the coupon that was deleted). In a deleted object and in a preview
nothing is looked for, nor where what stands there is of another account, or of another moment than the object itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils import timezone

from pinax.stripe.hooks import redacted_object
from pinax.stripe.models import Account, BankAccount, Card, Discount, OtherObject, Source, StripeObject, model_of
from pinax.stripe.models.fields import LONGEST_ID
from pinax.stripe.models.other_object import PREVIEWS
from pinax.stripe.models.primary import from_primary
from pinax.stripe.plain_json import id_of
from pinax.stripe.sync.children import Family, children_of, write_children
from pinax.stripe.sync.implied import facts_of, outlast, write_facts
from pinax.stripe.sync.mapping import primary_keys, targets_of, values_of
from pinax.stripe.sync.snapshots import REMAINS
from pinax.stripe.sync.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope
    from pinax.stripe.sync.children import Child
    from pinax.stripe.sync.mapping import Found, State, Target
    from pinax.stripe.sync.snapshots import Snapshot

#: Places whose objects belong to another account than the object that names them.
_FOREIGN: Final = frozenset(
    """
    application_fee destination_payment destination_payment_refund originating_transaction source_transfer
    source_transfer_reversal
    """.split()
)
#: Places of what is only proposed, and of what people have written.
_NOT_REAL: Final = frozenset({"pending_update", "metadata"})
#: A payment keeps what it was made with as it was then, under these names.
_AS_IT_WAS_THEN: Final = frozenset({"source", "card", "bank_account"})
_PAID_WITH: Final = (BankAccount, Card, Source)

#: An event of the object's own in the same second is the better witness, and is written without asking Stripe.
_JUST_BEFORE: Final = timedelta(microseconds=1)


class Embedded(NamedTuple):
    """A whole object inside another.

    Attributes:
        model: the model that keeps it.
        stripe_id: its id, or what stands in for one.
        data: the object, as it may be kept.
        children: what stands in it, and changes only with it.
        erased_at: when the row was erased that it stands in.
        elsewhere: the row that it belongs to, if that is another than the one it stands in. Nothing says then whether
            it still exists: it fills a row that has no content, and is not taken for newer than another copy.
    """

    model: type[StripeObject]
    stripe_id: str
    data: Json
    children: list[Child]
    elsewhere: Target | None = None
    erased_at: datetime | None = None

    @property
    def target(self) -> Target:
        """What finds its row."""
        return self.model, self.stripe_id

    @property
    def targets(self) -> Iterator[Target]:
        """The rows that it and its children point at; its own among them, unless that may have to stay away."""
        if not self.elsewhere:
            yield self.target
        yield from targets_of(self.model, self.data)
        for child in self.children:
            yield from child.targets


def embedded_in(snapshot: Snapshot, children: Iterable[Child]) -> list[Embedded]:
    """Return the whole objects inside a snapshot, except its own declared children; what these hold is included.

    Raises:
        RedactionFailed: the project's hook raised an error, or changed what tells an object from others.
    """
    preview = snapshot.model is OtherObject and snapshot.data.get("object") in PREVIEWS
    if snapshot.deleted or preview:
        return []
    known = {(child.model, child.data["id"]) for child in children}
    livemode = snapshot.key["livemode"]
    found: dict[Target, Embedded] = {}
    for one in _inside(snapshot.data, snapshot.data):
        of_other_mode = one.data.get("livemode") is (not livemode)
        before = found.get(one.target)
        if not of_other_mode and one.target not in known and (before is None or before.elsewhere):
            found[one.target] = one
    return list(found.values())


def find(  # noqa: PLR0913  (what a single query is to find)
    targets: Iterable[Target],
    embedded: Sequence[Embedded],
    scope: Scope,
    *,
    named: Iterable[Target] = (),
    itself: Target | None = None,
    besides: Sequence[QuerySet[StripeObject]] = (),
    known: Found | None = None,
) -> Found:
    """Return the rows of an object's references and of what stands in it, made as stubs if they are missing.

    One query if all are known. What belongs to another object that is known, and that does not have it, is not made.

    Args:
        targets: what the object and its children point at.
        embedded: what stands in it.
        scope: its account and mode.
        named: discounts that it names by their ids; made, too, and returned with what their rows reflect.
        itself: the object, which is not looked for.
        besides: see `primary_keys`.
        known: rows that have been found already, and need not be looked up if no others have to be compared.
    """
    compared = {*named, *(one.target for one in embedded)}
    wanted = {*targets, *named, *(target for one in embedded for target in one.targets)} - {itself}
    if known and not compared and not besides:
        if not wanted <= known.keys():
            known.add(primary_keys(wanted - known.keys(), scope))
        return known
    found = primary_keys(wanted, scope, compared=compared, besides=besides)
    new = {
        one.target
        for one in embedded
        if one.elsewhere and one.target not in found and _is_stub(found.states.get(one.elsewhere))
    }
    if new:
        found.add(primary_keys(new, scope, compared=new))
    return found


def _is_stub(state: State | None) -> bool:
    return state is not None and state.synced_at is None


def _inside(block: Json, parent: Json) -> Iterator[Embedded]:
    for name, value in block.items():
        if name in _NOT_REAL or name.endswith("_error"):
            continue
        for inner in value if isinstance(value, list) else [value]:
            if not isinstance(inner, dict):
                continue
            if not isinstance(inner.get("object"), str) or inner["object"] == "list":
                yield from _inside(inner, parent)
            elif not _is_of_elsewhere(name, inner, parent):
                yield from _of(inner, parent)
                yield from _inside(inner, inner)


def _is_of_elsewhere(name: str, data: Json, parent: Json) -> bool:
    """Whether it is of another account, or of another moment; and how much of an Account is shown, depends."""
    model = model_of(data)
    is_foreign = name in _FOREIGN or (name == "charge" and parent.get("object") == "application_fee")
    return is_foreign or model is Account or (name in _AS_IT_WAS_THEN and model in _PAID_WITH)


def _of(inner: Json, parent: Json) -> Iterator[Embedded]:
    """Yield the object, if it is whole and of a kind with a model and events of its own."""
    model = model_of({**inner, "id": id_of(inner) or "-"})
    if model is OtherObject or model in _owned_kinds() or inner.get("deleted") is True or inner.keys() <= REMAINS:
        return
    data = model.as_child(inner, parent)
    stripe_id = model.identify(data)
    elsewhere = model.belongs_elsewhere(data, parent)
    if not stripe_id or len(stripe_id) > LONGEST_ID or (elsewhere and not id_of(data)):
        return
    if model.is_incomplete_in(data):
        return  # cut: its own events bring the rest
    data = redacted_object(data)
    children = [child for child in children_of(model, data) if child.declaration.owned]
    yield Embedded(model, stripe_id, data, children, elsewhere)


def _owned_kinds() -> set[type[StripeObject]]:
    """The models whose objects change only with the one that they stand in."""
    owned = {
        name
        for model in StripeObject.__subclasses__()
        for declaration in model.stripe_children
        if declaration.owned
        for name in declaration.models
    }
    return {model for model in StripeObject.__subclasses__() if model.__name__ in owned}


def write_embedded(embedded: Iterable[Embedded], snapshot: Snapshot, found: Found) -> None:
    """Write the objects that are newer than their rows; inside a transaction.

    At most two statements for each kind of which there are any, and what their own children take.

    Args:
        embedded: the objects.
        snapshot: what they stand in, or one of several of the same moment and scope.
        found: the rows of these objects, and those that they point at.
    """
    by_model: defaultdict[type[StripeObject], dict[str, Embedded]] = defaultdict(dict)
    for one in embedded:
        state = found.states.get(one.target)
        changed = state is not None and (one.data != state.data or state.deleted_at is not None)
        if state is not None and changed and _is_newer(one, state, snapshot):
            by_model[one.model][one.stripe_id] = one
    for model in sorted(by_model, key=lambda model: model.__name__):
        _write(model, by_model[model], snapshot, found)


def _is_newer(one: Embedded, state: State | StripeObject, snapshot: Snapshot) -> bool:
    if one.elsewhere:
        return state.synced_at is None and state.deleted_at is None
    if state.as_of is None:
        return state.deleted_at is None
    if state.deleted_at is not None and snapshot.fetched_at:
        return one.model is Discount and state.as_of <= snapshot.as_of  # see `pinax.stripe.sync.discounts`
    # Of a fetched copy, only what happened before the question is in it for certain.
    is_newer = state.as_of < (snapshot.fetched_at or snapshot.as_of)
    return is_newer and (state.deleted_at is None or one.model is Discount)


def _write(model: type[StripeObject], ones: dict[str, Embedded], snapshot: Snapshot, found: Found) -> None:
    now = timezone.now()
    keys = {stripe_id: model.key_of(one.data, snapshot.seen_in) for stripe_id, one in ones.items()}
    same = {name: value for name, value in next(iter(keys.values())).items() if name != "stripe_id"}
    locked = from_primary(model.all_objects.filter(**same, stripe_id__in=ones)).select_for_update()
    before = {row.stripe_id: row for row in locked.defer("data").order_by("stripe_id")}
    rows = {}
    for stripe_id, row in before.items():
        one = ones[stripe_id]
        if _is_newer(one, row, snapshot):
            as_of = snapshot.as_of if snapshot.fetched_at else snapshot.as_of - _JUST_BEFORE
            erased_at = row.erased_at or (None if model.shared else one.erased_at)
            values = values_of(model, one.data, found, erased_at)
            moments = {"as_of": row.as_of if one.elsewhere else as_of, "synced_at": now}
            rows[stripe_id] = model(**{**values, **keys[stripe_id], **moments})
            outlast(rows[stripe_id], row)
    if not rows:
        return
    columns = [column.name for column in model.columns()]
    upsert(list(rows.values()), [*columns, "data", "as_of", "synced_at", "deleted_at", "incomplete", "erased_at"])
    families = []
    for stripe_id, row in rows.items():
        row.pk = before[stripe_id].pk
        for name in row.own_columns:
            setattr(row, name, getattr(before[stripe_id], name))
        itself = replace(snapshot, data=ones[stripe_id].data, model=model, scope=snapshot.seen_in)
        families.append(Family(row, itself, ones[stripe_id].children, before[stripe_id].is_stub))
    write_children(families, found)
    write_facts(fact for row in rows.values() for fact in facts_of(row))
    for row in rows.values():
        row.after_write()
