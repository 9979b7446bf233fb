"""Updates that one object implies for others that it references: a dispute marks its charge as disputed.

Only facts that stay true are written, so the order of events does not matter. They are written to the other object's
row, which may still be a stub, and no later copy of that object clears them (``lasting`` columns).
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Case, F, Value, When

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pinax.stripe.models import StripeObject


class ImpliedUpdate(NamedTuple):
    """A value for one column of another object's row."""

    model: type[StripeObject]
    pk: int
    column: str
    value: Any


def implied_updates(row: StripeObject) -> set[ImpliedUpdate]:
    """Return the updates that a row implies for the rows that it references."""
    updates = set()
    for implied in row.implies():
        reference: Any = type(row)._meta.get_field(implied.reference)
        pk = getattr(row, reference.attname)
        if pk is not None:
            model = reference.related_model
            column = model._meta.get_field(implied.column).attname
            updates.add(ImpliedUpdate(model, pk, column, row.pk if implied.value is None else implied.value))
    return updates


def write_implied_updates(updates: Iterable[ImpliedUpdate]) -> None:
    """Write the updates, with one statement for each column."""
    by_column: defaultdict[tuple[type[StripeObject], str], dict[int, Any]] = defaultdict(dict)
    for update in sorted(updates, key=lambda update: (update.model.__name__, update.column, update.pk)):
        by_column[update.model, update.column][update.pk] = update.value
    for (model, column), values in by_column.items():
        whens = [When(pk=pk, then=Value(value)) for pk, value in values.items()]
        field: Any = next(field for field in model.columns() if field.attname == column)
        new_value = Case(*whens, default=F(column), output_field=field)
        model.all_objects.filter(pk__in=values).update(**{column: new_value})


def copy_lasting_values(row: StripeObject, before: StripeObject) -> None:
    """Copy the values of lasting columns that ``row`` lacks from ``before``, the row that it replaces."""
    for column in row.columns():
        if column.lasting and not getattr(row, column.attname):
            setattr(row, column.attname, getattr(before, column.attname) or getattr(row, column.attname))


@cache
def lasting_columns(model: type[StripeObject]) -> list[str]:
    """Return the names of the columns that a copy of the object without a value does not clear."""
    return [column.attname for column in model.columns() if column.lasting]
