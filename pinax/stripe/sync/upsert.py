"""Insert or update rows, many in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models.primary import primary
from pinax.stripe.models.statements import insert_many

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinax.stripe.models import StripeObject


def upsert(rows: Sequence[StripeObject], written: Sequence[str]) -> None:
    """Insert rows of one model; if a row exists, update the given columns.

    Args:
        rows: the rows, at least one; in an order in which all writers lock them.
        written: the names of the columns to update.
    """
    model = type(rows[0])
    insert_many(rows, primary(model), update_fields=written, unique_fields=model.key_columns())
