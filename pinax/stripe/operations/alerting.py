"""Report alerts to `HookSet.alert`, each once: when a limit is exceeded, and when it is not any more.

What was reported is kept in rows of `CommandRun`, named ``alert critical given_up``, so that all processes know it.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import Error as DatabaseError
from django.utils import timezone

from pinax.stripe.hooks import notify, overrides
from pinax.stripe.models import CommandRun
from pinax.stripe.models.primary import primary
from pinax.stripe.monitoring import RESOLVED, Alert, Level
from pinax.stripe.operations.activity import STATUS, last_active
from pinax.stripe.operations.health import Limits, alerts, status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

#: How long ``stripe_process`` leaves alerts to ``stripe_status --alert`` after that has run.
LEFT_TO_STATUS: Final = timedelta(hours=1)

_PREFIX: Final = "alert "
_LONGEST: Final = 100

logger = logging.getLogger("pinax.stripe")


def report_alerts() -> None:
    """Find and report alerts with the default limits, unless ``stripe_status --alert`` does; for ``stripe_process``.

    Costs nothing if the project does not override the hook. Errors of the database are logged.
    """
    if not overrides("alert"):
        return
    try:
        by_status = last_active(STATUS)
        if by_status is None or timezone.now() - by_status > LEFT_TO_STATUS:
            report_changes(alerts(status(), Limits()))
    except DatabaseError:
        logger.exception("the alerts could not be reported")


def report_changes(found: Iterable[Alert]) -> None:
    """Call the hook with the alerts that are new, or have another level, and with those that are resolved.

    An alert's row is written before, so that only one of several processes reports it. If the hook raises an error, the
    rows are as before, and the next call reports the same changes.

    Args:
        found: the alerts of now.

    Raises:
        django.db.Error: the database cannot be queried.
    """
    now, current, known = timezone.now(), {_name(alert): alert for alert in found}, {row.name: row for row in _rows()}
    began = {_subject(name): row.started_at for name, row in known.items()}
    _rows().filter(name__in=current.keys() & known.keys()).update(active_at=now)
    new = {
        name: began.get(_subject(name), now)
        for name in current
        if name not in known and _insert(name, began.get(_subject(name), now), now)
    }
    gone = [row for name, row in known.items() if name not in current and _rows().filter(name=name).delete()[0]]
    changes = [_since(current[name], moment) for name, moment in new.items()]
    subjects = {_subject(name) for name in current}
    changes += [_resolved(row) for row in gone if _subject(row.name) not in subjects]
    if changes and not notify("alert", changes):
        _rows().filter(name__in=new).delete()
        for row in gone:
            _insert(row.name, row.started_at, row.active_at)


def _rows() -> QuerySet[CommandRun]:
    return CommandRun.objects.using(primary(CommandRun)).filter(name__startswith=_PREFIX).order_by("pk")


def _insert(name: str, since: datetime, at: datetime) -> bool:
    """Return whether there was no such row yet."""
    rows = CommandRun.objects.using(primary(CommandRun))
    return rows.get_or_create(name=name, defaults={"started_at": since, "active_at": at})[1]


def _name(alert: Alert) -> str:
    return f"{_PREFIX}{alert.level.name.lower()} {alert.code} {alert.about}".strip()[:_LONGEST]


def _subject(name: str) -> str:
    """Return the code and what the alert is about: what stays the same if only the level changes."""
    return name.removeprefix(_PREFIX).partition(" ")[2]


def _since(alert: Alert, moment: datetime) -> Alert:
    return Alert(alert.level, alert.message, alert.code, alert.about, moment)


def _resolved(row: CommandRun) -> Alert:
    level, _, subject = row.name.removeprefix(_PREFIX).partition(" ")
    code, _, about = subject.partition(" ")
    words = f"{about} {RESOLVED.get(code, code)}".strip()
    return Alert(Level[level.upper()], f"resolved: {words}", code, about, row.started_at, resolved=True)
