"""The database that is written to: decisions must not be based on a replica, which may lag behind."""

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
    """Return the same query set, reading from the database that is written to."""
    return rows.using(primary(rows.model))
