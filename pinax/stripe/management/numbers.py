"""Numbers that are typed as options, with an error that says what is asked for."""

from __future__ import annotations

import math
from argparse import ArgumentTypeError
from datetime import timedelta

#: A hundred years, in days: what is longer is a mistake.
LONGEST = 36_500


def whole(text: str) -> int:
    """Return a whole number, 0 or more."""
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f"{text!r} is no whole number of 0 or more")
    return int(text)


def one_or_more(text: str) -> int:
    """Return a whole number, 1 or more."""
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number of 1 or more")
    return int(text)


def pause(text: str) -> float:
    """Return a number of seconds to wait for, more than 0 and a day at most."""
    number = _finite(text)
    if number is None or not 0 < number <= timedelta(days=1).total_seconds():
        raise ArgumentTypeError(f"{text!r} is no number of seconds above 0, a day (86400) at most")
    return number


def seconds(text: str) -> timedelta:
    """Return so many seconds, 0 or more."""
    return _length(text, timedelta(seconds=1), "seconds")


def days(text: str) -> timedelta:
    """Return so many days, 0 or more."""
    return _length(text, timedelta(days=1), "days")


def _length(text: str, unit: timedelta, name: str) -> timedelta:
    number = _finite(text)
    if number is None or not 0 <= number * unit.total_seconds() <= timedelta(days=LONGEST).total_seconds():
        raise ArgumentTypeError(f"{text!r} is no number of {name}, 0 or more")
    return number * unit


def _finite(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
