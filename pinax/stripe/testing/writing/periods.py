"""Billing periods: months as in the calendar, counted from an anchor."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Final

from pinax.stripe.testing.objects.shape import Json

#: How long before the end of a trial it is announced, in seconds.
TRIAL_ANNOUNCED: Final = 3 * 24 * 60 * 60
MONTHS: Final = {"month": 1, "year": 12}
DAYS: Final = {"day": 1, "week": 7}


def later(moment: int, *, months: int = 0, days: float = 0) -> int:
    """Return a time so many calendar months and days later; the last day of a month if it is shorter.

    Args:
        moment: in Unix seconds.
        months: calendar months; 12 of them are a year.
        days: days of 24 hours.
    """
    at = datetime.fromtimestamp(moment, tz=UTC)
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = min(at.day, monthrange(year, month + 1)[1])
    return int((at.replace(year=year, month=month + 1, day=day) + timedelta(days=days)).timestamp())


def end_of_period(start: int, anchor: int, recurring: Json) -> int:
    """Return the end of the period that begins at ``start``: the next time counted from the anchor.

    Args:
        start: in Unix seconds.
        anchor: a time at which a period begins; the 31st is the last day of shorter months.
        recurring: the interval of a price.
    """
    unit, count = recurring["interval"], recurring.get("interval_count") or 1
    if unit in DAYS:
        return later(start, days=DAYS[unit] * count)
    number = 1
    while (end := later(anchor, months=MONTHS[unit] * count * number)) <= start:
        number += 1
    return end


def begun(items: Json, start: int) -> Json:
    """Return the items of a subscription in the period that begins at ``start``, from which all further ones count."""
    ends = [end_of_period(start, start, item["price"]["recurring"]) for item in items["data"]]
    periods = [{"current_period_start": start, "current_period_end": end} for end in ends]
    return items | {"data": [item | period for item, period in zip(items["data"], periods, strict=True)]}


def period_of(subscription: Json) -> tuple[int, int]:
    """Return the current period of a subscription, which its items have."""
    items = subscription["items"]["data"]
    return min(one["current_period_start"] for one in items), min(one["current_period_end"] for one in items)
