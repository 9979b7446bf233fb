"""Character sets and collations of MySQL and MariaDB.

``utf8mb3`` cannot store emoji. In a collation that ignores case, the coupons ``SPRING`` and ``spring`` are the same.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.apps import apps
from django.core.checks import Error, Tags, register
from django.db import DatabaseError, connections, transaction

from pinax.stripe.checks.databases import checked_database
from pinax.stripe.models import Event
from pinax.stripe.models.fields import StripeId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.core.checks import CheckMessage

#: The character set that covers all of Unicode.
WHOLE: Final = "utf8mb4"
#: The collation of columns with Stripe ids: :class:`~pinax.stripe.models.fields.StripeId`.
EXACT: Final = "utf8mb4_bin"
#: How many columns a message names; the statements in its hint cover all of them.
SHOWN: Final = 3

_COLUMNS: Final = """
    SELECT table_name, column_name, column_type, is_nullable, character_set_name, collation_name
    FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name LIKE 'pinaxstripe\\_%' AND character_set_name IS NOT NULL
    ORDER BY table_name, ordinal_position
"""
_DEFAULTS: Final = "SELECT @@character_set_database, @@character_set_connection"


class Column(NamedTuple):
    """A text column, as described by ``information_schema``."""

    table: str
    name: str
    type: str
    nullable: str
    character_set: str
    collation: str


@register(Tags.database)
def character_sets(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Columns, the database's default and the connection cover all of Unicode; ids are compared with their case."""
    alias = checked_database(databases)
    if alias is None or connections[alias].vendor != "mysql":
        return []
    try:
        with transaction.atomic(alias), connections[alias].cursor() as cursor:
            cursor.execute(_COLUMNS)
            columns = [Column(*row) for row in cursor.fetchall()]
            cursor.execute(_DEFAULTS)
            default, connection = cursor.fetchone()
    except DatabaseError:
        return []
    return list(findings(columns, default, connection))


def findings(columns: Sequence[Column], default: str, connection: str) -> Iterator[CheckMessage]:
    """Yield the problems of these columns, the database's default and the connection's character set."""
    ids = _columns_of_ids()
    narrow = [column for column in columns if column.character_set != WHOLE]
    caseless = [column for column in columns if column[:2] in ids and column.collation != EXACT]
    if narrow:
        yield _no_emoji(f"Columns that cannot hold every character: {_names(narrow)}", _statements(narrow, ids))
    elif default != WHOLE:
        yield _no_emoji(
            f"New tables of this database would use {default}, which cannot hold every character",
            f"Before you run migrate: ALTER DATABASE … CHARACTER SET {WHOLE}.",
        )
    if connection != WHOLE:
        yield _no_emoji(
            f"The connection to the database uses {connection}, which cannot represent every character",
            f'Add "OPTIONS": {{"charset": "{WHOLE}"}} to DATABASES, and remove SET NAMES from init_command.',
        )
    if caseless:
        yield Error(
            f"Columns of Stripe ids that ignore case: {_names(caseless)}. Coupons SPRING and spring would be one row.",
            hint=_statements(caseless, ids),
            id="pinax_stripe.E015",
        )


def _no_emoji(message: str, hint: str) -> CheckMessage:
    return Error(
        f"{message}: an event with an emoji in a name could not be stored, and would always be answered with 503.",
        hint=hint,
        id="pinax_stripe.E014",
    )


def _columns_of_ids() -> set[tuple[str, str | None]]:
    models = apps.get_app_config(Event._meta.app_label).get_models()
    fields = ((model._meta.db_table, field) for model in models for field in model._meta.concrete_fields)
    return {(table, field.column) for table, field in fields if isinstance(field, StripeId)}


def _names(columns: Sequence[Column]) -> str:
    shown = ", ".join(f"{column.table}.{column.name}" for column in columns[:SHOWN])
    return shown + (f" and {len(columns) - SHOWN} more" if len(columns) > SHOWN else "")


def _statements(columns: Sequence[Column], ids: set[tuple[str, str | None]]) -> str:
    """Return the statements that fix these columns, one for each table.

    ``CONVERT TO CHARACTER SET`` would be shorter, but it also resets the collation of ids.
    """
    lines = ["Stop the workers, and run:"]
    for table, its_columns in groupby(columns, key=lambda column: column.table):
        changes = (
            f"MODIFY `{column.name}` {column.type} CHARACTER SET {WHOLE}"
            f"{f' COLLATE {EXACT}' if column[:2] in ids else ''} {'NULL' if column.nullable == 'YES' else 'NOT NULL'}"
            for column in its_columns
        )
        lines.append(f"ALTER TABLE `{table}` {', '.join(changes)};")
    return "\n".join(lines)
