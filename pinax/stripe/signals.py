"""One signal for each event type, and one for all of them. A leaf: importable before the apps are ready.

Signals are sent once for each event, after its local rows are in step, inside the same transaction. A receiver is
called as ``receiver(sender, event, instance, **kwargs)``: the handler class, the verified
`pinax.stripe.models.Event`, and the local row just synced (None where the type syncs nothing). An error that it
raises is kept with the event, and Stripe is asked to deliver again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Final, TypeVar

from asgiref.sync import async_to_sync
from django.dispatch import Signal

from pinax.stripe.catalog import CATALOG
from pinax.stripe.exceptions import UnknownEventType

Receiver = Callable[..., Any]
ReceiverT = TypeVar("ReceiverT", bound=Receiver)


class EventSignal(Signal):
    """A signal that knows the event type it belongs to."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def __repr__(self) -> str:
        return f"<EventSignal {self.kind}>"

    def receivers_for(self, sender: object) -> Iterator[tuple[str, Receiver]]:
        """Yield each connected receiver with its dotted name; async ones are made callable from sync code."""
        synchronous, asynchronous = self._live_receivers(sender)
        for receiver in synchronous:
            yield receiver_name(receiver), receiver
        for receiver in asynchronous:
            yield receiver_name(receiver), async_to_sync(receiver)


class _Signals(Mapping[str, EventSignal]):
    """The signals by event type; asking for a type that is not there names the nearest that is."""

    def __init__(self, kinds: Mapping[str, object]) -> None:
        self._signals = {kind: EventSignal(kind) for kind in kinds}

    def __getitem__(self, kind: str) -> EventSignal:
        try:
            return self._signals[kind]
        except KeyError:
            raise unknown_event_type(kind) from None

    def __contains__(self, kind: object) -> bool:
        return kind in self._signals

    def __iter__(self) -> Iterator[str]:
        return iter(self._signals)

    def __len__(self) -> int:
        return len(self._signals)

    def _declare(self, kind: str) -> EventSignal:
        return self._signals.setdefault(kind, EventSignal(kind))


#: One signal for each event type: ``WEBHOOK_SIGNALS["invoice.paid"].connect(receiver)``.
WEBHOOK_SIGNALS: Final = _Signals(CATALOG)
#: Sent for every event, whatever its type, after the type's own receivers.
any_event: Final = EventSignal("*")

# For metrics and alarms: sent outside any transaction, with ``sender`` (the handler class) and ``event``. An error
# that a receiver of these raises is logged, and changes nothing.
#: Sent once an event is done.
event_processed: Final = Signal()
#: Sent after each try that failed, with ``error``, the exception, too.
event_failed: Final = Signal()
#: Sent once Stripe has contradicted an event.
event_invalid: Final = Signal()
#: Sent once an event has failed too often to be tried again by itself.
event_given_up: Final = Signal()

_patterns: Final[list[tuple[str, Receiver]]] = []


def on(*patterns: str) -> Callable[[ReceiverT], ReceiverT]:
    """Connect the decorated function to each event type that a pattern names.

    Args:
        patterns: event types (``"invoice.paid"``) or shell-style patterns (``"customer.subscription.*"``). A pattern
            goes on matching types that Stripe adds later.

    Raises:
        UnknownEventType: a name or pattern matches no event type; the message names the nearest.
    """
    for pattern in patterns:
        if not any(matches(kind, pattern) for kind in WEBHOOK_SIGNALS):
            raise unknown_event_type(pattern)

    def connect(receiver: ReceiverT) -> ReceiverT:
        for pattern in patterns:
            _patterns.append((pattern, receiver))
            for kind in WEBHOOK_SIGNALS:
                _connect_matching(WEBHOOK_SIGNALS[kind], pattern, receiver)
        return receiver

    return connect


def declare(kind: str) -> EventSignal:
    """Add a signal for an event type that the catalogue does not name yet, and return it."""
    if kind not in WEBHOOK_SIGNALS:
        _connect_patterns(WEBHOOK_SIGNALS._declare(kind))
    return WEBHOOK_SIGNALS[kind]


def signal_for(kind: str) -> EventSignal:
    """Return the signal of an event type; for one that nobody declared, a passing one with the patterns' receivers."""
    if kind in WEBHOOK_SIGNALS:
        return WEBHOOK_SIGNALS[kind]
    return _connect_patterns(EventSignal(kind))


def matches(kind: str, pattern: str) -> bool:
    """Whether ``pattern`` names the event type; ``*`` stands for any characters, everything else for itself."""
    return fnmatchcase(kind, pattern.replace("[", "[[]").replace("?", "[?]"))


def receiver_name(receiver: Receiver) -> str:
    """Return the dotted name of a receiver, the same in every process."""
    while isinstance(receiver, partial):
        receiver = receiver.func
    named = receiver if hasattr(receiver, "__qualname__") else type(receiver)
    return f"{named.__module__}.{named.__qualname__}"


def _connect_patterns(signal: EventSignal) -> EventSignal:
    for pattern, receiver in _patterns:
        _connect_matching(signal, pattern, receiver)
    return signal


def _connect_matching(signal: EventSignal, pattern: str, receiver: Receiver) -> None:
    # Strong references: a receiver named by a decorator lives as long as its process.
    if matches(signal.kind, pattern):
        signal.connect(receiver, weak=False)


def unknown_event_type(kind: str) -> UnknownEventType:
    """Return the error for a name that no event type has; it names the nearest that one has."""
    nearest = get_close_matches(kind, list(WEBHOOK_SIGNALS), n=1)
    hint = f"Did you mean {nearest[0]!r}?" if nearest else "The documentation's list of event types has them all."
    return UnknownEventType(f"No event type is called {kind!r}. {hint} signals.declare({kind!r}) adds a new one.")
