"""Report to `HookSet.check_in` that a command has started, runs, has finished or has failed."""

from __future__ import annotations

from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.management.base import CommandError

from pinax.stripe.conf import without_secrets
from pinax.stripe.hooks import notify
from pinax.stripe.monitoring import CheckIn, State
from pinax.stripe.operations.activity import INTERVAL

if TYPE_CHECKING:
    from collections.abc import Iterator


class Run:
    """A run of a command, and when it was last reported."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.id = str(uuid4())
        self.started = self.reported = monotonic()

    def report(self, state: State, problem: str = "") -> None:
        """Call the hook; its errors are logged, and stop nothing."""
        self.reported = monotonic()
        notify("check_in", CheckIn(self.command, state, self.id, self.reported - self.started, problem))

    def running(self) -> None:
        """Report that the run goes on, unless something was reported less than a minute ago."""
        if monotonic() - self.reported >= INTERVAL:
            self.report(State.RUNNING)

    def failing(self, error: BaseException) -> None:
        """Report an error after which the run goes on; the same limit applies."""
        if monotonic() - self.reported >= INTERVAL:
            self.report(State.FAILED, _words(error))


@contextmanager
def checked_in(command: str) -> Iterator[Run]:
    """Report the start and the end of a block, which is a run of a command."""
    run = Run(command)
    run.report(State.STARTED)
    try:
        yield run
    except BaseException as error:
        run.report(State.FAILED, _words(error))
        raise
    run.report(State.FINISHED)


def _words(error: BaseException) -> str:
    """Return a command's own words; of another error the type only, since its message may quote anything."""
    return without_secrets(str(error)) if isinstance(error, CommandError) else type(error).__name__
