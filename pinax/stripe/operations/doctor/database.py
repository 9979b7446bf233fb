"""What the diagnoses ask the database itself: its isolation level, its time zones, how SQLite waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connections

from pinax.stripe.models import Event
from pinax.stripe.models.primary import primary

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_ISOLATION: Final = {
    "postgresql": "SELECT current_setting('default_transaction_isolation')",
    "mysql": "SELECT @@SESSION.tx_isolation",
}
_ISOLATION_OF_MYSQL: Final = "SELECT @@SESSION.transaction_isolation"


class Database(NamedTuple):
    """The database with the app's tables.

    Attributes:
        alias: its name in ``DATABASES``.
        vendor: ``postgresql``, ``mysql`` (MariaDB, too), ``sqlite``, …
        isolation: the isolation level of transactions, in lower case; empty if it is not known.
        knows_time_zones: whether it can convert datetimes into named time zones.
        begins_immediately: whether SQLite takes its lock at the beginning of a transaction; True for others.
    """

    alias: str
    vendor: str
    isolation: str = ""
    knows_time_zones: bool = True
    begins_immediately: bool = True


def ask() -> Database:
    """Ask the database with the app's tables.

    Raises:
        django.db.Error: it cannot be asked.
    """
    alias = primary(Event)
    connection = connections[alias]
    options = connection.settings_dict.get("OPTIONS") or {}
    mode = str(options.get("transaction_mode") or "")
    return Database(
        alias,
        connection.vendor,
        _isolation(connection),
        knows_time_zones=_knows_time_zones(connection),
        begins_immediately=connection.vendor != "sqlite" or mode.upper() in {"IMMEDIATE", "EXCLUSIVE"},
    )


def _isolation(connection: BaseDatabaseWrapper) -> str:
    statement = _ISOLATION.get(connection.vendor)
    if statement is None:
        return ""
    if connection.vendor == "mysql" and not connection.mysql_is_mariadb:  # type: ignore[attr-defined]  # MySQL's own
        statement = _ISOLATION_OF_MYSQL
    return str(_value(connection, statement)).replace("-", " ").lower()


def _knows_time_zones(connection: BaseDatabaseWrapper) -> bool:
    if connection.vendor != "mysql":
        return True
    return _value(connection, "SELECT CONVERT_TZ('2026-01-01 00:00:00', 'UTC', 'Europe/Berlin')") is not None


def _value(connection: BaseDatabaseWrapper, statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]
