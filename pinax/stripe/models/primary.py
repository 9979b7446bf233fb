"""The database that is written to; a replica may lag behind, and is no place to decide anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import router

if TYPE_CHECKING:
    from django.db import models

    Row = TypeVar("Row", bound=models.Model)


def primary(model: type[models.Model]) -> str:
    """Return the alias of the database that rows of ``model`` are written to."""
    return router.db_for_write(model)


def from_primary(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """Return the same rows, read from where they are written."""
    return rows.using(primary(rows.model))
