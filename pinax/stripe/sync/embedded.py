"""Write complete objects that are embedded anywhere in another one: the price of an item, a subscription's discount.

Embedded objects have events of their own, so one is written only if its row is older, and not if the row is a
tombstone (a discount still shows a coupon that was deleted). Deleted objects and previews are not searched, nor are
fields that hold objects of another account, or objects as they were at an earlier time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils import timezone

from pinax.stripe.hooks import redacted_object
from pinax.stripe.models import Account, BankAccount, Card, Discount, OtherObject, Source, model_of, object_models
from pinax.stripe.models.fields import LONGEST_ID
from pinax.stripe.models.other_object import PREVIEWS
from pinax.stripe.models.primary import from_primary
from pinax.stripe.plain_json import id_of
from pinax.stripe.sync.children import WrittenParent, children_of, write_children
from pinax.stripe.sync.implied import copy_lasting_values, implied_updates, write_implied_updates
from pinax.stripe.sync.lookup import FoundRows, primary_keys
from pinax.stripe.sync.mapping import targets_of, values_of
from pinax.stripe.sync.snapshots import DELETED_OBJECT_FIELDS
from pinax.stripe.sync.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope
    from pinax.stripe.sync.children import Child
    from pinax.stripe.sync.lookup import Belonging, State, Target
    from pinax.stripe.sync.snapshots import Snapshot

#: Fields with objects that belong to another account than the object that contains them.
_OTHER_ACCOUNTS_PLACES: Final = frozenset(
    """
    application_fee destination_payment destination_payment_refund originating_transaction source_transfer
    source_transfer_reversal
    """.split()
)
#: Fields with changes that are only proposed, and with data that the project has written.
_SKIPPED_PLACES: Final = frozenset({"pending_update", "metadata"})
#: Fields in which a payment keeps its payment source as it was at that time.
_HISTORICAL_PLACES: Final = frozenset({"source", "card", "bank_account"})
_PAYMENT_SOURCES: Final = (BankAccount, Card, Source)

#: Subtracted from `as_of`, so that the object's own event of the same second counts as newer and needs no request.
_JUST_BEFORE: Final = timedelta(microseconds=1)


class Embedded(NamedTuple):
    """A complete object inside another.

    Attributes:
        model: the model that stores it.
        stripe_id: its id, or the model's substitute for one.
        data: the object, after the project's redaction hook.
        children: the objects that it owns.
        owner: the object that it belongs to, if that is not the one it is embedded in. It may then no longer exist,
            so it is only written to an empty row, and never counts as newer than another copy.
        erased_at: when the row of the object that contains it was erased.
    """

    model: type[StripeObject]
    stripe_id: str
    data: Json
    children: list[Child]
    owner: Target | None = None
    erased_at: datetime | None = None

    @property
    def target(self) -> Target:
        """Its row."""
        return self.model, self.stripe_id

    @property
    def targets(self) -> Iterator[Target]:
        """Its own row, unless it belongs to another object, and the rows that it and its children reference."""
        if not self.owner:
            yield self.target
        yield from targets_of(self.model, self.data)
        for child in self.children:
            yield from child.targets


def embedded_in(snapshot: Snapshot, children: Iterable[Child]) -> list[Embedded]:
    """Return the complete objects inside a snapshot and its declared children, except these children themselves.

    Raises:
        RedactionFailed: the project's hook raised an error, or changed a field that identifies an object.
    """
    preview = snapshot.model is OtherObject and snapshot.data.get("object") in PREVIEWS
    if snapshot.deleted or preview:
        return []
    known = {(child.model, child.data["id"]) for child in children}
    livemode = snapshot.key["livemode"]
    found: dict[Target, Embedded] = {}
    for one in _walk(snapshot.data, snapshot.data):
        of_other_mode = one.data.get("livemode") is (not livemode)
        before = found.get(one.target)
        if not of_other_mode and one.target not in known and (before is None or before.owner):
            found[one.target] = one
    return list(found.values())


def find_rows(  # noqa: PLR0913  (everything that one query has to find)
    targets: Iterable[Target],
    embedded: Sequence[Embedded],
    scope: Scope,
    *,
    named: Iterable[Target] = (),
    itself: Target | None = None,
    belonging: Sequence[Belonging] = (),
    known: FoundRows | None = None,
) -> FoundRows:
    """Return the rows of an object's references and embedded objects; missing rows are created as stubs.

    One query if all rows exist. For an embedded object that belongs to another object, a row is created only if that
    other object's row is a stub.

    Args:
        targets: the rows that the object and its children reference.
        embedded: the objects embedded in it.
        scope: its account and mode.
        named: discounts that are given as ids; missing rows are created, and the states of all are returned.
        itself: the object's own row, which is not looked up.
        belonging: see `primary_keys`.
        known: rows that have been read already; they are not looked up again unless they have to be compared.
    """
    compared = {*named, *(one.target for one in embedded)}
    wanted = {*targets, *named, *(target for one in embedded for target in one.targets)} - {itself}
    if known is not None:  # the state of an owner is needed, too
        wanted -= known.keys() - {one.owner for one in embedded}
    found = FoundRows() if known is None else known
    if wanted or compared or belonging:
        found.add(primary_keys(wanted, scope, compared=compared, belonging=belonging))
    new = {
        one.target
        for one in embedded
        if one.owner and one.target not in found and _is_stub(found.states.get(one.owner))
    }
    if new:
        found.add(primary_keys(new, scope, compared=new))
    return found


def _is_stub(state: State | None) -> bool:
    return state is not None and state.synced_at is None


def _walk(block: Json, parent: Json) -> Iterator[Embedded]:
    for name, value in block.items():
        if not isinstance(value, (dict, list)) or name in _SKIPPED_PLACES or name.endswith("_error"):
            continue
        for inner in value if isinstance(value, list) else [value]:
            if not isinstance(inner, dict):
                continue
            if not isinstance(inner.get("object"), str) or inner["object"] == "list":
                yield from _walk(inner, parent)
            elif not _is_excluded(name, inner, parent):
                yield from _whole_object(inner, parent)
                yield from _walk(inner, inner)


def _is_excluded(name: str, data: Json, parent: Json) -> bool:
    """Whether the object is of another account, of an earlier time, or an Account, which may be shown in part only."""
    model = model_of(data)
    is_foreign = name in _OTHER_ACCOUNTS_PLACES or (name == "charge" and parent.get("object") == "application_fee")
    return is_foreign or model is Account or (name in _HISTORICAL_PLACES and model in _PAYMENT_SOURCES)


def _whole_object(inner: Json, parent: Json) -> Iterator[Embedded]:
    """Yield the object if it is complete and has a model and events of its own."""
    model = model_of({**inner, "id": id_of(inner) or "-"})
    if (
        model is OtherObject
        or model in owned_models()
        or inner.get("deleted") is True
        or inner.keys() <= DELETED_OBJECT_FIELDS
    ):
        return
    data = model.as_child(inner, parent)
    stripe_id = model.identify(data)
    owner = model.owner_of(data, parent)
    if not stripe_id or len(stripe_id) > LONGEST_ID or (owner and not id_of(data)):
        return
    if model.is_incomplete_in(data):
        return  # a list in it is truncated: its own events bring the rest
    data = redacted_object(data)
    children = [child for child in children_of(model, data) if child.declaration.owned]
    yield Embedded(model, stripe_id, data, children, owner)


@cache
def owned_models() -> frozenset[type[StripeObject]]:
    """Return the models whose objects change only together with the object that contains them."""
    owned = {
        name
        for model in object_models()
        for declaration in model.stripe_children
        if declaration.owned
        for name in declaration.models
    }
    return frozenset(model for model in object_models() if model.__name__ in owned)


def write_embedded(embedded: Iterable[Embedded], snapshot: Snapshot, found: FoundRows) -> None:
    """Write the embedded objects that are newer than their rows; inside a transaction.

    At most two statements for each model, and those for their own children.

    Args:
        embedded: the objects.
        snapshot: the object that contains them, or one of several with the same `as_of` and scope.
        found: the rows of these objects, and those that they reference.
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
    if one.owner:
        return state.synced_at is None and state.deleted_at is None
    if state.as_of is None:
        return state.deleted_at is None
    if state.deleted_at is not None and snapshot.fetched_at:
        return one.model is Discount and state.as_of <= snapshot.as_of  # see `pinax.stripe.sync.discounts`
    # A fetched copy includes for certain only the changes before the request.
    is_newer = state.as_of < (snapshot.fetched_at or snapshot.as_of)
    return is_newer and (state.deleted_at is None or one.model is Discount)


def _write(model: type[StripeObject], ones: dict[str, Embedded], snapshot: Snapshot, found: FoundRows) -> None:
    now = timezone.now()
    keys = {stripe_id: model.key_of(one.data, snapshot.inner_scope) for stripe_id, one in ones.items()}
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
            times = {"as_of": row.as_of if one.owner else as_of, "synced_at": now}
            rows[stripe_id] = model(**{**values, **keys[stripe_id], **times})
            copy_lasting_values(rows[stripe_id], row)
    if not rows:
        return
    columns = [column.name for column in model.columns()]
    upsert(list(rows.values()), [*columns, "data", "as_of", "synced_at", "deleted_at", "incomplete", "erased_at"])
    families = []
    for stripe_id, row in rows.items():
        row.pk = before[stripe_id].pk
        for name in row.own_columns:
            setattr(row, name, getattr(before[stripe_id], name))
        itself = replace(snapshot, data=ones[stripe_id].data, model=model, scope=snapshot.inner_scope)
        families.append(WrittenParent(row, itself, ones[stripe_id].children, before[stripe_id].is_stub))
    write_children(families, found)
    write_implied_updates(fact for row in rows.values() for fact in implied_updates(row))
    for row in rows.values():
        row.after_write()
