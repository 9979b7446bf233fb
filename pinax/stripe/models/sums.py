"""Sums of amounts, in minor units and separately for each currency."""

from __future__ import annotations

from datetime import UTC
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django.db.models import Count, DateField, QuerySet, Sum
from django.db.models.functions import TruncMonth

from pinax.stripe.exceptions import UnknownTimeZone
from pinax.stripe.models.base import StripeObject
from pinax.stripe.models.querysets import StripeObjectQuerySet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from django.db.models.expressions import Combinable

_Row_co = TypeVar("_Row_co", bound=StripeObject, covariant=True)


class _Month(TruncMonth):
    """The first day of a month; MySQL and MariaDB give NULL for every month of a time zone that they do not know."""

    def convert_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None and not _converts(connection, self.get_tzname()):
            raise UnknownTimeZone(
                f"The database does not know the time zone {self.get_tzname()}. On MySQL and MariaDB, load the time "
                "zone tables: mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql -u root mysql"
            )
        return super().convert_value(value, expression, connection)


def _converts(connection: Any, tzname: str | None) -> bool:
    """Whether the database can truncate a datetime in this time zone."""
    sql, params = connection.ops.date_trunc_sql("month", "CURRENT_TIMESTAMP", (), tzname)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", params)
        return cursor.fetchone()[0] is not None


class SummableQuerySet(StripeObjectQuerySet[_Row_co]):
    """Rows with an amount and a currency, which can be summed.

    The sums are dictionaries with ``currency``, ``count``, ``total`` and the sums that the model adds. They combine
    modes and accounts: filter with ``in_livemode()`` and ``of_account(…)`` before.
    """

    #: The summed expressions, by their names in the result.
    sums: ClassVar[Mapping[str, Combinable]] = MappingProxyType({"total": Sum("amount", default=0)})

    def by_currency(self) -> QuerySet[_Row_co, dict[str, Any]]:
        """A sum for each currency."""
        return self._summed("currency")

    def per_month(self, tz: tzinfo = UTC) -> QuerySet[_Row_co, dict[str, Any]]:
        """A sum for each month and currency; ``month`` is the month's first day.

        Args:
            tz: the time zone of the months. MySQL and MariaDB need their time zone tables for others than UTC.

        Raises:
            UnknownTimeZone: when the rows are read, if the database does not know it.
        """
        month = _Month("created", output_field=DateField(), tzinfo=tz)
        return self._summed("month", "currency", month=month)

    def _summed(self, *names: str, **computed: Combinable) -> QuerySet[_Row_co, dict[str, Any]]:
        rows = self.annotate(**computed).order_by(*names).values(*names).annotate(count=Count("pk"), **self.sums)
        return cast("QuerySet[_Row_co, dict[str, Any]]", rows)
