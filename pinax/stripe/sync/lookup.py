"""Look up the rows that an object references: all of them in one query; create missing ones as stubs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import CharField, JSONField, Value

from pinax.stripe.exceptions import ConcurrentUpdate
from pinax.stripe.models.fields import LONGEST_ID
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.models.statements import Parameter, field_of, insert_many, select

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope


#: A referenced row: its model and its id at Stripe.
Target = tuple[type["StripeObject"], str]

#: The models of the rows of a query, and how many ids of each.
Shape = tuple[tuple[type["StripeObject"], int], ...]


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

    def put(self, model: type[StripeObject], stripe_id: str, pk: int, erased_at: datetime | None) -> None:
        """Add one row."""
        self[model, stripe_id] = pk
        if erased_at:
            self.erased.add((model, stripe_id))

    def drop(self, target: Target) -> None:
        """Remove one row: it has to be looked up again."""
        del self[target]
        self.erased.discard(target)

    def add(self, others: FoundRows) -> None:
        """Add the rows that another query has found."""
        self.update(others)
        self.erased |= others.erased
        self.made |= others.made
        self.states |= others.states


#: How many ids of one model a compiled query has at most.
MOST_PADDED: Final = 64

#: The names of the columns that a query for referenced rows returns.
COLUMNS: Final = ("stripe_id", "pk", "erased_at")


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


def make_stub(model: type[StripeObject], data: Json, scope: Scope) -> None:
    """Create a row with ids only, unless the row exists."""
    key = model.key_of(data, scope)
    if len(key["stripe_id"]) <= LONGEST_ID:
        insert_many([model(**key)], primary(model))


def padded(targets: set[Target]) -> dict[type[StripeObject], list[str]]:
    """Group the ids by model, and repeat the last one until their number is a power of two.

    So a few compiled queries serve all objects. Long lists, as imports have, are left as they are.
    """
    groups = by_model(targets)
    for ids in groups.values():
        missing = (1 << (len(ids) - 1).bit_length()) - len(ids) if len(ids) <= MOST_PADDED else 0
        ids.extend(ids[-1:] * missing)
    return groups


def shape_of(groups: dict[type[StripeObject], list[str]]) -> Shape:
    """Return the models, and how many ids each of them has."""
    return tuple((model, len(ids)) for model, ids in groups.items())


def key_of(name: str, *others: Any, shape: Shape) -> tuple[Any, ...] | None:
    """Return what identifies the compiled query; None if it has so many ids that it is not worth keeping."""
    return (name, *others, shape) if all(size <= MOST_PADDED for _, size in shape) else None


def rows_of(model: type[StripeObject], size: int) -> QuerySet[StripeObject]:
    """Return a query with parameters for the rows of a model by their ids; `parameters_of` returns the values."""
    ids = [Parameter(f"{model.__name__} {number}", field_of(model, "stripe_id")) for number in range(size)]
    account = Parameter("account" if model.kept_by_account else "no account", field_of(model, "stripe_account"))
    livemode = Parameter("livemode", field_of(model, "livemode"))
    return model.all_objects.filter(stripe_id__in=ids, stripe_account=account, livemode=livemode).order_by()


def label(model: type[StripeObject]) -> Value:
    """Return the column that says which model a row of a combined query belongs to."""
    return Value(model.__name__, output_field=CharField())


def parameters_of(groups: dict[type[StripeObject], list[str]], scope: Scope) -> dict[str, Any]:
    """Return the values of the parameters of `rows_of`, for all models."""
    values: dict[str, Any] = {"account": scope.stripe_account, "no account": "", "livemode": scope.livemode}
    for model, ids in groups.items():
        values |= {f"{model.__name__} {number}": stripe_id for number, stripe_id in enumerate(ids)}
    return values


def _look_up(
    targets: set[Target], scope: Scope, compared: set[Target], extra: Sequence[QuerySet[StripeObject]] = ()
) -> FoundRows:
    return _look_up_with_extra(targets, scope, compared, extra) if extra else _find(targets, scope, compared)


def _find(targets: set[Target], scope: Scope, compared: set[Target]) -> FoundRows:
    found = FoundRows()
    groups = padded(targets)
    if not groups:
        return found
    shape, with_data = shape_of(groups), frozenset(model for model, _ in compared)

    def query() -> QuerySet[StripeObject, Any]:
        queries = [
            rows_of(model, size).values_list(label(model), *_selected(model, with_data)) for model, size in shape
        ]
        return queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]

    models, alias = {model.__name__: model for model in groups}, primary(shape[0][0])
    key = key_of("referenced", with_data, shape=shape)
    for row in select(key, alias, query, parameters_of(groups, scope)):
        _put(found, models, *row)
    return found


def _selected(model: type[StripeObject], with_data: Collection[type[StripeObject]]) -> tuple[Any, ...]:
    """Return the columns to select; those that are compared only if any row is."""
    return (*COLUMNS, "as_of", "synced_at", "deleted_at", _data_of(model, with_data)) if with_data else COLUMNS


def _put(  # noqa: PLR0913, PLR0917  (the columns of a row)
    found: FoundRows,
    models: Mapping[str, type[StripeObject]],
    name: str,
    stripe_id: str,
    pk: int,
    erased_at: datetime | None,
    *state: Any,
) -> None:
    found.put(models[name], stripe_id, pk, erased_at)
    if state:
        found.states[models[name], stripe_id] = State(*state)


def _look_up_with_extra(
    targets: set[Target], scope: Scope, compared: set[Target], extra: Sequence[QuerySet[StripeObject]]
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
    queries = [rows.order_by().values_list(label(rows.model), *_selected(rows.model, with_data)) for rows in looked_for]
    found = FoundRows()
    rows = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    for row in rows:
        _put(found, models, *row)
    return found


def _data_of(model: type[StripeObject], with_data: Collection[type[StripeObject]]) -> str | Value:
    """Return the column ``data``, or a placeholder for models whose rows are not compared."""
    return "data" if model in with_data else Value(0, output_field=JSONField())


def _make_stubs(targets: set[Target], scope: Scope) -> None:
    for model, ids in by_model(targets).items():
        home = model.home_of(scope.stripe_account)
        stubs = [model(stripe_id=stripe_id, stripe_account=home, livemode=scope.livemode) for stripe_id in ids]
        insert_many(stubs, primary(model))


def by_model(targets: set[Target]) -> dict[type[StripeObject], list[str]]:
    """Group the ids by model, both in a fixed order, so that deadlocks between writers are rare."""
    groups: defaultdict[type[StripeObject], list[str]] = defaultdict(list)
    for _, stripe_id, model in sorted((model.__name__, stripe_id, model) for model, stripe_id in targets):
        groups[model].append(stripe_id)
    return groups
