"""Record when a command was active, so that `stripe_status` can report that it does not run."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, Final

from django.db import Error as DatabaseError
from django.utils import timezone

from pinax.stripe.models import CommandRun
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.models.statements import insert_many

if TYPE_CHECKING:
    from datetime import datetime

#: Seconds between two writes.
INTERVAL: Final = 60
#: The name of the row of ``manage.py stripe_process``.
PROCESS: Final = "stripe_process"
#: The name of the row of ``manage.py stripe_status --alert``.
STATUS: Final = "stripe_status"

logger = logging.getLogger("pinax.stripe")


class Activity:
    """Writes that a command is active, once a minute at most; never inside a transaction."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.started_at = timezone.now()
        self._written: float | None = None

    def record(self, *, at_once: bool = False) -> bool:
        """Write that the command is active, unless that was written less than a minute ago; return whether it is time.

        An error of the database is logged: it must not stop the command.
        """
        if self._written is not None and monotonic() - self._written < INTERVAL and not at_once:
            return False
        self._written = monotonic()
        try:
            self._write()
        except DatabaseError:
            logger.exception("it could not be recorded that %s is active", self.name)
        return True

    def _write(self) -> None:
        row = CommandRun(name=self.name, started_at=self.started_at, active_at=timezone.now())
        insert_many([row], primary(CommandRun), update_fields=["started_at", "active_at"], unique_fields=["name"])


def last_active(name: str) -> datetime | None:
    """Return when a command was last active; None if it has never run."""
    return from_primary(CommandRun.objects.filter(name=name)).values_list("active_at", flat=True).first()
