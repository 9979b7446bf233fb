"""The parameters of compiled statements, and the conversion of their values for the database."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import BooleanField, CharField, DateTimeField, Expression, ForeignKey, IntegerField, TextField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Field
    from django.db.models.sql.compiler import SQLCompiler

    AnyField = Field[Any, Any]
    Convert = Callable[[Any], Any]


class Parameter(Expression):
    """A value that a compiled statement is run with.

    Args:
        name: the name of the value.
        field: the field that converts it for the database.
        row: which of the statement's rows it belongs to.
    """

    def __init__(self, name: str, field: AnyField, row: int = 0) -> None:
        super().__init__(output_field=field)
        self.name = name
        self.row = row

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Compile to a placeholder; `bound` replaces the parameter by its value."""
        return "%s", [self]


class _Binding(NamedTuple):
    """Where the value of a placeholder comes from, and how it is converted.

    Attributes:
        row: the row that it is in.
        name: its name there.
        by_type: what converts values of some types; None: nothing, they stay as they are.
        convert: what converts all others.
    """

    row: int
    name: Any
    by_type: Mapping[type, Convert | None]
    convert: Convert


class Bindings(NamedTuple):
    """The values of a statement's placeholders, in order; the constants among them are one more row."""

    bindings: list[_Binding]
    constants: Mapping[Any, Any]


def bindings_of(params: Iterable[Any], connection: BaseDatabaseWrapper) -> Bindings:
    """Return the bindings of the parameters and constants that the ORM has compiled a statement with."""
    constants = dict(enumerate(params))
    bindings = [
        _Binding(param.row, param.name, *_converter(param.output_field, connection))
        if isinstance(param, Parameter)
        else _Binding(-1, number, {type(param): None}, _as_it_is)
        for number, param in constants.items()
    ]
    return Bindings(bindings, constants)


def bound(bindings: Bindings, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the values of a statement's placeholders, as the database takes them.

    Args:
        bindings: the statement's bindings.
        rows: the values by name, for each of its rows.
    """
    values = [*rows, bindings.constants]
    return [
        value if (how := by_type.get(type(value := values[row][name]), convert)) is None else how(value)
        for row, name, by_type, convert in bindings.bindings
    ]


def _converter(field: AnyField, connection: BaseDatabaseWrapper) -> tuple[Mapping[type, Convert | None], Convert]:
    """Return what converts values of some types, and what converts all others.

    The fields themselves are slow to ask: most of them pass a value through five functions that return it unchanged.
    """
    convert = partial(field.get_db_prep_save, connection=connection)
    by_type: dict[type, Convert | None] = {type(None): None} if convert(None) is None else {}
    for known, unchanged in ((CharField, str), (TextField, str), (BooleanField, bool)):
        if _converts_as(field, known):
            by_type[unchanged] = None
    stored = field.target_field if isinstance(field, ForeignKey) else field
    if isinstance(stored, IntegerField):  # on PostgreSQL, Django has a subclass of int for each type of column
        kind = type(convert(1))
        by_type[int] = None if kind is int else kind
    if _converts_as(field, DateTimeField) and convert(_SAMPLE) is _SAMPLE:
        by_type[datetime] = _aware(convert)
    return by_type, convert


#: A datetime to see what a database makes of one.
_SAMPLE: Final = datetime(2020, 2, 2, tzinfo=UTC)


def _converts_as(field: AnyField, known: type[AnyField]) -> bool:
    names = ("get_db_prep_save", "get_db_prep_value", "get_prep_value")
    return isinstance(field, known) and all(getattr(type(field), name) is getattr(known, name) for name in names)


def _aware(convert: Convert) -> Convert:
    """Return the conversion for a database that takes aware datetimes as they are."""
    return lambda value: convert(value) if value.tzinfo is None else value


def _as_it_is(value: Any) -> Any:
    return value
