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
#: The first second of Unix time.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The maximum length of an ISO 8601 timestamp, in characters: with nanoseconds and an offset, it has 35.
LONGEST_ISO = 40


def is_timestamp(value: object) -> bool:
    """Whether ``value`` is a Unix timestamp in whole seconds, between 1970 and 9998."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_SECOND


def from_timestamp(value: object) -> datetime | None:
    """Return the datetime of a Unix timestamp, or None if ``value`` is not one."""
    if not is_timestamp(value):
        return None
    assert isinstance(value, int)  # noqa: S101  (is_timestamp has checked it; this is for the type checker)
    return datetime.fromtimestamp(value, tz=UTC)


def from_iso(value: object) -> datetime | None:
    """Return the datetime of an ISO 8601 timestamp, as in API v2, or None if ``value`` is not one.

    Fractions of a second are truncated to microseconds.
    """
    if not isinstance(value, str) or len(value) > LONGEST_ISO:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if EPOCH <= moment <= datetime.fromtimestamp(LAST_SECOND, tz=UTC) else None


def from_http_date(value: str | None) -> datetime | None:
    """Return the datetime of an HTTP ``Date`` header, or None if it is missing or invalid."""
    try:
        moment = parsedate_to_datetime(value or "").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if is_timestamp(int(moment.timestamp())) else None
