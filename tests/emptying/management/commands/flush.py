"""Empty the tables that have rows, instead of every table.

Django runs ``flush`` after each test with ``transaction=True``. Its own command empties all tables and then creates
content types and permissions again, which takes longer than most of the tests do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.commands import flush
from django.db import connections

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

#: What ``migrate`` filled: Django's command would empty and fill it again.
FILLED_BY_MIGRATE = {"django_content_type", "auth_permission", "django_migrations"}


def tables_with_rows(connection: BaseDatabaseWrapper) -> list[str]:
    """Ask for all tables in one statement."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    names = sorted(tables - FILLED_BY_MIGRATE)
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        return [name for name, has_rows in zip(names, cursor.fetchone(), strict=True) if has_rows]


class Command(flush.Command):
    """Django's command, for tests."""

    def handle(self, **options: Any) -> None:
        """Empty the tables that have rows; sequences go on."""
        connection = connections[options["database"]]
        deletes = [f"DELETE FROM {connection.ops.quote_name(name)}" for name in tables_with_rows(connection)]
        with connection.constraint_checks_disabled():
            connection.ops.execute_sql_flush(deletes)
