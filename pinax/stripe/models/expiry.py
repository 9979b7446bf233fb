"""Queries for cards that have expired or will expire."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Q
from django.utils import timezone

from pinax.stripe.models.base import StripeObject
from pinax.stripe.models.querysets import StripeObjectQuerySet

if TYPE_CHECKING:
    from datetime import date
    from typing import Self

_Row_co = TypeVar("_Row_co", bound=StripeObject, covariant=True)


class ExpiringQuerySet(StripeObjectQuerySet[_Row_co]):
    """Rows with ``exp_year`` and ``exp_month``. A card is valid until the end of its month."""

    def expiring(self, before: date, *, after: date | None = None) -> Self:
        """Cards that are valid in the month of ``after`` (default: now), and have expired by that of ``before``."""
        since = after or timezone.now()
        return self.filter(~_is_over(since), _is_over(before))

    def expired(self, now: date | None = None) -> Self:
        """Cards that expired before the month of ``now``."""
        return self.filter(_is_over(now or timezone.now()))


def _is_over(moment: date) -> Q:
    """Return the filter for cards that have expired at ``moment``."""
    return Q(exp_year__lt=moment.year) | Q(exp_year=moment.year, exp_month__lt=moment.month)
