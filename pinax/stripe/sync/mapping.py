"""The rows that an object points at: all looked up in one query, made as stubs where they are missing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import CharField, JSONField, Value
from django.utils import timezone

from pinax.stripe.exceptions import ConcurrentUpdate
from pinax.stripe.models import Customer, OtherObject, model_of
from pinax.stripe.models.fields import LONGEST_ID, Reference
from pinax.stripe.models.primary import from_primary
from pinax.stripe.plain_json import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope


#: A row to point at: its model and its id at Stripe.
Target = tuple[type["StripeObject"], str]


class State(NamedTuple):
    """What a row reflects, to be compared with another copy of its object."""

    as_of: datetime | None
    synced_at: datetime | None
    deleted_at: datetime | None
    data: Json | None


class Found(dict[Target, int]):
    """The primary keys of rows that are pointed at.

    Attributes:
        erased: those among them that tell of nobody any more; what points at them shall not, either.
        made: those among them that were not there, and are stubs now.
        states: where it was asked for (`primary_keys`), what the rows reflect; ``data`` of some only.
    """

    def __init__(self) -> None:
        super().__init__()
        self.erased: set[Target] = set()
        self.made: set[Target] = set()
        self.states: dict[Target, State] = {}

    def add(self, others: Found) -> None:
        """Take in what another look has found."""
        self.update(others)
        self.erased |= others.erased
        self.made |= others.made
        self.states |= others.states


def known_references(row: StripeObject | None) -> Found:
    """Return the rows that a row points at, as far as `Snapshot.row` has read them with it.

    They are taken off the row, which is to be handed to receivers: only a few of their columns were read.
    """
    found = Found()
    if row is not None:
        for column in row.references():
            if column.is_cached(row):
                other: Any = column.get_cached_value(row)
                if other is not None:
                    found[column.related_model, other.stripe_id] = other.pk
                    if other.erased_at:
                        found.erased.add((column.related_model, other.stripe_id))
                column.delete_cached_value(row)
    return found


def primary_keys(
    targets: Iterable[Target],
    scope: Scope,
    *,
    compared: Iterable[Target] = (),
    besides: Sequence[QuerySet[StripeObject]] = (),
) -> Found:
    """Return the primary key of each target, as seen from an object of this scope.

    One query where all are known; rows are made, with ids only, for those that are not. Never a call to Stripe.

    Args:
        targets: the rows that are pointed at.
        scope: the account and the mode of the object that points at them.
        compared: objects of which another copy is at hand; the states of all rows are returned then, and the content
            of these. They are not made.
        besides: further rows to be found in the same query, if there are any; not made, either.
    """
    wanted, compared = set(targets), set(compared)
    found = _look_up(wanted | compared, scope, compared, besides)
    missing = wanted - found.keys()
    if missing:
        _make_stubs(missing, scope)
        found.add(_look_up(missing, scope, compared))
        found.made = missing
        # MariaDB takes an id with spaces at its end for the one without them.
        if any(stripe_id == stripe_id.rstrip() for _, stripe_id in missing - found.keys()):
            raise ConcurrentUpdate  # somebody else has made it, and this transaction's snapshot does not show it
    return found


def concerns_erased(data: Json, scope: Scope | None = None) -> bool:
    """Whether the row of Stripe's object ``data`` is erased, or one that it points at; one query, writes nothing.

    Args:
        data: Stripe's object, or what somebody claims to be one.
        scope: its account and mode; None: whatever they are.
    """
    data = storable(data)
    model = model_of(data)
    targets: set[Target] = {(model, model.identify(data)), *targets_of(model, data)}
    targets.add((Customer, OtherObject.customer_of(data)))
    queries = []
    for named, ids in by_model(targets).items():
        rows = named.all_objects.filter(stripe_id__in=[one for one in ids if 0 < len(one) <= LONGEST_ID])
        if scope:
            rows = rows.filter(stripe_account=named.home_of(scope.stripe_account), livemode=scope.livemode)
        queries.append(from_primary(rows.filter(erased_at__isnull=False)).order_by().values_list("pk"))
    return bool(queries[0].union(*queries[1:], all=True))


def make_stub(model: type[StripeObject], data: Json, scope: Scope) -> None:
    """Make a row that is known by id only, unless there is a row already."""
    key = model.key_of(data, scope)
    if len(key["stripe_id"]) <= LONGEST_ID:
        model.all_objects.bulk_create([model(**key)], ignore_conflicts=True)


def _look_up(
    targets: set[Target], scope: Scope, compared: set[Target], besides: Sequence[QuerySet[StripeObject]] = ()
) -> Found:
    wanted = [
        from_primary(model.all_objects.filter(stripe_id__in=ids, livemode=scope.livemode)).filter(
            stripe_account=model.home_of(scope.stripe_account)
        )
        for model, ids in by_model(targets).items()
    ]
    looked_for = [*wanted, *(from_primary(rows) for rows in besides)]
    models = {rows.model.__name__: rows.model for rows in looked_for}
    with_data = {model for model, _ in compared}
    queries = [
        rows.order_by().values_list(
            Value(rows.model.__name__, output_field=CharField()),
            *("stripe_id", "pk", "erased_at"),
            *(("as_of", "synced_at", "deleted_at", _data_of(rows.model, with_data)) if compared else ()),
        )
        for rows in looked_for
    ]
    found = Found()
    if not queries:
        return found
    rows = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    for name, stripe_id, pk, erased_at, *state in rows:
        found[models[name], stripe_id] = pk
        if erased_at:
            found.erased.add((models[name], stripe_id))
        if state:
            found.states[models[name], stripe_id] = State(*state)
    return found


def _data_of(model: type[StripeObject], with_data: set[type[StripeObject]]) -> str | Value:
    """The column of the content, or what stands in its place where nobody compares it."""
    return "data" if model in with_data else Value(0, output_field=JSONField())


def _make_stubs(targets: set[Target], scope: Scope) -> None:
    for model, ids in by_model(targets).items():
        home = model.home_of(scope.stripe_account)
        stubs = [model(stripe_id=stripe_id, stripe_account=home, livemode=scope.livemode) for stripe_id in ids]
        model.all_objects.bulk_create(stubs, ignore_conflicts=True)


def by_model(targets: set[Target]) -> dict[type[StripeObject], list[str]]:
    """Group the ids by model, both in a fixed order, so that writers seldom lock each other out."""
    groups: defaultdict[type[StripeObject], list[str]] = defaultdict(list)
    for model, stripe_id in sorted(targets, key=lambda target: (target[0].__name__, target[1])):
        groups[model].append(stripe_id)
    return groups


def targets_of(model: type[StripeObject], data: Json) -> list[Target]:
    """Return the rows that the object's references point at."""
    named = [(column.related_model, column.read(data)) for column in model.references()]
    return [(other, stripe_id) for other, stripe_id in named if stripe_id]


