"""``manage.py stripe_process``."""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connections

from pinax.stripe.inbox.message import Outcome
from pinax.stripe.management.numbers import one_or_more, pause
from pinax.stripe.operations.retry import process_due

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections import Counter

logger = logging.getLogger("pinax.stripe")


class Command(BaseCommand):
    """Try the events that are due: never processed, failed and to be tried again, or left by a process that died."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be asked for."""
        add = parser.add_argument
        add("--limit", type=one_or_more, metavar="N", help="At most so many events; all that are due, if not given.")
        add("--forever", action="store_true", help="Go on looking for due events until told to stop (Ctrl-C, SIGTERM).")
        add(
            "--interval",
            type=pause,
            default=5.0,
            metavar="SECONDS",
            help="How long to rest in between; 5 if not given.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Process once, or for ever, and say what came of it."""
        if options["forever"]:
            self._for_ever(options["limit"], options["interval"])
            return
        outcomes = process_due(options["limit"])
        self._report(outcomes)
        if outcomes[Outcome.RETRY]:
            raise CommandError(f"{outcomes[Outcome.RETRY]} failed; their errors are kept with the events")

    def _for_ever(self, limit: int | None, interval: float) -> None:
        stopped = threading.Event()
        _on_signals(stopped)
        while not stopped.is_set():
            try:
                close_old_connections()
                outcomes = process_due(limit, stop=stopped.is_set)
            except DatabaseTrouble:
                # It is away, or read-only for a failover: what was taken is due again later, and so is this loop.
                logger.exception("the database cannot be used; looking again in %s seconds", interval)
                connections.close_all()
            else:
                if outcomes:
                    self._report(outcomes)
            stopped.wait(interval)

    def _report(self, outcomes: Counter[Outcome]) -> None:
        numbers = [f"{number} {outcome.value}" for outcome, number in outcomes.items()]
        self.stdout.write(", ".join(numbers) or "nothing is due")
        self.stdout.flush()


def _on_signals(stopped: threading.Event) -> None:
    """Let Ctrl-C and a service manager's SIGTERM end the loop after the event at hand."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
