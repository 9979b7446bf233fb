"""``manage.py stripe_status``."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from pinax.stripe.management.options import duration, integer
from pinax.stripe.monitoring import Alert, Level
from pinax.stripe.operations.activity import STATUS, Activity
from pinax.stripe.operations.alerting import report_changes
from pinax.stripe.operations.health import Limits, Status, alerts, span, status, worst

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from pinax.stripe.models import Reconciliation


class Command(BaseCommand):
    """Report the state of event processing, for people and for monitoring. Exit codes: 0 ok, 1 warning, 2 critical."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        add = parser.add_argument
        seconds: dict[str, Any] = {"type": duration(seconds=1), "metavar": "SECONDS"}
        number: dict[str, Any] = {"type": integer(0), "metavar": "N"}
        days: dict[str, Any] = {"type": duration(days=1), "metavar": "DAYS"}
        add("--json", action="store_true", help="Write JSON.")
        add("--alert", action="store_true", help="Call HookSet.alert with alerts that are new or resolved.")
        add("--warn-age", **seconds, help="Warn if the oldest pending event waits longer (default: 900).")
        add("--max-age", **seconds, help="Critical if the oldest pending event waits longer (default: 3600).")
        add("--max-given-up", **number, help="Critical if more events are given up (default: 0).")
        add("--max-invalid", **number, help="Warn if more invalid events were received in 24 h (default: 10).")
        add("--max-lag", **seconds, help="Warn if more than 5 %% of events are received later (default: 300).")
        add("--max-silence", **seconds, help="Warn if no event was received for so long (default: not checked).")
        idle = "Warn if stripe_process has not run for so long (default: 3600)."
        add("--max-idle", **seconds, help=idle)
        add("--max-behind", **days, help="Critical if a reconciliation is further behind (default: 25).")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the report; the exit code is the worst level of the alerts."""
        names = [field.name for field in fields(Limits)]
        given = {name: options[name] for name in names if options.get(name) is not None}
        try:
            now = status()
            found = alerts(now, Limits(**given))
            if options["alert"]:
                Activity(STATUS).record()
                report_changes(found)
        except DatabaseError as error:
            message = f"critical: the database cannot be queried: {error}"
            raise CommandError(message, returncode=Level.CRITICAL) from error
        if options["json"]:
            self.stdout.write(json.dumps(_facts(now, found), indent=2))
        else:
            for name, words in _lines(now):
                self.stdout.write(f"{name:<16}{words}")
        if found:
            messages = "; ".join(f"{alert.level.name.lower()}: {alert.message}" for alert in found)
            raise CommandError(messages, returncode=worst(found))


def _facts(now: Status, found: list[Alert]) -> dict[str, Any]:
    """Return everything for JSON: datetimes in ISO 8601 and UTC, durations in seconds."""
    return {
        "state": worst(found).name.lower(),
        "alerts": [_alert(alert) for alert in found],
        "at": _iso(now.at),
        "received_24h": now.received,
        "invalid_24h": now.invalid,
        "lag_24h": {f"p{share}": _number(lag) for share, lag in now.lag.items()},
        "last_received_at": _iso(now.last_received_at),
        "skipped_without_key": {"live": now.skipped[True], "test": now.skipped[False]},
        "switched_off_24h": now.switched_off,
        "invalid_signed": now.invalid_signed,
        "unreadable_3d": now.unreadable,
        "pending": now.pending,
        "due": now.due,
        "failing": now.failing,
        "given_up": now.given_up,
        "oldest_pending_at": _iso(now.oldest_pending_at),
        "oldest_pending_age": _number(now.oldest_pending_age),
        "process_active_at": _iso(now.process_active_at),
        "process_idle": _number(now.process_idle),
        "unfinished_erasures": now.unfinished_erasures,
        "reconciliations": [_reconciliation(now, row) for row in now.reconciliations],
    }


def _alert(alert: Alert) -> dict[str, str]:
    return {"level": alert.level.name.lower(), "code": alert.code, "message": alert.message}


def _reconciliation(now: Status, row: Reconciliation) -> dict[str, Any]:
    moments = {name: _iso(getattr(row, name)) for name in ("reached", "started_at", "finished_at")}
    numbers = {name: getattr(row, name) for name in ("at_stripe", "here", "recovered", "failed")}
    whose = {"stripe_account": row.stripe_account, "livemode": row.livemode}
    return {**whose, **moments, "behind": _number(now.behind(row)), **numbers}


def _lines(now: Status) -> Iterator[tuple[str, str]]:
    last = f", the last {span(now.at - now.last_received_at)} ago" if now.last_received_at else ""
    yield "received", f"{now.received} in 24 h{last}"
    signed = f"; {now.invalid_signed} of any age are signed" if now.invalid_signed else ""
    yield "invalid", f"{now.invalid} in 24 h{signed}"
    without_key = [f"{number} {mode}" for mode, number in (("live", now.skipped[True]), ("test", now.skipped[False]))]
    yield "skipped", f"no key: {', '.join(without_key)}; switched off: {now.switched_off} in 24 h"
    if now.unreadable:
        yield "unreadable", f"{now.unreadable} signed by Stripe in 3 days: see the rejected deliveries"
    lags = [f"p{share} {span(lag)}" for share, lag in now.lag.items() if lag is not None]
    yield "lag", ", ".join(lags) or "nothing confirmed in 24 h"
    yield "pending", f"{now.pending}: {now.due} due now, {now.failing} failing, {now.given_up} given up"
    age = now.oldest_pending_age
    yield "oldest pending", span(age) if age is not None else "none"
    idle = now.process_idle
    yield "stripe_process", f"ran {span(idle)} ago" if idle is not None else "has never run"
    if now.unfinished_erasures:
        yield "erasures", f"{now.unfinished_erasures} unfinished: stripe_prune completes them"
    for row in now.reconciliations:
        yield "reconciled", f"{row}: {_compared(now, row)}"
    if not now.reconciliations:
        yield "reconciled", "never"


def _compared(now: Status, row: Reconciliation) -> str:
    numbers = f"{row.at_stripe} at Stripe, {row.here} here, {row.recovered} recovered, {row.failed} failed"
    reached = f"up to {span(now.behind(row))} ago" if row.reached else "not finished yet"
    return f"{reached}; {numbers}" if row.finished_at else f"{reached}; the last run has not finished"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _number(time: timedelta | None) -> float | None:
    return None if time is None else round(time.total_seconds(), 3)
