"""Pagination of lists that may have millions of rows."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.paginator import Paginator

if TYPE_CHECKING:
    from django.db.models import QuerySet

    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

#: How many rows are counted and can be paged through; search and filters find the others.
MOST_LISTED: Final = 5_000


class AtLeast(int):
    """A number that is shown as "5000+": there are more."""

    def __str__(self) -> str:
        # Django would group the digits, and take the sign for one.
        return str(int(self)) if settings.USE_THOUSAND_SEPARATOR else f"{int(self)}+"


class BoundedPaginator(_Paginator):
    """Counts up to `MOST_LISTED` rows: the cost of counting all of them grows with the table."""

    @cached_property
    def _found(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]  # the admin always passes one
        return rows.order_by()[: MOST_LISTED + 1].count()

    @cached_property
    def count(self) -> int:
        """How many rows can be paged through."""
        return AtLeast(MOST_LISTED) if self.is_cut else self._found

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than can be paged through."""
        return self._found > MOST_LISTED
