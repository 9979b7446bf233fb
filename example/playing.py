"""Post one delivery over HTTP, and compare the changes in the database with the expected ones."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q

from pinax.stripe.models import Event, EventReceipt
from pinax.stripe.signals import any_event, event_type_of, on
from pinax.stripe.testing import FakeStripe
from pinax.stripe.testing.exchange import Request
from shop.models import Tally
from watching import Change, changes, rows

#: The time between two deliveries, in seconds.
PAUSE = 60
#: The identity of the story's own receiver, which is called for every event.
EAR = "story"


@dataclass(frozen=True)
class Step:
    """One delivery, and its expected results.

    Attributes:
        words: what happens.
        body: what is posted: an event, or bytes.
        answer: the HTTP status.
        event: the final state of the event: processed, confirmed, unverified, invalid or unknown.
        sent: whether receivers of every event are called; they are called once for each event.
        rows: all rows that change: ``"+Invoice ~Charge -Card"`` (new, changed, deleted).
        holds: assertions about the final state.
    """

    words: str
    body: Any
    answer: int = 200
    event: str = "processed"
    sent: bool = True
    rows: str = ""
    holds: Mapping[str, Callable[[], bool]] = field(default_factory=dict)


class Sent(NamedTuple):
    """A signal that was sent, and the names of its receivers."""

    kind: str
    receivers: list[str]


class Seen(NamedTuple):
    """The results of a delivery."""

    kind: str
    answer: int
    event: Event | None
    changes: list[Change]
    sent: list[Sent]
    asked: list[Request]
    log: list[str]


class Stage:
    """Plays the steps with the fake Stripe and the running site, and records its log and its signals."""

    def __init__(self, stripe: FakeStripe, host: str, port: int, log: list[str]) -> None:
        self.stripe, self.host, self.port, self.log = stripe, host, port, log
        self.sent: list[Sent] = []
        on("*", dispatch_uid=EAR)(self._hear)

    def play(self, step: Step) -> Seen:
        """Deliver the step's body, and return the results."""
        told = step.body if isinstance(step.body, dict) else {}
        before, asked = rows(), len(self.stripe.requests)
        self.sent.clear()
        self.log.clear()
        answer = self._post(json.dumps(told).encode() if told else step.body)
        seen = Seen(
            kind=told.get("type", ""),
            answer=answer,
            event=Event.objects.filter(Q(stripe_id=told.get("id", "")) | Q(thin_id=told.get("id", ""))).first(),
            changes=[change for change in changes(before, rows()) if not self._is_ours(change)],
            sent=list(self.sent),
            asked=self.stripe.requests[asked:],
            log=list(self.log),
        )
        self.stripe.advance(PAUSE)
        return seen

    def _is_ours(self, change: Change) -> bool:
        """Whether it is the receipt of the story's own receiver."""
        return isinstance(change.row, EventReceipt) and change.row.receiver == EAR

    def _post(self, body: bytes) -> int:
        connection = HTTPConnection(self.host, self.port, timeout=60)
        connection.request("POST", "/stripe/webhook/", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        connection.close()
        return response.status

    def _hear(self, signal: Any, sender: type, event: Event, **_: Any) -> None:
        receivers = [*signal.receivers_for(sender), *any_event.receivers_for(sender)]
        names = [receiver.__name__ for identity, receiver in receivers if identity != EAR]
        self.sent.append(Sent(event.kind, names))


def wrong(step: Step, seen: Seen) -> list[str]:
    """Return the differences from the expected results; empty if there are none."""
    tallies = [change for change in seen.changes if isinstance(change.row, Tally)]
    counted = sum(change.row.times - (change.before or {"times": 0})["times"] for change in tallies)
    changed = [str(change) for change in seen.changes if not isinstance(change.row, Event | Tally)]
    pairs = {
        "answer": (step.answer, seen.answer),
        "event": (step.event, state_of(seen.event)),
        "signals": ([event_type_of(seen.kind)] * step.sent, [sent.kind for sent in seen.sent]),
        "counted by the shop": (int(step.sent), counted),
        "rows": (" ".join(sorted(step.rows.split())), " ".join(sorted(changed))),
    }
    found = [f"{name}: {wanted!r} expected, {got!r} found" for name, (wanted, got) in pairs.items() if wanted != got]
    return found + [f"not true: {sentence}" for sentence, holds in step.holds.items() if not _is_true(holds)]


def state_of(event: Event | None) -> str:
    """Return the state of an event."""
    if event is None:
        return "unknown"
    if event.processed:
        return "processed"
    return {True: "confirmed", False: "invalid", None: "unverified"}[event.valid]


def _is_true(holds: Callable[[], bool]) -> bool:
    try:
        return holds()
    except ObjectDoesNotExist:
        return False
