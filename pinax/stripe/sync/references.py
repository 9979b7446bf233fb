"""The rows that an object points at: all looked up in one query, made as stubs where they are missing."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import CharField, Value

from pinax.stripe.models.fields import LONGEST_ID
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope

#: A row to point at: its model and its id at Stripe.
Target = tuple[type["StripeObject"], str]


class Found(dict[Target, int]):
    """The primary keys of rows that are pointed at.

    Attributes:
        redacted: those among them that tell of nobody any more; what points at them shall not, either.
    """

    def __init__(self) -> None:
        super().__init__()
        self.redacted: set[Target] = set()


def primary_keys(targets: Iterable[Target], scope: Scope) -> Found:
    """Return the primary key of each target, as seen from an object of this scope.

    One query where all are known; rows are made, with ids only, for those that are not. Never a call to Stripe.
    """
    wanted = set(targets)
    found = _look_up(wanted, scope)
    missing = wanted - found.keys()
    if missing:
        _make_stubs(missing, scope)
        made = _look_up(missing, scope)
        found.update(made)
        found.redacted |= made.redacted
    return found


def make_stub(model: type[StripeObject], data: Json, scope: Scope) -> None:
    """Make a row that is known by id only, unless there is a row already."""
    key = model.key_of(data, scope)
    if len(key["stripe_id"]) <= LONGEST_ID:
        model.all_objects.bulk_create([model(**key)], ignore_conflicts=True)


def _look_up(targets: set[Target], scope: Scope) -> Found:
    models = {model.__name__: model for model, _ in targets}
    queries = [
        from_primary(model.all_objects.filter(stripe_id__in=ids, livemode=scope.livemode))
        .filter(stripe_account=model.home_of(scope.stripe_account))
        .order_by()
        .values_list(Value(model.__name__, output_field=CharField()), "stripe_id", "pk", "redacted_at")
        for model, ids in _by_model(targets).items()
    ]
    found = Found()
    if not queries:
        return found
    rows = queries[0].union(*queries[1:], all=True) if len(queries) > 1 else queries[0]
    for name, stripe_id, pk, redacted_at in rows:
        found[models[name], stripe_id] = pk
        if redacted_at:
            found.redacted.add((models[name], stripe_id))
    return found


def _make_stubs(targets: set[Target], scope: Scope) -> None:
    for model, ids in _by_model(targets).items():
        home = model.home_of(scope.stripe_account)
        stubs = [model(stripe_id=stripe_id, stripe_account=home, livemode=scope.livemode) for stripe_id in ids]
        model.all_objects.bulk_create(stubs, ignore_conflicts=True)


def _by_model(targets: set[Target]) -> dict[type[StripeObject], list[str]]:
    """Group the ids by model, both in a fixed order, so that writers seldom lock each other out."""
    groups: defaultdict[type[StripeObject], list[str]] = defaultdict(list)
    for model, stripe_id in sorted(targets, key=lambda target: (target[0].__name__, target[1])):
        groups[model].append(stripe_id)
    return groups
