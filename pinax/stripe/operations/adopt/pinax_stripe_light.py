"""The table of pinax-stripe-light 5: ``pinax_stripe_event``. It keeps no customers, and so no users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import models

from pinax.stripe.operations.adopt.old_rows import EventPage, OldEvent
from pinax.stripe.operations.adopt.tables import pages, parsed, raw, rows_of, table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from pinax.stripe.operations.adopt.old_rows import Leftover, OldCustomer

#: The table, with the columns that only this predecessor has.
TABLES: Final = {"pinax_stripe_event": {"message", "account_id"}}

_Event = table(
    "pinax_stripe_event",
    stripe_id=raw(),
    created_at=models.DateTimeField(),
    kind=raw(),
    livemode=models.BooleanField(),
    account_id=raw(),
    message=raw(),
    processed=models.BooleanField(),
)


class PinaxStripeLight:
    """The table of pinax-stripe-light 5.

    Args:
        platform: the name of the platform it belongs to; empty for the default one.
    """

    def __init__(self, platform: str = "") -> None:
        self.platform = platform

    def events(self, since: datetime, size: int) -> Iterator[EventPage]:
        """Yield the events that are processed; each was signed."""
        rows = rows_of(_Event).filter(created_at__gte=since, processed=True)
        for page in pages(rows, "stripe_id", size=size):
            yield EventPage({row["pk"]: row["stripe_id"] for row in page}, self._load)

    def _load(self, keys: Collection[Any]) -> Iterator[OldEvent]:
        columns = ("stripe_id", "kind", "livemode", "created_at", "message", "account_id")
        for row in rows_of(_Event).filter(pk__in=keys).values(*columns):
            yield OldEvent(
                row["stripe_id"],
                row["kind"],
                row["livemode"],
                row["created_at"],
                row["created_at"],
                parsed(row["message"]),
                row["account_id"] or "",
                self.platform,
            )

    def unprocessed(self, since: datetime) -> int:
        """Return how many events were not processed: they failed, or were of a type without a handler."""
        return rows_of(_Event).filter(created_at__gte=since, processed=False).count()

    def customers(self, size: int) -> Iterator[list[OldCustomer]]:
        """Yield nothing."""
        yield from ()

    def leftovers(self, size: int) -> Iterator[Leftover]:
        """Yield nothing."""
        yield from ()
