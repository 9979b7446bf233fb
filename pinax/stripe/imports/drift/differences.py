"""Compare one row with Stripe's object, field by field: the typed columns, and the paths in ``data``.

Some things are not differences, because two answers of Stripe's can have them without a change of the object:

- a field that only one copy has: it depends on the API version, and on what a request expands;
- an object with events of its own inside another one: only its id is compared, its content belongs to its own row;
- an id in one copy, and the object with this id in the other;
- links that Stripe makes again for each answer, and fields that change without an event.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pinax.stripe.imports.drift.rows import referenced_id
from pinax.stripe.models import model_of
from pinax.stripe.models.fields import Reference
from pinax.stripe.plain_json import id_of, same
from pinax.stripe.sync.embedded import owned_models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json

#: Objects with keys that the project or Stripe's features name: a key that only one copy has is a difference.
_MAPS: Final = frozenset({"capabilities", "metadata"})
#: Fields that Stripe makes again for each answer, or that change without an event.
_UNSTABLE: Final = frozenset(
    {"hosted_invoice_url", "invoice_pdf", "next_invoice_sequence", "receipt_url", "webhooks_delivered_at"}
)
#: Less than any difference between two values of a `Fraction`, which has twelve decimal places.
_NOTHING: Final = Decimal("1e-12")


class Difference(NamedTuple):
    """A field that differs.

    Attributes:
        field: the name of a column, or a path: ``"status"``, ``"data.metadata.plan"``.
        here: the row's value; of a reference, the id.
        there: the value of Stripe's object, as the column would have it.
    """

    field: str
    here: Any
    there: Any


class Parent(NamedTuple):
    """The object that contains another one, and the column with which the other one's row references it."""

    column: Reference[Any, Any] | None
    stripe_id: str


def differences(
    row: StripeObject, data: Json, *, parent: Parent | None = None, is_incomplete: bool = False
) -> list[Difference]:
    """Return the fields in which a row of `rows_by_id` differs from what a sync of Stripe's object would write.

    Args:
        row: the row. If it is erased, its columns with personal data are empty, and ``data`` has only some fields.
        data: Stripe's object.
        parent: the object that contains it.
        is_incomplete: whether a list in ``data`` is truncated; such lists are not compared.
    """
    found = [*_in_columns(row, data, parent)]
    if row.deleted_at:
        found.append(Difference("deleted_at", row.deleted_at, None))
    if row.incomplete and not is_incomplete:
        found.append(Difference("incomplete", here=True, there=False))
    skipped = {f"data.{one.path.partition('.')[0]}" for one in row.stripe_children} if is_incomplete else set()
    return found + [one for one in _in_json(row.data, data, "data", "") if not _is_below(one.field, skipped)]


def _in_columns(row: StripeObject, data: Json, parent: Parent | None) -> Iterator[Difference]:
    model = type(row)
    blank = model.nothing_personal() if row.erased_at else {}
    for column in model.columns():
        here: Any
        there: Any
        if isinstance(column, Reference):
            here = referenced_id(row, column)
            is_parent = parent is not None and parent.column is not None and column.name == parent.column.name
            there = parent.stripe_id if parent and is_parent else column.read(data) or ""
        else:
            here = getattr(row, column.attname)
            there = blank[column.attname] if column.attname in blank else column.read(data)
        if not _is_same(here, there) and not (column.lasting and not there):
            yield Difference(column.name, here, there)


def _in_json(here: Any, there: Any, path: str, name: str) -> Iterator[Difference]:
    """Yield the differences of two values; ``name`` is the key of the value, empty for the whole object."""
    if isinstance(here, dict) and isinstance(there, dict) and not (name and _has_own_row(here, there)):
        keys = here.keys() | there.keys() if name in _MAPS else here.keys() & there.keys()
        for key in sorted(keys - _UNSTABLE):
            yield from _in_json(here.get(key), there.get(key), f"{path}.{key}", key)
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        for number, (ours, theirs) in enumerate(zip(here, there, strict=True)):
            yield from _in_json(ours, theirs, f"{path}.{number}", str(number))
    elif isinstance(here, dict) or isinstance(there, dict):
        ids = id_of(here) or here, id_of(there) or there
        if not same(*ids):
            yield Difference(path, *ids)
    elif not _is_same(here, there):
        yield Difference(path, _with_ids(here), _with_ids(there))


def _has_own_row(here: Json, there: Json) -> bool:
    """Whether both are objects that are kept in a row of their own, with events of their own."""
    return all(
        isinstance(one.get("object"), str)
        and one["object"] != "list"
        and id_of(one)
        and model_of(one) not in owned_models()
        for one in (here, there)
    )


def _with_ids(value: Any) -> Any:
    """Return a list with ids in place of objects; another value as it is."""
    return [id_of(member) or member for member in value] if isinstance(value, list) else value


def _is_same(here: Any, there: Any) -> bool:
    if isinstance(here, Decimal) and isinstance(there, Decimal):
        return abs(here - there) < _NOTHING
    numbers = isinstance(here, int | float) and isinstance(there, int | float)
    if numbers and not (isinstance(here, bool) or isinstance(there, bool)):
        return bool(here == there)  # a database may return 1.0 as 1
    return same(here, there)


def _is_below(path: str, places: set[str]) -> bool:
    return any(path == place or path.startswith(f"{place}.") for place in places)
