"""One signal for each event type, and one for all events. This module can be imported before the apps are ready.

Signals are sent once for each event, after its local rows are written, inside the same transaction. A receiver is
called as ``receiver(sender, event, instance, **kwargs)``: the handler class, the verified
`pinax.stripe.models.Event`, and the row that was synced (None if the type syncs nothing). If it raises an error, the
error is recorded with the event, and Stripe delivers the event again. A receiver's identity, which receipts and errors
name, is its ``dispatch_uid``, or else its dotted path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple, TypeVar

from django.dispatch import Signal

from pinax.stripe.catalog import CATALOG
from pinax.stripe.connections import Connection, ReceiverSignal, changing, refuse_another, restored
from pinax.stripe.exceptions import UnknownEventType
from pinax.stripe.receivers import ANY_EVENT, Only, Receiver, checked_only, identity_of, receiver_name

__all__ = [
    "WEBHOOK_SIGNALS",
    "EventSignal",
    "Receiver",
    "any_event",
    "declare",
    "event_failed",
    "event_given_up",
    "event_invalid",
    "event_processed",
    "event_type_of",
    "matches",
    "on",
    "override",
    "receiver_name",
    "signal_for",
    "unknown_event_type",
]

#: What precedes the names of thin events about objects of API v1.
_PREFIX: Final = "v1."
_VERSIONED: Final = (_PREFIX, "v2.")

ReceiverT = TypeVar("ReceiverT", bound=Receiver)
EventSignalT = TypeVar("EventSignalT", bound="EventSignal")


class EventSignal(ReceiverSignal):
    """The signal of an event type."""

    def __init__(self, kind: str, prefix: str = "") -> None:
        super().__init__(kind, prefix)
        self.kind = kind

    def _disconnect(self, known: Connection, sender: object) -> bool:
        disconnected = super()._disconnect(known, sender)
        if disconnected:
            _leave_out(self.kind, known.identity, sender)
        return disconnected


class _Undeclared(EventSignal):
    """The signal of an event type that is not declared: only the receivers of patterns are called."""

    def connect(self, *_args: Any, **_options: Any) -> None:
        """Raise an error, because the connection would be lost with the next pattern.

        Raises:
            UnknownEventType: always; the message says how to declare the type.
        """
        raise unknown_event_type(self.kind)


class _Signals(Mapping[str, EventSignal]):
    """The signals by event type; each is created when it is first used, since a process uses few of them.

    The error for an unknown type names the most similar one.
    """

    def __init__(self, kinds: Mapping[str, object]) -> None:
        self._kinds = kinds
        self._signals: dict[str, EventSignal] = {}

    def __getitem__(self, kind: str) -> EventSignal:
        signal = self.find(event_type_of(kind))
        if signal is None:
            raise unknown_event_type(kind)
        return signal

    def __contains__(self, kind: object) -> bool:
        return isinstance(kind, str) and self.has(event_type_of(kind))

    def __iter__(self) -> Iterator[str]:
        return iter({**self._kinds, **self._signals})

    def __len__(self) -> int:
        return len({**self._kinds, **self._signals})

    def has(self, kind: str) -> bool:
        """Whether an event type is declared under exactly this name."""
        return kind in self._signals or kind in self._kinds

    def find(self, kind: str) -> EventSignal | None:
        """Return the signal of an event type that is declared under exactly this name; None if it is not."""
        if kind not in self._signals and kind in self._kinds:
            # Without the receivers of patterns: connecting one has created the signals of all types that it matches.
            self._signals.setdefault(kind, EventSignal(kind))
        return self._signals.get(kind)


#: One signal for each event type: ``WEBHOOK_SIGNALS["invoice.paid"].connect(receiver)``.
WEBHOOK_SIGNALS: Final = _Signals(CATALOG)
#: Sent for every event of any type, after the receivers of the type have been called.
any_event: Final = EventSignal("*", ANY_EVENT)

# For metrics and alerts: sent outside any transaction, with ``sender`` (the handler class) and ``event``. An error
# that a receiver of these raises is logged and has no other effect.
#: Sent when an event is processed.
event_processed: Final = Signal()
#: Sent after each failed attempt, with the exception as ``error``.
event_failed: Final = Signal()
#: Sent when Stripe does not confirm an event.
event_invalid: Final = Signal()
#: Sent when an event has failed too often and is given up.
event_given_up: Final = Signal()


class _Pattern(NamedTuple):
    """A pattern with a ``*``, stored for event types that are declared later or not at all."""

    pattern: str
    identity: str
    only: Only

    def names(self, kind: str) -> bool:
        return matches(kind, self.pattern)


class _Subscriber(NamedTuple):
    """The receiver of a pattern, and the event types from which it was disconnected."""

    receiver: Receiver
    left_out: frozenset[str] = frozenset()


_patterns: Final[dict[_Pattern, _Subscriber]] = {}
#: The signals of event types that are not declared, created from the patterns when such an event is processed.
_undeclared: Final[dict[str, _Undeclared]] = {}


def on(
    *patterns: str,
    account: str | None = None,
    livemode: bool | None = None,
    platform: str | None = None,
    dispatch_uid: str | None = None,
    sender: object = None,
) -> Callable[[ReceiverT], ReceiverT]:
    """Connect the decorated function to the signals of event types. If it raises an error, none is connected.

    An event that ``account``, ``livemode``, ``platform`` or ``sender`` excludes is processed without the function, and
    has no receipt of it. A function that is decorated twice is called once for each event that matches one of the
    decorators.

    Args:
        patterns: event types (``"invoice.paid"``) or shell-style patterns (``"customer.subscription.*"``). A pattern
            also matches types that Stripe adds later.
        account: only for events of this account (``"acct_…"``), or of the default platform itself (``""``).
        livemode: only for events of live mode (True), or of test mode and sandboxes (False).
        platform: only for events of the platform of this name, or of the default one (``""``).
        dispatch_uid: the identity of the receiver; None for its dotted path.
        sender: only for events that this handler class handles.

    Raises:
        UnknownEventType: a name or pattern matches no event type; the message names the most similar one.
        TypeError: ``account``, ``platform`` or ``dispatch_uid`` is not a string, or ``livemode`` is not a boolean.
        ValueError: ``account`` is not the id of an account, or the identity is too long or cannot be stored.
        ReceiverClash: another receiver of this identity is connected to one of the event types.
        UnstableReceiver: the function has no dotted path that is the same after a restart, and no ``dispatch_uid``.
    """
    only = checked_only(account, livemode, platform, sender)
    for pattern in patterns:
        if not any(matches(kind, pattern) for kind in WEBHOOK_SIGNALS):
            raise unknown_event_type(pattern)

    def connect(receiver: ReceiverT) -> ReceiverT:
        identity = identity_of(receiver, dispatch_uid)
        rows = [_Pattern(pattern, identity, only) for pattern in patterns if "*" in pattern]
        with changing:
            kinds = [kind for kind in WEBHOOK_SIGNALS if any(matches(kind, one) for one in patterns)]
            signals = [WEBHOOK_SIGNALS[kind] for kind in kinds]
            for signal in signals:
                signal.refuse_another(receiver, identity)
            for row, known in _patterns.items():
                if rows and row.identity == identity:  # both may match a type that is not declared
                    refuse_another(receiver, known.receiver, identity, row.pattern)
            for signal in signals:
                signal.connect_only(receiver, identity, only)
            _patterns.update({row: _Subscriber(receiver) for row in rows})
            _undeclared.clear()
        return receiver

    return connect


def declare(kind: str) -> EventSignal:
    """Return the signal of an event type; create it if the type is not in the catalogue."""
    with changing:
        if kind not in WEBHOOK_SIGNALS:
            WEBHOOK_SIGNALS._signals[kind] = _with_patterns(EventSignal(kind))
        return WEBHOOK_SIGNALS[kind]


def signal_for(kind: str) -> EventSignal:
    """Return the signal of an event type; if the type is not declared, one with the receivers of matching patterns."""
    return WEBHOOK_SIGNALS.find(kind) or _undeclared.get(kind) or _undeclared_signal(kind)


@contextmanager
def override(*, empty: bool = False) -> Iterator[None]:
    """Restore all connections and declarations at the end of the block, including patterns and filters; for tests.

    Args:
        empty: whether to disconnect all receivers for the block.
    """
    declared, patterns = dict(WEBHOOK_SIGNALS), dict(_patterns)
    others = (any_event, event_processed, event_failed, event_invalid, event_given_up)
    with restored(*declared.values(), *others, empty=empty):
        _replace_patterns({} if empty else patterns)
        try:
            yield
        finally:
            WEBHOOK_SIGNALS._signals.clear()
            WEBHOOK_SIGNALS._signals.update(declared)
            _replace_patterns(patterns)


def event_type_of(name: str) -> str:
    """Return the event type that Stripe's name stands for: ``invoice.paid`` for the thin event ``v1.invoice.paid``.

    A type that is only sent as a thin event keeps the prefix.
    """
    if not name.startswith(_PREFIX):
        return name
    without = name.removeprefix(_PREFIX)
    return without if WEBHOOK_SIGNALS.has(without) else name


def matches(kind: str, pattern: str) -> bool:
    """Whether ``pattern`` matches the event type; only ``*`` is special and matches any characters.

    ``v1.invoice.*`` matches ``invoice.paid``, too, which is ``v1.invoice.paid`` as a thin event.
    """
    name = _PREFIX + kind if pattern.startswith(_PREFIX) and not kind.startswith(_VERSIONED) else kind
    if "*" not in pattern:
        return name == pattern
    return fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))


def _undeclared_signal(kind: str) -> EventSignal:
    with changing:
        _undeclared[kind] = _with_patterns(_Undeclared(kind))
        return _undeclared[kind]


def _with_patterns(signal: EventSignalT) -> EventSignalT:
    for row, (receiver, left_out) in _patterns.items():
        if row.names(signal.kind) and signal.kind not in left_out:
            signal.connect_only(receiver, row.identity, row.only)
    return signal


def _leave_out(kind: str, identity: str, sender: object) -> None:
    """Exclude an event type from a receiver's patterns; a pattern without any declared type left is removed."""
    for row, (receiver, left_out) in list(_patterns.items()):
        if row.identity == identity and row.only.sender is sender:
            left_out |= {kind}
            if all(name in left_out for name in WEBHOOK_SIGNALS if row.names(name)):
                del _patterns[row]
            else:
                _patterns[row] = _Subscriber(receiver, left_out)
            _undeclared.clear()


def _replace_patterns(patterns: Mapping[_Pattern, _Subscriber]) -> None:
    with changing:
        _patterns.clear()
        _patterns.update(patterns)
        _undeclared.clear()


def unknown_event_type(kind: str) -> UnknownEventType:
    """Return the error for an unknown event type; it names the most similar one."""
    nearest = get_close_matches(kind, list(WEBHOOK_SIGNALS), n=1)
    hint = f"Did you mean {nearest[0]!r}?" if nearest else "The documentation's list of event types has them all."
    return UnknownEventType(f"No event type is called {kind!r}. {hint} signals.declare({kind!r}) adds a new one.")
