"""Types of command options, with errors that say what a value has to be."""

from __future__ import annotations

import math
import re
from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from pinax.stripe import platforms
from pinax.stripe.exceptions import PinaxStripeError

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable

#: More threads than that only wait for Python's lock and for the rate limit.
MOST_THREADS: Final = 32
#: A hundred years: a longer duration is a mistake.
LONGEST: Final = timedelta(days=36_500)


def integer(least: int) -> Callable[[str], int]:
    """Return a type of integers."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or int(text) < least:
            raise ArgumentTypeError(f"{text!r} is not an integer of {least} or more")
        return int(text)

    return parse


def duration(**unit: float) -> Callable[[str], timedelta]:
    """Return a type of durations, given as a number of units: ``duration(days=1)``."""
    (name,), length = unit, timedelta(**unit)

    def parse(text: str) -> timedelta:
        number = _number(text)
        if not 0 <= number <= LONGEST / length:
            raise ArgumentTypeError(f"{text!r} is not a number of {name}, 0 or more")
        return number * length

    return parse


def pause(text: str) -> float:
    """Return a number of seconds to wait."""
    number = _number(text)
    if not 0 < number <= timedelta(days=1).total_seconds():
        raise ArgumentTypeError(f"{text!r} is not a number of seconds above 0, a day (86400) at most")
    return number


def rate(text: str) -> float:
    """Return a number of requests per second."""
    number = _number(text)
    if not 0 < number < math.inf:
        raise ArgumentTypeError(f"{text!r} is not a rate: a number of requests per second, above 0")
    return number


def concurrency(text: str) -> int:
    """Return a number of threads."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= MOST_THREADS:
        raise ArgumentTypeError(f"{text!r} is not a number of threads: an integer from 1 to {MOST_THREADS}")
    return number


def add_concurrency(parser: ArgumentParser, *, default: int) -> None:
    """Add ``--concurrency``."""
    words = "Threads, each with a database connection; always 1 on SQLite (default: %(default)s)."
    parser.add_argument("--concurrency", type=concurrency, default=default, metavar="N", help=words)


def moment(text: str) -> datetime:
    """Return a date or datetime in ISO 8601; without a UTC offset, it is in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date or datetime, such as 2026-11-25 or 2026-11-25T13:00") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def since(text: str) -> int:
    """Return the start of a day in UTC, in Unix seconds: of a date, or of so many days ago."""
    try:
        if text.isdecimal():
            day = datetime.now(tz=UTC) - timedelta(days=int(text))
        else:
            day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"{text!r} is not a date or number of days, such as 2026-11-25 or 30") from None
    return int(day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())


def platform(text: str) -> str:
    """Return the name of a platform that is configured."""
    try:
        found = platforms.find(text)
        known = "" if found else ", ".join(map(str, filter(None, platforms.names()))) or "none"
    except PinaxStripeError as error:
        raise ArgumentTypeError(str(error)) from error
    if found is None:
        raise ArgumentTypeError(f"{text!r} is not the name of a platform; these are configured: {known}")
    return text


def add_platform(parser: ArgumentParser, words: str) -> None:
    """Add ``--platform``."""
    parser.add_argument("--platform", type=platform, metavar="NAME", help=words)


def account(text: str) -> str:
    """Return the id of a connected account."""
    if not re.fullmatch(r"acct_\w{1,250}", text, re.ASCII):
        raise ArgumentTypeError(f"{text!r} is not the id of an account, acct_…")
    return text


def _number(text: str) -> float:
    """Return a number; "not a number" if it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
