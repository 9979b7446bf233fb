"""Read the tables of a predecessor, page by page, through models that are not managed and not installed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.apps.registry import Apps
from django.db import connections, models

from pinax.stripe.inbox.transactions import database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import Model, QuerySet

#: The app label of the models; no app has it.
LABEL: Final = "pinax_stripe_predecessor"


def raw(column: str | None = None) -> models.Field[Any, Any]:
    """Return a field whose value is as the driver returns it: JSON as text, a key in the type of its column."""
    return models.TextField(db_column=column)


def table(name: str, *, key: str = "id", **fields: models.Field[Any, Any]) -> type[Model]:
    """Return a model of a table.

    Args:
        name: the table.
        key: the column of the primary key.
        fields: the columns that are read.
    """
    meta = type("Meta", (), {"apps": Apps(), "app_label": LABEL, "managed": False, "db_table": name})
    pk = models.BigAutoField(primary_key=True, db_column=key)
    return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, "key": pk, **fields})


def rows_of(model: type[Model]) -> QuerySet[Any]:
    """Return the rows of a table, in the database that events are written to."""
    return model._base_manager.using(database())


def pages(rows: QuerySet[Any], *columns: str, size: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows in pages, in the order of their keys, each row with its ``pk`` and these columns."""
    rows = rows.order_by("pk").values("pk", *columns)
    page = list(rows[:size])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1]["pk"])[:size])


def by_key(model: type[Model], keys: set[Any], value: str, *, key: str = "pk") -> Mapping[Any, Any]:
    """Return a column of the rows with these keys; None among the keys is left out."""
    rows = rows_of(model).filter(**{f"{key}__in": keys - {None}})
    return dict(rows.values_list(key, value))


def columns_of_tables(*names: str) -> dict[str, frozenset[str]]:
    """Return the names of the columns of those of these tables that exist."""
    connection = connections[database()]
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor)) & set(names)
        describe = connection.introspection.get_table_description
        return {name: frozenset(column.name for column in describe(cursor, name)) for name in there}


def target_of(table_name: str, column: str) -> tuple[str, str] | None:
    """Return the table and the column that a foreign key references; None if the database knows of none."""
    connection = connections[database()]
    with connection.cursor() as cursor:
        found = connection.introspection.get_relations(cursor, table_name).get(column)
    return (found[1], found[0]) if found else None


def parsed(text: Any) -> Any:
    """Return the value of a column with JSON; None if it cannot be read."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
