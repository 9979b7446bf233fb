"""``manage.py stripe_status``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from pinax.stripe.management.numbers import days, seconds, whole
from pinax.stripe.operations.health import Alert, Level, Limits, Status, alerts, span, status, worst

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from pinax.stripe.models import Reconciliation


class Command(BaseCommand):
    """Say how things stand, for people and for monitoring: 0 fine, 1 warning, 2 critical."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be asked for."""

        def limit(name: str, kind: Any, metavar: str, words: str) -> None:
            parser.add_argument(name, type=kind, metavar=metavar, help=words)

        parser.add_argument("--json", action="store_true", help="As JSON, for programs.")
        limit("--warn-age", seconds, "SECONDS", "Warn where the oldest pending event waits longer; 900.")
        limit("--max-age", seconds, "SECONDS", "Critical where it waits longer than that; 3600.")
        limit("--max-given-up", whole, "N", "Critical where more events are given up; 0.")
        limit("--max-invalid", whole, "N", "Warn where more invalid events came in 24 h; 10.")
        limit("--max-lag", seconds, "SECONDS", "Warn where more than 5 of 100 events come later than that; 300.")
        limit("--max-silence", seconds, "SECONDS", "Warn where nothing came for so long; not looked at, if not given.")
        limit("--max-behind", days, "DAYS", "Critical where a reconcile cursor is older; 25.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how things stand; the exit code says how bad that is."""
        given = {name: options[name] for name in Limits.__dataclass_fields__ if options.get(name) is not None}
        try:
            now = status()
        except DatabaseError as error:
            raise CommandError(f"critical: the database cannot be asked: {error}", returncode=Level.CRITICAL) from error
        found = alerts(now, Limits(**given))
        if options["json"]:
            self.stdout.write(json.dumps(_facts(now, found), indent=2))
        else:
            for name, words in _lines(now):
                self.stdout.write(f"{name:<16}{words}")
        if found:
            said = "; ".join(f"{alarm.level.name.lower()}: {alarm.message}" for alarm in found)
            raise CommandError(said, returncode=worst(found))


def _facts(now: Status, found: list[Alert]) -> dict[str, Any]:
    """Return everything as it goes into JSON: moments in ISO 8601 and UTC, lengths of time in seconds."""
    return {
        "state": worst(found).name.lower(),
        "alerts": [{"level": alarm.level.name.lower(), "message": alarm.message} for alarm in found],
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
        "reconciliations": [_sweep(now, row) for row in now.reconciliations],
    }


def _sweep(now: Status, row: Reconciliation) -> dict[str, Any]:
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
    yield "skipped", f"for want of a key: {', '.join(without_key)}; switched off: {now.switched_off} in 24 h"
    if now.unreadable:
        yield "unreadable", f"{now.unreadable} signed by Stripe in 3 days: see the rejected deliveries"
    lags = [f"p{share} {span(lag)}" for share, lag in now.lag.items() if lag is not None]
    yield "lag", ", ".join(lags) or "nothing confirmed in 24 h"
    yield "pending", f"{now.pending}: {now.due} due now, {now.failing} failing, {now.given_up} given up"
    age = now.oldest_pending_age
    yield "oldest pending", span(age) if age is not None else "none"
    for row in now.reconciliations:
        yield "reconciled", f"{row}: {_compared(now, row)}"
    if not now.reconciliations:
        yield "reconciled", "never"


def _compared(now: Status, row: Reconciliation) -> str:
    numbers = f"{row.at_stripe} at Stripe, {row.here} here, {row.recovered} recovered, {row.failed} failed"
    reached = f"up to {span(now.behind(row))} ago" if row.reached else "not to an end yet"
    return f"{reached}; {numbers}" if row.finished_at else f"{reached}; the last sweep has not come to its end"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _number(time: timedelta | None) -> float | None:
    return None if time is None else round(time.total_seconds(), 3)
