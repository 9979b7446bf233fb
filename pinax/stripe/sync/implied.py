"""What an object says of others that it names: a dispute, that its charge is disputed.

Only what stays true for good, so that no order of events matters: it is written to the other's row, which is a stub if
it has not been seen yet, and no copy of the other takes it away again (``lasting`` columns).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pinax.stripe.models import StripeObject


class Fact(NamedTuple):
    """One column of one row, and what it is to hold."""

    model: type[StripeObject]
    pk: int
    column: str
    value: Any


def facts_of(row: StripeObject) -> set[Fact]:
    """Return what a row says of others."""
    facts = set()
    for implied in row.implies():
        reference: Any = type(row)._meta.get_field(implied.reference)
        pk = getattr(row, reference.attname)
        if pk is not None:
            column = reference.related_model._meta.get_field(implied.column).attname
            facts.add(Fact(reference.related_model, pk, column, row.pk if implied.value is None else implied.value))
    return facts


def write_facts(facts: Iterable[Fact]) -> None:
    """Write them: one statement for each column that they are about."""
    by_column: defaultdict[tuple[type[StripeObject], str], dict[int, Any]] = defaultdict(dict)
    for fact in sorted(facts, key=lambda fact: (fact.model.__name__, fact.column, fact.pk)):
        by_column[fact.model, fact.column][fact.pk] = fact.value
    for (model, column), values in by_column.items():
        whens = [When(pk=pk, then=Value(value)) for pk, value in values.items()]
        kind: Any = next(field for field in model.columns() if field.attname == column)
        said = Case(*whens, default=F(column), output_field=kind)
        model.all_objects.filter(pk__in=values).update(**{column: said})


def outlasting(model: type[StripeObject], values: dict[str, Any]) -> dict[str, Any]:
    """Return values for an UPDATE that leaves lasting columns as they are unless there is something to put there."""
    kept = dict(values)
    for column in model.columns():
        name = column.attname
        if column.lasting and not values.get(name, True):
            value = kept.pop(name)
            if value is not None:
                kept[name] = Coalesce(F(name), Value(value), output_field=column)  # type: ignore[arg-type]  # a Field, too
    return kept


def outlast(row: StripeObject, before: StripeObject) -> None:
    """Let a row that is to take the place of ``before`` keep what lasts."""
    for column in row.columns():
        if column.lasting and not getattr(row, column.attname):
            setattr(row, column.attname, getattr(before, column.attname) or getattr(row, column.attname))


def lasting_columns(model: type[StripeObject]) -> list[str]:
    """Return the names of the columns that outlast the copies which say nothing of them."""
    return [column.attname for column in model.columns() if column.lasting]
