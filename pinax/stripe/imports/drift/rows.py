"""Read rows in order to compare them: with the ids of the objects that they reference, many in one query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F

from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pinax.stripe.models import StripeObject
    from pinax.stripe.models.fields import Reference

#: How many primary keys share a block of `Keys`.
BLOCK = 1024


def rows_by_id(model: type[StripeObject], same: Mapping[str, Any], ids: Collection[str]) -> dict[str, StripeObject]:
    """Return rows of one model by their ids, tombstones too; one query. `referenced_id` reads their references.

    Args:
        model: the model.
        same: the other columns that identify a row: account, mode, type.
        ids: the ids at Stripe.
    """
    if not ids:
        return {}
    named = {_name(column): F(f"{column.name}__stripe_id") for column in model.references()}
    rows = from_primary(model.all_objects.filter(**same, stripe_id__in=list(ids)).annotate(**named))
    return {row.stripe_id: row for row in rows}


def referenced_id(row: StripeObject, column: Reference[Any, Any]) -> str:
    """Return the id of the object that a row of `rows_by_id` references; empty if there is none."""
    return getattr(row, _name(column)) or ""


def _name(column: Reference[Any, Any]) -> str:
    return f"{column.name}_stripe_id"


class Keys:
    """A set of primary keys that takes about a bit for each: a million rows that lie together take 200 kB."""

    def __init__(self) -> None:
        self._blocks: dict[int, int] = {}

    def add(self, pk: int) -> None:
        """Add a primary key."""
        block, bit = divmod(pk, BLOCK)
        self._blocks[block] = self._blocks.get(block, 0) | 1 << bit

    def __contains__(self, pk: int) -> bool:
        block, bit = divmod(pk, BLOCK)
        return bool(self._blocks.get(block, 0) >> bit & 1)
