"""A delivery that is being processed, and the number of deliveries of an event."""

from __future__ import annotations

import time
from collections import OrderedDict
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from django.db import OperationalError, connections, transaction
from django.db.models import F
from django.utils import timezone

from pinax.stripe.inbox.attempts import Stage, skips_locked_rows
from pinax.stripe.inbox.transactions import database, is_conflict
from pinax.stripe.models import Event
from pinax.stripe.models.parameters import Parameter
from pinax.stripe.models.statements import field_of, select, update

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from pinax.stripe.exceptions import StepFailed
    from pinax.stripe.inbox.message import Message, Outcome

#: How many pages of one list inside an object a web request waits for; a longer one is left to ``stripe_process``.
PAGES_IN_A_REQUEST: Final = 3

#: The pauses, in seconds, after which a row that another attempt has locked is looked at again to count a delivery.
_PAUSES: Final = (0, 0.01, 0.02, 0.04, 0.08)


@dataclass
class Delivery:
    """The state of one attempt at an event: what was posted, or is stored in its row, and what has happened so far.

    Attributes:
        event: the event's row.
        message: the delivered event.
        outcome: the outcome, if it is known already; None: the delivery is to be processed.
        is_stored: whether the row's ``webhook_message`` is this delivery's body. If not, another unverified body is
            stored; this one is verified in the request, and cannot be queued.
        only: the identity of the one receiver to call; empty: all that have not succeeded.
        max_pages: how many pages of one list inside the object to fetch at most; None: all.
        stage: the step that runs, for the error if it fails.
        failures: the errors of the steps that failed.
        not_yet: the `NotYet` of each receiver that has raised it.
    """

    event: Event
    message: Message
    outcome: Outcome | None = None
    is_stored: bool = True
    only: str = ""
    max_pages: int | None = PAGES_IN_A_REQUEST
    stage: Stage = Stage.COMMIT
    failures: list[StepFailed] = field(default_factory=list)
    not_yet: list[StepFailed] = field(default_factory=list)


class RecentIds:
    """Ids of events that this process has recorded lately: a hint whether to select a row or to insert one."""

    #: How many ids are remembered.
    SIZE: Final = 1000
    #: Stripe repeats a delivery hours after the first one, rarely within this time.
    YOUNG: Final = timedelta(minutes=1)

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def probably_recorded(self, message: Message) -> bool:
        """Whether the event probably has a row already."""
        return message.id in self._ids or message.created < timezone.now() - self.YOUNG

    def add(self, message: Message) -> None:
        """Remember that the event has a row."""
        with self._lock:
            self._ids[message.id] = None
            if len(self._ids) > self.SIZE:
                self._ids.popitem(last=False)


recent: Final = RecentIds()


def count_duplicate(message: Message) -> bool:
    """Count one more delivery of a processed event, and return whether it was one; in one statement, two on MySQL.

    Never waits for processing. If it cannot count because of a conflict, the answer is False.

    Only for signed deliveries: others are compared with the event first.
    """
    if not (message.signed and recent.probably_recorded(message)):
        return False
    alias, one_more = database(), {"deliveries": F("deliveries") + 1}
    try:
        # MySQL and MariaDB would lock the row, and so wait for its processing, before they look at `processed`.
        if connections[alias].vendor == "mysql" and not _is_processed(message, alias):
            return False
        return bool(update(Event, alias, one_more, **{_id_column(message): message.id}, processed=True))
    except OperationalError as error:
        if not is_conflict(error):
            raise
        return False


def _is_processed(message: Message, alias: str) -> bool:
    def rows() -> QuerySet[Event, Any]:
        known = {column: Parameter(column, field_of(Event, column)), "processed": True}
        return Event.objects.filter(**known).order_by().values_list("pk")

    column = _id_column(message)
    return bool(select(f"processed {column}", alias, rows, {column: message.id}))


def _id_column(message: Message) -> str:
    return "thin_id" if message.is_thin else "stripe_id"


def count_unless_locked(event: Event, *, thin_id: str | None = None) -> None:
    """Count one more delivery of an event, unless another attempt holds the lock throughout.

    Args:
        event: the event.
        thin_id: the id to remember of its thin event; None: nothing new.

    Raises:
        IntegrityError: the thin event has a row of its own.
    """
    rows = Event.objects.filter(pk=event.pk)
    values = {"deliveries": F("deliveries") + 1, **({"thin_id": thin_id} if thin_id else {})}
    if event.processed or not skips_locked_rows(database()):
        with transaction.atomic(database()) if thin_id else nullcontext():
            rows.update(**values)
        return
    for pause in _PAUSES:
        time.sleep(pause)
        with transaction.atomic(database()):
            if rows.select_for_update(skip_locked=True).values_list("pk").first():
                rows.update(**values)
                return