def values_of(
    model: type[StripeObject],
    data: Json,
    found: Found,
    erased_at: datetime | None = None,
    references: Mapping[Reference[Any, Any], str] | None = None,
) -> dict[str, Any]:
    """Return the values of the object's columns and its ``data``, by attribute name, as they may be kept.

    Args:
        model: the model that keeps the object.
        data: Stripe's object.
        found: the rows that `targets_of` asked for.
        erased_at: when the row, or the one that it belongs to, was erased. A row that points at an erased one is
            erased as well, unless it is a customer: customers are erased by `pinax.stripe.operations.erasure` only.
        references: what the object's references name, if that is known.
    """
    values = {**_read(model, data, found, references), "data": data}
    if (
        erased_at is None
        and found.erased
        and model is not Customer
        and any(one in found.erased for one in targets_of(model, data))
    ):
        erased_at = timezone.now()
    if erased_at is None:
        return values
    return {**values, **model.erased_values(data, erased_at)}


def _read(
    model: type[StripeObject], data: Json, found: Found, references: Mapping[Reference[Any, Any], str] | None
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in model.columns():
        if isinstance(column, Reference):
            stripe_id = column.read(data) if references is None else references.get(column)
            values[column.attname] = found.get((column.related_model, stripe_id)) if stripe_id else None
        else:
            values[column.attname] = column.read(data)
    return values
