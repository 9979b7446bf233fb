"""Statements that Django's ORM compiles once for each connection; later runs only bind new values.

Building and compiling the same query for every event costs the ORM more than all the rest of an event's processing.
The columns of a model never change at run time, so the SQL can be kept. It is Django's own SQL, for the database at
hand: a query is written with a `Parameter` in the place of each value, compiled by the ORM, and stored with the
connection.

`insert`, `insert_many`, `update` and `select` do what the ORM's own methods do, at a fraction of the CPU time. Used by
the steps of a delivery: `pinax.stripe.inbox.recording`, `attempts` and `deliveries`, `Event.transition`, and
`pinax.stripe.sync`. Everything else uses the ORM.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db import connections
from django.db.models import DateTimeField, Field, Q
from django.db.models.constants import OnConflict
from django.db.models.signals import post_save, pre_save
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.transaction import mark_for_rollback_on_error

from pinax.stripe.models.parameters import Parameter, bindings_of, bound

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model, QuerySet
    from django.db.models.sql.compiler import SQLCompiler

    from pinax.stripe.models.parameters import AnyField, Bindings

#: How many rows a compiled statement inserts at most; the ORM inserts more.
MOST_ROWS: Final = 8

#: How many statements a connection keeps; after that, it starts again with none.
MOST_KEPT: Final = 1000


class _Statement(NamedTuple):
    sql: str
    bindings: Bindings
    compiler: SQLCompiler | None = None
    converters: dict[int, Any] | None = None


def insert(instance: Model, alias: str) -> None:
    """Insert a new row, and set the instance's primary key; as ``save(force_insert=True)`` does.

    Raises:
        django.db.IntegrityError: the row violates a constraint.
    """
    model = type(instance)
    if pre_save.has_listeners(model) or post_save.has_listeners(model):
        instance.save(force_insert=True, using=alias)
        return
    connection = connections[alias]
    statement = _compiled(
        connection, ("insert", model), lambda: _insertion(connection, InsertQuery(model), 1, [_key(model)])
    )
    with mark_for_rollback_on_error(alias), connection.cursor() as cursor:
        cursor.execute(statement.sql, bound(statement.bindings, [_values(instance)]))
        if connection.features.can_return_columns_from_insert:
            instance.pk = cursor.fetchone()[0]
        else:
            column = str(_key(model).column)
            instance.pk = connection.ops.last_insert_id(cursor, model._meta.db_table, column)
    instance._state.adding = False
    instance._state.db = alias


def insert_many(
    rows: Sequence[Model],
    alias: str,
    *,
    update_fields: Sequence[str] = (),
    unique_fields: Sequence[str] = (),
    returning: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    """Insert rows of one model, and update or ignore those that exist; primary keys are not set.

    As ``bulk_create()`` does with ``update_conflicts``, or ``ignore_conflicts`` without ``update_fields``.

    Args:
        rows: the rows, at least one.
        alias: the database.
        update_fields: the names of the fields to update if a row exists; empty: it stays unchanged.
        unique_fields: the names of the fields that identify a row; ignored by MySQL and MariaDB.
        returning: the names of the fields to return of each row that was inserted; not with ``update_fields``.

    Returns:
        these values; none if the database cannot return them, or if there are more rows than `MOST_ROWS`.
    """
    connection, model = connections[alias], type(rows[0])
    names_key = connection.features.supports_update_conflicts_with_target
    unique = list(unique_fields) if names_key and update_fields else None
    if len(rows) > MOST_ROWS:
        conflicts: dict[str, Any] = {"ignore_conflicts": True}
        if update_fields:
            conflicts = {"update_conflicts": True, "update_fields": update_fields, "unique_fields": unique}
        model._base_manager.using(alias).bulk_create(rows, **conflicts)
        return []

    def query() -> InsertQuery:
        if not update_fields:
            return InsertQuery(model, on_conflict=OnConflict.IGNORE)
        fields = [model._meta.get_field(name) for name in update_fields]
        key = [model._meta.get_field(name) for name in unique or ()]
        return InsertQuery(model, on_conflict=OnConflict.UPDATE, update_fields=fields, unique_fields=key)

    # MariaDB, which does not name the key, may return rows that exist.
    returns = connection.features.can_return_rows_from_bulk_insert and names_key
    returned = [field_of(model, name) for name in returning] if returns else []
    statement = _compiled(
        connection,
        ("insert", model, len(rows), tuple(update_fields), tuple(returning)),
        lambda: _insertion(connection, query(), len(rows), returned),
    )
    with mark_for_rollback_on_error(alias), connection.cursor() as cursor:
        cursor.execute(statement.sql, bound(statement.bindings, [_values(row) for row in rows]))
        return cursor.fetchall() if returned else []


def update(model: type[Model], alias: str, values: Mapping[str, Any], *conditions: Q, **where: Any) -> int:
    """Update the rows that match, and return how many do; as ``filter(*conditions, **where).update(**values)`` does.

    Args:
        model: the model.
        alias: the database.
        values: the new values by attribute name; an expression is part of the compiled statement.
        conditions: fixed conditions. They are part of the compiled statement, so they hold no values of one event.
        where: values to compare with: a column name, or a lookup such as ``next_attempt_at__isnull``.
    """
    connection = connections[alias]
    expressions = {name: value for name, value in values.items() if hasattr(value, "resolve_expression")}
    # "= NULL" matches nothing, so a condition is compiled differently for None; and so is ``isnull`` for its value.
    fixed = {name: value for name, value in where.items() if value is None or name.endswith("__isnull")}
    free = {name: value for name, value in where.items() if name not in fixed}
    statement = _compiled(
        connection,
        ("update", model, tuple(values), tuple(expressions.items()), conditions, tuple(fixed.items()), tuple(free)),
        lambda: _updating(connection, model, {**dict.fromkeys(values), **expressions}, [*conditions, Q(**fixed)], free),
    )
    given = {**values, **{f"where {name}": value for name, value in free.items()}}
    with mark_for_rollback_on_error(alias), connection.cursor() as cursor:
        cursor.execute(statement.sql, bound(statement.bindings, [given]))
        return int(cursor.rowcount)


def select(
    key: Hashable | None, alias: str, rows: Callable[[], QuerySet[Any, Any]], values: Mapping[str, Any]
) -> list[Sequence[Any]]:
    """Return the rows of a query, as tuples.

    Args:
        key: identifies the query; None: it is compiled for this run only.
        alias: the database.
        rows: returns the query: a ``values_list()`` with a `Parameter` in the place of each value.
        values: the values by the names of the parameters.
    """
    connection = connections[alias]
    query = None if key is None else ("select", key)
    statement = _compiled(connection, query, lambda: _selection(rows().using(alias), alias))
    assert statement.compiler is not None  # noqa: S101  (for the type checker)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, bound(statement.bindings, [values]))
        found = cursor.fetchall()
    if not statement.converters:
        return list(found)
    return [tuple(row) for row in statement.compiler.apply_converters(found, statement.converters)]


def field_of(model: type[Model], name: str) -> AnyField:
    """Return the field of a column or of a lookup on it: ``customer_id``, ``created__lte``, ``pk``."""
    column = name.partition("__")[0]
    if column == "pk":
        return _key(model)
    field = model._meta.get_field(column)
    if not field.concrete:
        raise FieldDoesNotExist(f"{model.__name__} has no column {column!r}")
    return field


def _key(model: type[Model]) -> AnyField:
    return model._meta.pk


def _compiled(connection: BaseDatabaseWrapper, key: Hashable | None, compile_: Callable[[], _Statement]) -> _Statement:
    if key is None:
        return compile_()
    kept: dict[Hashable, _Statement] = vars(connection).setdefault("pinax_stripe_statements", {})
    statement = kept.get(key)
    if statement is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        statement = kept[key] = compile_()
    return statement


def _insertion(
    connection: BaseDatabaseWrapper, query: InsertQuery, number: int, returned: list[AnyField]
) -> _Statement:
    """Compile the insertion of so many rows.

    Args:
        connection: the database.
        query: the insertion, with what happens if a row exists.
        number: how many rows.
        returned: the fields that the statement returns, if the database can do that.
    """
    model = query.model
    assert model is not None  # noqa: S101  (for the type checker)
    fields = _inserted(model)
    rows = [{field.attname: Parameter(field.attname, field, row) for field in fields} for row in range(number)]
    query.insert_values(fields, [model(**row) for row in rows], raw=True)
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = returned if connection.features.can_return_columns_from_insert else []
    [(sql, params)] = compiler.as_sql()
    return _Statement(sql, bindings_of(params, connection))


def _values(row: Model) -> Mapping[str, Any]:
    """Return the values of a new row, as Django saves them: dates of creation are set."""
    return {**vars(row), **{field.attname: field.pre_save(row, True) for field in _set_when_saved(type(row))}}


@cache
def _inserted(model: type[Model]) -> list[AnyField]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@cache
def _set_when_saved(model: type[Model]) -> list[AnyField]:
    """Return the fields whose value is not the instance's."""
    return [
        field
        for field in _inserted(model)
        if type(field).pre_save not in {Field.pre_save, DateTimeField.pre_save}
        or (isinstance(field, DateTimeField) and (field.auto_now or field.auto_now_add))
    ]


def _updating(
    connection: BaseDatabaseWrapper,
    model: type[Model],
    values: Mapping[str, Any],
    conditions: Sequence[Q],
    free: Mapping[str, Any],
) -> _Statement:
    parameters = {name: Parameter(f"where {name}", field_of(model, name)) for name in free}
    query = model._base_manager.using(connection.alias).filter(*conditions, **parameters).query.chain(UpdateQuery)
    assert isinstance(query, UpdateQuery)  # noqa: S101  (for the type checker)
    query.add_update_values(
        {name: expression or Parameter(name, field_of(model, name)) for name, expression in values.items()}
    )
    sql, params = query.get_compiler(connection=connection).as_sql()
    return _Statement(sql, bindings_of(params, connection))


def _selection(rows: QuerySet[Any, Any], alias: str) -> _Statement:
    compiler = rows.query.get_compiler(using=alias)
    sql, params = compiler.as_sql()
    columns = [expression for expression, _, _ in compiler.select[: compiler.col_count]]
    return _Statement(sql, bindings_of(params, compiler.connection), compiler, compiler.get_converters(columns))
