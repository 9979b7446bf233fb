"""Insert or update many rows in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections

from pinax.stripe.models.primary import primary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinax.stripe.models import StripeObject


def upsert(rows: Sequence[StripeObject], written: Sequence[str]) -> None:
    """Insert rows of one model, or update some columns of those that exist.

    Args:
        rows: at least one row, in the order in which all writers lock them.
        written: the names of the columns to update.
    """
    model = type(rows[0])
    # MySQL and MariaDB detect the conflict without being told which columns are unique.
    with_target = connections[primary(model)].features.supports_update_conflicts_with_target
    unique = model.key_columns() if with_target else None
    model.all_objects.bulk_create(rows, update_conflicts=True, update_fields=written, unique_fields=unique)
