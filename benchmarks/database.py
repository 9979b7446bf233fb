"""The run's own database, empty at the beginning and gone at the end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def own_database() -> Iterator[str]:
    """Make a database with the tables of all apps, use it, and delete it; returns its name."""
    before = connection.settings_dict["NAME"]
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield str(name)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
