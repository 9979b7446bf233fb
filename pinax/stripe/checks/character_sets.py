"""What MySQL and MariaDB can store: in ``utf8mb3`` no emoji, and Stripe's objects are full of what people write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.checks import Error, Tags, register
from django.db import DatabaseError, connections, transaction

from pinax.stripe.models import Event
from pinax.stripe.models.primary import primary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.core.checks import CheckMessage

#: The character set that holds all of Unicode.
WHOLE: Final = "utf8mb4"

_COLUMNS: Final = """
    SELECT DISTINCT table_name FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name LIKE 'pinaxstripe\\_%%' AND character_set_name <> %s
    ORDER BY table_name
"""
_DEFAULT: Final = "SELECT @@character_set_database, @@character_set_connection"


@register(Tags.database)
def character_sets(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Tables, the database's default and the connection take every character."""
    alias = primary(Event)
    if alias not in (databases or ()) or connections[alias].vendor != "mysql":
        return []
    try:
        with transaction.atomic(alias):
            return list(_found(alias))
    except DatabaseError:
        return []


def _found(alias: str) -> Iterator[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute(_COLUMNS, [WHOLE])
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(_DEFAULT)
        default, connection = cursor.fetchone()
    if tables:
        yield _error(
            f"Tables that cannot hold every character: {', '.join(tables[:3])}" + (", …" if len(tables) > 3 else ""),  # noqa: PLR2004
            "For each: ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4; then run migrate once more.",
        )
    elif default != WHOLE:
        yield _error(
            f"New tables of this database would be made in {default}, which cannot hold every character",
            "Before you run migrate: ALTER DATABASE … CHARACTER SET utf8mb4.",
        )
    if connection != WHOLE:
        yield _error(
            f"The connection to the database speaks {connection}, which cannot carry every character",
            'Add "OPTIONS": {"charset": "utf8mb4"} to DATABASES, and no init_command with another SET NAMES.',
        )


def _error(message: str, hint: str) -> CheckMessage:
    return Error(
        f"{message}: an event with an emoji in a name could not be stored, and would be answered 503 for ever.",
        hint=hint,
        id="pinax_stripe.E014",
    )
