"""What the hooks for monitoring are called with: check-ins of the commands, and alerts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class State(StrEnum):
    """The state of a command's run at a check-in."""

    STARTED = "started"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True)
class CheckIn:
    """What a command that has to run regularly reports to a monitor.

    Attributes:
        command: ``"stripe_process"`` or ``"stripe_reconcile"``.
        state: ``started`` and then ``finished`` or ``failed``; ``running`` once a minute in between. With
            ``--forever``, ``failed`` means that the database failed, and the run goes on.
        run: a UUID, the same for all check-ins of a run.
        seconds: how long ago the run started.
        problem: why it failed; without personal data, keys and secrets.
    """

    command: str
    state: State
    run: str
    seconds: float
    problem: str = ""


class Level(IntEnum):
    """The level of an alert; the numbers are the exit codes that monitoring systems use."""

    FINE = 0
    WARNING = 1
    CRITICAL = 2


#: The codes of alerts, and what each says when it is resolved.
RESOLVED: Final[Mapping[str, str]] = {
    "given_up": "no more events are given up than allowed",
    "no_live_key": "no live events are skipped without a key",
    "invalid_signed": "no events that a webhook secret signed are contradicted by Stripe",
    "unreadable": "no signed deliveries of the last 3 days were unreadable",
    "oldest_pending": "no event waits for too long",
    "process_idle": "stripe_process runs",
    "invalid": "the number of invalid events in 24 h is below the limit",
    "lag": "events are received in time",
    "silence": "events are received",
    "reconciliation_behind": "reconciled in time",
}


@dataclass(frozen=True)
class Alert:
    """An exceeded limit; or, for `HookSet.alert`, one that is not exceeded any more.

    Attributes:
        level: how bad it is, or was.
        message: what is wrong, in words; of a resolved one, that it is not any more.
        code: a key of `RESOLVED`, which stays the same while numbers in the message change.
        about: for ``"reconciliation_behind"``: the mode and the account, ``live mode acct_1``; else empty.
        since: when `HookSet.alert` was first called for it; None outside that hook.
        resolved: whether the limit is not exceeded any more.
    """

    level: Level
    message: str
    code: str
    about: str = ""
    since: datetime | None = None
    resolved: bool = False
