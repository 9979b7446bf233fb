"""Conversion of Stripe's timestamps to aware datetimes in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple


class Asked(NamedTuple):
    """The times of a request to Stripe and of its response, by Stripe's clock.

    Attributes:
        at: not later than the request: changes before this are in the response.
        answered_at: the time of the response, in whole seconds.
    """

    at: datetime
    answered_at: datetime


#: The last second of the year 9998 in UTC, which is a valid datetime in every time zone.
LAST_SECOND = 253_370_764_799


def is_timestamp(value: object) -> bool:
    """Whether ``value`` is a Unix timestamp in whole seconds, between 1970 and 9998."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_SECOND


def from_timestamp(value: object) -> datetime | None:
    """Return the datetime of a Unix timestamp, or None if ``value`` is not one."""
    if not is_timestamp(value):
        return None
    assert isinstance(value, int)  # noqa: S101  (is_timestamp has checked it; this is for the type checker)
    return datetime.fromtimestamp(value, tz=UTC)


def from_http_date(value: str | None) -> datetime | None:
    """Return the datetime of an HTTP ``Date`` header, or None if it is missing or invalid."""
    try:
        moment = parsedate_to_datetime(value or "").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if is_timestamp(int(moment.timestamp())) else None
