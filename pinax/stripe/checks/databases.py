"""The database that checks with the tag ``database`` query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models import Event
from pinax.stripe.models.primary import primary

if TYPE_CHECKING:
    from collections.abc import Sequence


def checked_database(databases: Sequence[str] | None) -> str | None:
    """Return the alias of the database with the app's tables, or None if it is not one of those to check."""
    alias = primary(Event)
    return alias if alias in (databases or ()) else None
