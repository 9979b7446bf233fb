"""``manage.py stripe_process``."""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import close_old_connections, connections

from pinax.stripe.inbox.message import Outcome
from pinax.stripe.management.options import add_concurrency, integer, pause
from pinax.stripe.operations.activity import PROCESS, Activity
from pinax.stripe.operations.alerting import report_alerts
from pinax.stripe.operations.check_ins import Run, checked_in
from pinax.stripe.operations.retry import process_due

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections import Counter
    from collections.abc import Callable

logger = logging.getLogger("pinax.stripe")


class Command(BaseCommand):
    """Process the events that are due: not processed yet, due for a retry, or abandoned by a process that died."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        add = parser.add_argument
        add("--limit", type=integer(1), metavar="N", help="At most this many events (default: all that are due).")
        add("--forever", action="store_true", help="Keep looking for due events until Ctrl-C or SIGTERM.")
        pause_help = "Pause between two rounds of --forever (default: 5)."
        add("--interval", type=pause, default=5.0, metavar="SECONDS", help=pause_help)
        add_concurrency(parser, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Process once or forever, and report the outcomes."""
        limit, concurrency = options["limit"], options["concurrency"]
        with checked_in(PROCESS) as run:
            if options["forever"]:
                self._run_forever(run, limit, options["interval"], concurrency)
            else:
                self._run_once(run, limit, concurrency)

    def _run_once(self, run: Run, limit: int | None, concurrency: int) -> None:
        activity = Activity(PROCESS)
        outcomes = process_due(limit, report=_reporting(activity, run), concurrency=concurrency)
        activity.record(at_once=True)
        report_alerts()
        self._report(outcomes)
        if outcomes[Outcome.RETRY]:
            raise CommandError(f"{outcomes[Outcome.RETRY]} failed; see the errors of these events")

    def _run_forever(self, run: Run, limit: int | None, interval: float, concurrency: int) -> None:
        stopped, activity = threading.Event(), Activity(PROCESS)
        report = _reporting(activity, run, report_alerts)
        _on_signals(stopped)
        while not stopped.is_set():
            try:
                close_old_connections()
                outcomes = process_due(limit, stop=stopped.is_set, report=report, concurrency=concurrency)
                report()
            except DatabaseError as error:
                # The database is down, or read-only during a failover: events that were claimed become due again.
                logger.exception("the database cannot be used; trying again in %s seconds", interval)
                connections.close_all()
                run.failing(error)
            else:
                if outcomes:
                    self._report(outcomes)
            stopped.wait(interval)

    def _report(self, outcomes: Counter[Outcome]) -> None:
        numbers = [f"{number} {outcome.value}" for outcome, number in outcomes.items()]
        self.stdout.write(", ".join(numbers) or "nothing is due")
        self.stdout.flush()


def _reporting(activity: Activity, run: Run, each_minute: Callable[[], None] = lambda: None) -> Callable[[], None]:
    """Return the function that records and reports that the command is active, and does more once a minute."""

    def report() -> None:
        if activity.record():
            each_minute()
        run.running()

    return report


def _on_signals(stopped: threading.Event) -> None:
    """Let Ctrl-C and a service manager's SIGTERM end the loop after the current event."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
