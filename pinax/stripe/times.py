"""Stripe's moments: whole Unix seconds in, aware datetimes in UTC out."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple


class Asked(NamedTuple):
    """When Stripe was asked and when it answered, by its own clock.

    Attributes:
        at: no later than the question: what had happened before is in the answer.
        answered_at: no earlier than the answer was made, but for parts of its second.
    """

    at: datetime
    answered_at: datetime


#: The last second of the year 9998, in UTC: every time zone can still show it in its own time.
LAST_SECOND = 253_370_764_799


def is_timestamp(value: object) -> bool:
    """Whether ``value`` is a moment as Stripe writes it: whole Unix seconds from 1970 to 9998."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_SECOND


def from_timestamp(value: object) -> datetime | None:
    """Return the moment of whole Unix seconds, or None where ``value`` is no such number."""
    if not is_timestamp(value):
        return None
    assert isinstance(value, int)  # noqa: S101  (is_timestamp has looked; this is for the type checker)
    return datetime.fromtimestamp(value, tz=UTC)


def from_http_date(value: str | None) -> datetime | None:
    """Return the moment of an HTTP ``Date`` header, or None where there is none that can be read."""
    try:
        moment = parsedate_to_datetime(value or "").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if is_timestamp(int(moment.timestamp())) else None
