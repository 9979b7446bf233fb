"""Map an object to column values.

The rows that it references are looked up in one query, and created as stubs if they are missing.
"""

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


#: A referenced row: its model and its id at Stripe.
Target = tuple[type["StripeObject"], str]


class State(NamedTuple):
    """The state of a row, to be compared with another copy of its object."""

    as_of: datetime | None
    synced_at: datetime | None
    deleted_at: datetime | None
    data: Json | None


class FoundRows(dict[Target, int]):
    """The primary keys of referenced rows.

    Attributes:
        erased: the rows whose personal data was erased; rows that reference them are erased, too.
        made: the rows that were missing and have been created as stubs.
        states: the states of the rows, if `primary_keys` was called with ``compared``; ``data`` only for the models of
            these.
    """

    def __init__(self) -> None:
        super().__init__()
        self.erased: set[Target] = set()
        self.made: set[Target] = set()
        self.states: dict[Target, State] = {}

    def add(self, others: FoundRows) -> None:
        """Add the rows that another query has found."""
        self.update(others)
        self.erased |= others.erased
        self.made |= others.made
        self.states |= others.states


def known_references(row: StripeObject | None) -> FoundRows:
    """Return the referenced rows that `Snapshot.row` has selected together with a row.

    They are removed from the row's cache, because receivers get the row and only a few of their columns were read.
    """
    found = FoundRows()
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
    extra: Sequence[QuerySet[StripeObject]] = (),
) -> FoundRows:
    """Return the primary key of each target, as referenced by an object of this scope.

    One query if all rows exist; missing rows are created as stubs. No request is sent to Stripe.

    Args:
        targets: the referenced rows.
        scope: the account and mode of the object that references them.
        compared: objects to be compared with their rows: the states of all rows are returned, with ``data`` for the
            models of these. Missing rows of ``compared`` are not created.
        extra: further rows to read in the same query, if they exist.
    """
    wanted, compared = set(targets), set(compared)
    found = _look_up(wanted | compared, scope, compared, extra)
    missing = wanted - found.keys()
    if missing:
        _make_stubs(missing, scope)
        found.add(_look_up(missing, scope, compared))
        found.made = missing
        # MariaDB treats an id with trailing spaces as equal to the one without them.
        if any(stripe_id == stripe_id.rstrip() for _, stripe_id in missing - found.keys()):
            raise ConcurrentUpdate  # another transaction has created it, and this one's snapshot does not show it
    return found


def concerns_erased(data: Json, scope: Scope | None = None) -> bool:
    """Whether the row of Stripe's object ``data``, or a row that it references, is erased. One query.

    Args:
        data: Stripe's object; it need not be verified.
        scope: its account and mode; None: rows of any account and mode count.
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
    """Create a row with ids only, unless the row exists."""
    key = model.key_of(data, scope)
    if len(key["stripe_id"]) <= LONGEST_ID:
        model.all_objects.bulk_create([model(**key)], ignore_conflicts=True)


def _look_up(
    targets: set[Target], scope: Scope, compared: set[Target], extra: Sequence[QuerySet[StripeObject]] = ()
) -> FoundRows:
    wanted = [
        from_primary(model.all_objects.filter(stripe_id__in=ids, livemode=scope.livemode)).filter(
            stripe_account=model.home_of(scope.stripe_account)
        )
        for model, ids in by_model(targets).items()
    ]
    looked_for = [*wanted, *(from_primary(rows) for rows in extra)]
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
    found = FoundRows()
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
    """Return the column ``data``, or a placeholder for models whose rows are not compared."""
    return "data" if model in with_data else Value(0, output_field=JSONField())


def _make_stubs(targets: set[Target], scope: Scope) -> None:
    for model, ids in by_model(targets).items():
        home = model.home_of(scope.stripe_account)
        stubs = [model(stripe_id=stripe_id, stripe_account=home, livemode=scope.livemode) for stripe_id in ids]
        model.all_objects.bulk_create(stubs, ignore_conflicts=True)


def by_model(targets: set[Target]) -> dict[type[StripeObject], list[str]]:
    """Group the ids by model, both in a fixed order, so that deadlocks between writers are rare."""
    groups: defaultdict[type[StripeObject], list[str]] = defaultdict(list)
    for model, stripe_id in sorted(targets, key=lambda target: (target[0].__name__, target[1])):
        groups[model].append(stripe_id)
    return groups


def targets_of(model: type[StripeObject], data: Json) -> list[Target]:
    """Return the rows that the object references."""
    named = [(column.related_model, column.read(data)) for column in model.references()]
    return [(other, stripe_id) for other, stripe_id in named if stripe_id]


def values_of(
    model: type[StripeObject],
    data: Json,
    found: FoundRows,
    erased_at: datetime | None = None,
    references: Mapping[Reference[Any, Any], str] | None = None,
) -> dict[str, Any]:
    """Return the values of the object's columns and its ``data``, by attribute name; erased values for an erased row.

    Args:
        model: the model that stores the object.
        data: Stripe's object.
        found: the rows of `targets_of`.
        erased_at: when the row, or its parent, was erased. A row that references an erased one is erased as well,
            unless it is a customer: only `pinax.stripe.operations.erasure` erases customers.
        references: the ids that the object references, if they have been read already.
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
    model: type[StripeObject], data: Json, found: FoundRows, references: Mapping[Reference[Any, Any], str] | None
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in model.columns():
        if isinstance(column, Reference):
            stripe_id = column.read(data) if references is None else references.get(column)
            values[column.attname] = found.get((column.related_model, stripe_id)) if stripe_id else None
        else:
            values[column.attname] = column.read(data)
    return values
