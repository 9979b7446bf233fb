"""Read the row of an object together with all rows that it references, in one query before the transaction."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import Value

from pinax.stripe.models import StripeObject
from pinax.stripe.models.instances import loaded
from pinax.stripe.models.parameters import Parameter
from pinax.stripe.models.primary import primary
from pinax.stripe.models.statements import field_of, select
from pinax.stripe.sync.lookup import COLUMNS, FoundRows, key_of, label, padded, parameters_of, rows_of, shape_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from pinax.stripe.sync.lookup import Shape
    from pinax.stripe.sync.snapshots import Snapshot


def read(snapshot: Snapshot) -> tuple[StripeObject | None, FoundRows]:
    """Return the current row, also if it is a tombstone, and the rows that the snapshot references; one query.

    The row has the columns that sync does not write, and its references; the others are deferred. It is None if there
    is none. Referenced rows that are missing are left out, and so are those that could be erased until the transaction
    begins, without a change of the row itself: rows of a person that the row does not reference yet.
    """
    model = snapshot.model
    groups, alias = padded(snapshot.targets - {(model, snapshot.key["stripe_id"])}), primary(model)
    shape = shape_of(groups)
    values = {
        **parameters_of(groups, snapshot.inner_scope),
        **{f"own {name}": value for name, value in snapshot.key.items()},
    }
    models = {other.__name__: other for other in groups}
    row, found = None, FoundRows()
    for name, stripe_id, pk, erased_at, *own in select(
        key_of("read", model, shape=shape), alias, lambda: _query(model, shape), values
    ):
        if name:
            found.put(models[name], stripe_id, pk, erased_at)
        else:
            values_of_row = {
                **snapshot.key,
                "id": pk,
                "erased_at": erased_at,
                **dict(zip(_columns(model), own, strict=True)),
            }
            row = loaded(model, alias, values_of_row)
    known = {(column.related_model, getattr(row, column.attname, None)) for column in model.references()}
    for (other, stripe_id), pk in list(found.items()):
        if not other.shared and (other, pk) not in known:
            found.drop((other, stripe_id))
    return row, found


def _query(model: type[StripeObject], shape: Shape) -> QuerySet[Any, Any]:
    own = _columns(model)
    key = {name: Parameter(f"own {name}", field_of(model, name)) for name in model.key_columns()}
    itself = model.all_objects.filter(**key).order_by().values_list(Value(""), *COLUMNS, *own)
    nothing = [Value(None, output_field=field_of(model, name)) for name in own]
    others = [rows_of(other, size).values_list(label(other.__name__), *COLUMNS, *nothing) for other, size in shape]
    return itself.union(*others, all=True) if others else itself


@cache
def _columns(model: type[StripeObject]) -> tuple[str, ...]:
    """Return the columns to read: references, all that sync does not write, and what implied updates depend on."""
    written = {"id", "data", "erased_at", *model.key_columns()}
    if model.implies is StripeObject.implies:
        kept = {column.attname for column in model.columns() if column.lasting or column.is_relation}
        written |= {"incomplete", *(column.attname for column in model.columns())} - kept
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname not in written)
