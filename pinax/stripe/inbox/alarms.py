"""What of how things stand is cause for alarm, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.inbox.status import Status


class Level(IntEnum):
    """How bad it is; the numbers are the exit codes that monitoring knows."""

    FINE = 0
    WARNING = 1
    CRITICAL = 2


class Alarm(NamedTuple):
    """One thing that somebody should look at, and how soon."""

    level: Level
    message: str


@dataclass(frozen=True)
class Limits:
    """What is still fine.

    Attributes:
        warn_age: how long the oldest pending event may wait before that is a warning.
        max_age: … and before it is critical.
        max_given_up: how many events may be given up; more is critical.
        max_invalid: how many invalid events may come in a day; more is a warning.
        max_lag: how late 95 of 100 events may come; more is a warning.
        max_silence: how long nothing may come; None: for ever. More is a warning.
        max_behind: how old a cursor of ``stripe_reconcile`` may be; older is critical: Stripe lists 30 days.
    """

    warn_age: timedelta = timedelta(minutes=15)
    max_age: timedelta = timedelta(hours=1)
    max_given_up: int = 0
    max_invalid: int = 10
    max_lag: timedelta = timedelta(minutes=5)
    max_silence: timedelta | None = None
    max_behind: timedelta = timedelta(days=25)


def alarms(status: Status, limits: Limits) -> list[Alarm]:
    """Return what is beyond its limit, the worst first; nothing where all is fine."""
    return sorted(_found(status, limits), key=lambda alarm: -alarm.level)


def worst(found: list[Alarm]) -> Level:
    """Return the level of the whole."""
    return max((alarm.level for alarm in found), default=Level.FINE)


def span(time: timedelta) -> str:
    """Return a length of time as people say it: ``12 s``, ``34 min``, ``5.2 h``, ``3.1 days``."""
    seconds = time.total_seconds()
    for unit, size, places in (("days", 86_400, 1), ("h", 3_600, 1), ("min", 60, 0)):
        if abs(seconds) >= 2 * size:
            return f"{seconds / size:.{places}f} {unit}"
    return f"{seconds:.3g} s" if abs(seconds) < 10 else f"{seconds:.0f} s"  # noqa: PLR2004  (one digit before the dot)


def _found(status: Status, limits: Limits) -> Iterator[Alarm]:
    if status.given_up > limits.max_given_up:
        yield Alarm(Level.CRITICAL, f"{status.given_up} given up")
    if status.unreadable:
        yield Alarm(Level.CRITICAL, f"{status.unreadable} signed by Stripe and unreadable in 3 days")
    age = status.oldest_pending_age
    if age is not None and age > min(limits.warn_age, limits.max_age):
        level = Level.CRITICAL if age > limits.max_age else Level.WARNING
        counted = f"{status.due} due, {status.failing} failing"
        yield Alarm(level, f"the oldest pending event waits for {span(age)}; {counted}")
    if status.invalid > limits.max_invalid:
        yield Alarm(Level.WARNING, f"{status.invalid} invalid in 24 h")
    lag = status.lag[95]
    if lag is not None and lag > limits.max_lag:
        yield Alarm(Level.WARNING, f"5 of 100 events came {span(lag)} late or more")
    if limits.max_silence is not None:
        silence = status.at - status.last_received_at if status.last_received_at else None
        if silence is None or silence > limits.max_silence:
            yield Alarm(Level.WARNING, f"nothing received for {span(silence)}" if silence else "nothing received yet")
    for row in status.reconciliations:
        if status.behind(row) > limits.max_behind:
            yield Alarm(Level.CRITICAL, f"{row} not reconciled for {span(status.behind(row))}")
