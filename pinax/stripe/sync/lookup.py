"""Look up the rows that an object references: all of them in one query; create missing ones as stubs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import CharField, JSONField, Value

from pinax.stripe.exceptions import ConcurrentUpdate
from pinax.stripe.models.fields import LONGEST_ID
from pinax.stripe.models.instances import new
from pinax.stripe.models.parameters import Parameter
from pinax.stripe.models.primary import primary
from pinax.stripe.models.statements import field_of, insert_many, select
from pinax.stripe.platforms import account_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
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
        belonging: the rows that were read because they belong to the object, see `Belonging`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.erased: set[Target] = set()
        self.made: set[Target] = set()
        self.states: dict[Target, State] = {}
        self.belonging: set[Target] = set()

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
        self.belonging |= others.belonging


class Belonging(NamedTuple):
    """Rows that belong to an object's row, to be read together with those that the object references.

    Attributes:
        name: identifies the query.
        model: the model of the rows.
        rows: returns the query for a primary key, or for a `Parameter` in its place.
        owner: the primary key of the object's row.
        compared: whether to return ``data``, too.
    """

    name: str
    model: type[StripeObject]
    rows: Callable[[Any], QuerySet[StripeObject]]
    owner: int
    compared: bool = False


#: How many ids of one model a compiled query has at most.
MOST_PADDED: Final = 64

#: The names of the columns that a query for referenced rows returns.
COLUMNS: Final = ("stripe_id", "pk", "erased_at")


def primary_keys(
    targets: Iterable[Target],
    scope: Scope,
    *,
    compared: Iterable[Target] = (),
    belonging: Sequence[Belonging] = (),
) -> FoundRows:
    """Return the primary key of each target, as referenced by an object of this scope.

    One query if all rows exist; missing rows are created as stubs. No request is sent to Stripe.

    Args:
        targets: the referenced rows.
        scope: the account and mode of the object that references them.
        compared: objects to be compared with their rows: the states of all rows are returned, with ``data`` for the
            models of these. Missing rows of ``compared`` are not created.
        belonging: further rows to read in the same query, if they exist.
    """
    wanted, compared = set(targets), set(compared)
    found = _find(wanted | compared, scope, compared, belonging)
    missing = wanted - found.keys()
    if missing:
        found.add(_made_stubs(missing, scope))
        found.add(_find(missing - found.keys(), scope, compared))
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
    account = Parameter("account" if model.kept_by_account else "platform account", field_of(model, "stripe_account"))
    livemode = Parameter("livemode", field_of(model, "livemode"))
    return model.all_objects.filter(stripe_id__in=ids, stripe_account=account, livemode=livemode).order_by()


def label(name: str) -> Value:
    """Return the column that says which part of a combined query has found a row."""
    return Value(name, output_field=CharField())


def parameters_of(groups: dict[type[StripeObject], list[str]], scope: Scope) -> dict[str, Any]:
    """Return the values of the parameters of `rows_of`, for all models."""
    values: dict[str, Any] = {
        "account": scope.stripe_account,
        "platform account": account_of(scope.platform) if scope.platform else "",
        "livemode": scope.livemode,
    }
    for model, ids in groups.items():
        values |= {f"{model.__name__} {number}": stripe_id for number, stripe_id in enumerate(ids)}
    return values


def _find(targets: set[Target], scope: Scope, compared: set[Target], belonging: Sequence[Belonging] = ()) -> FoundRows:
    found = FoundRows()
    groups = padded(targets)
    if not groups and not belonging:
        return found
    shape = shape_of(groups)
    with_data = frozenset({*(model for model, _ in compared), *(one.model for one in belonging if one.compared)})

    def query() -> QuerySet[StripeObject, Any]:
        queries = [
            rows_of(model, size).values_list(label(model.__name__), *_selected(model, with_data))
            for model, size in shape
        ]
        queries += [
            one.rows(Parameter(one.name, one.model._meta.pk))
            .order_by()
            .values_list(label(one.name), *_selected(one.model, with_data))
            for one in belonging
        ]
        return queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]

    models = {**{model.__name__: model for model in groups}, **{one.name: one.model for one in belonging}}
    key = key_of("referenced", with_data, tuple(one.name for one in belonging), shape=shape)
    values = {**parameters_of(groups, scope), **{one.name: one.owner for one in belonging}}
    for name, stripe_id, pk, erased_at, *state in select(key, _database_of(models), query, values):
        model = models[name]
        found.put(model, stripe_id, pk, erased_at)
        if state:
            found.states[model, stripe_id] = State(*state)
        if name != model.__name__:
            found.belonging.add((model, stripe_id))
    return found


def _database_of(models: dict[str, type[StripeObject]]) -> str:
    return primary(next(iter(models.values())))


def _selected(model: type[StripeObject], with_data: Collection[type[StripeObject]]) -> tuple[Any, ...]:
    """Return the columns to select; those that are compared only if any row is."""
    return (*COLUMNS, "as_of", "synced_at", "deleted_at", _data_of(model, with_data)) if with_data else COLUMNS


def _data_of(model: type[StripeObject], with_data: Collection[type[StripeObject]]) -> str | Value:
    """Return the column ``data``, or a placeholder for models whose rows are not compared."""
    return "data" if model in with_data else Value(0, output_field=JSONField())


def _made_stubs(targets: set[Target], scope: Scope) -> FoundRows:
    """Create missing rows, and return those that the database returns: others have to be looked up."""
    found = FoundRows()
    for model, ids in by_model(targets).items():
        home = {"stripe_account": model.home_of(scope), "livemode": scope.livemode}
        stubs = [new(model, {"stripe_id": one, **home}) for one in ids]
        for stripe_id, pk in insert_many(stubs, primary(model), returning=("stripe_id", "pk")):
            found.put(model, stripe_id, pk, None)
            found.states[model, stripe_id] = State(None, None, None, None)
    return found


def by_model(targets: set[Target]) -> dict[type[StripeObject], list[str]]:
    """Group the ids by model, both in a fixed order, so that deadlocks between writers are rare."""
    groups: defaultdict[type[StripeObject], list[str]] = defaultdict(list)
    for _, stripe_id, model in sorted((model.__name__, stripe_id, model) for model, stripe_id in targets):
        groups[model].append(stripe_id)
    return groups
