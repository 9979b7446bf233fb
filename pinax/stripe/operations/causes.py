"""Group the events that fail by what their last error has in common: what a deploy broke is one line, not 300."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Max, Min
from django.db.models.functions import Left

from pinax.stripe.models import Event, EventProcessingException
from pinax.stripe.models.event_queryset import SCHEDULED_OR_GIVEN_UP

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet

#: How many failing events are grouped, the latest recorded ones.
MOST: Final = 5_000
#: How much of a message is compared, in characters.
COMPARED: Final = 300

#: What differs between messages of the same cause: quoted values, ids, and words with a digit, such as numbers,
#: addresses in memory, or the ids of coupons.
_VARIABLE: Final = re.compile(
    r"""'[^'\n]*'|"[^"\n]*"|\b[a-z]{2,12}(?:_[A-Za-z0-9]+)*_[A-Za-z0-9]*[A-Z\d][A-Za-z0-9]*\b"""
    r"""|[0-9a-f-]{32,}|\w*\d\w*(?:[.,]\d+)*"""
)


@dataclass
class Cause:
    """What some failing events have in common.

    Attributes:
        stage: the step that failed.
        receiver: the receiver that failed, if one did.
        error: the type of the exception.
        shape: its message, with an ellipsis for what differs.
        events: the primary keys of the events.
        since: when the first of them failed for the first time; None if it is not asked for.
        example: the latest error.
    """

    stage: str
    receiver: str
    error: str
    shape: str
    events: list[int] = field(default_factory=list)
    since: datetime | None = None
    example: int = 0

    @property
    def key(self) -> str:
        """A name for the cause, the same in every process."""
        text = "\0".join((self.stage, self.receiver, self.error, self.shape))
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]

    @property
    def stage_in_words(self) -> str:
        """The step that failed, in words."""
        return str(EventProcessingException.Stage(self.stage).label)


def causes() -> list[Cause]:
    """Return why events fail now, the most frequent cause first; three statements, none of which names all events."""
    errors = _errors()
    began = dict(errors.annotate(began=Min("created_at")).values_list("event", "began"))
    found = _grouped(errors)
    for cause in found:
        # An event may have begun to fail between the two statements.
        cause.since = min(filter(None, map(began.get, cause.events)), default=None)
    return sorted(found, key=lambda one: (-len(one.events), one.key))


def cause_named(key: str) -> Cause | None:
    """Return the cause with this key, as far as events still fail for it; it does not know since when."""
    return next((cause for cause in _grouped(_errors()) if cause.key == key), None)


def _errors() -> QuerySet[EventProcessingException, Any]:
    """Return the errors of the latest failing events, as a query that is grouped by event."""
    failing = Event.objects.failed().filter(SCHEDULED_OR_GIVEN_UP)
    oldest = failing.order_by("-pk").values_list("pk", flat=True)[MOST - 1 : MOST].first()
    events = failing.filter(pk__gte=oldest or 0).order_by().values("pk")
    return EventProcessingException.objects.filter(event__in=events).order_by().values("event")


def _grouped(errors: QuerySet[EventProcessingException, Any]) -> list[Cause]:
    last = EventProcessingException.objects.filter(pk__in=errors.annotate(last=Max("pk")).values("last")).order_by("pk")
    found: dict[tuple[str, ...], Cause] = {}
    for row in last.values("pk", "event", "stage", "receiver", said=Left("message", COMPARED)):
        cause = _cause_of(row)
        cause = found.setdefault((cause.stage, cause.receiver, cause.error, cause.shape), cause)
        cause.events.append(row["event"])
        cause.example = row["pk"]
    return list(found.values())


def shape_of(message: str) -> str:
    """Return a message with an ellipsis in place of everything that differs between events."""
    return _VARIABLE.sub("…", " ".join(message.split()))


def _cause_of(row: Mapping[str, Any]) -> Cause:
    error, colon, message = row["said"].partition(": ")
    if not colon or not error.isidentifier():
        error, message = "", row["said"]
    return Cause(row["stage"], row["receiver"], error, shape_of(message))
