"""One signal for each event type, and one for all of them. A leaf: importable before the apps are ready.

Signals are sent once for each event, after its local rows are in step, inside the same transaction. A receiver is
called as ``receiver(sender, event, instance, **kwargs)``: the handler class, the verified
`pinax.stripe.models.Event`, and the local row just synced (None where the type syncs nothing). An error that it
raises is kept with the event, and Stripe is asked to deliver again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from asgiref.sync import async_to_sync
from django.dispatch import Signal

from pinax.stripe.catalog import CATALOG
from pinax.stripe.exceptions import UnknownEventType

if TYPE_CHECKING:
    from pinax.stripe.scope import Scope

Receiver = Callable[..., Any]
ReceiverT = TypeVar("ReceiverT", bound=Receiver)

_ACCOUNT_ID: Final = re.compile(r"acct_\w{1,249}", re.ASCII)


class Only(NamedTuple):
    """The events that a receiver is called for, of those that its signals are sent for.

    Attributes:
        account: the account of the event, ``acct_…``; empty for the platform itself; None for every account.
        livemode: live mode, or test mode and sandboxes; None for both.
    """

    account: str | None = None
    livemode: bool | None = None

    def matches(self, scope: Scope) -> bool:
        """Whether the receiver is called for events of this account and mode."""
        return self.account in {None, scope.stripe_account} and self.livemode in {None, scope.livemode}


class EventSignal(Signal):
    """A signal that knows the event type it belongs to."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        # By receiver; one that is not in here is called for every event.
        self._only: dict[Hashable, set[Only]] = {}

    def __repr__(self) -> str:
        return f"<EventSignal {self.kind}>"

    def connect(
        self, receiver: Receiver, sender: object = None, weak: bool = True, dispatch_uid: Hashable | None = None
    ) -> None:
        """Connect a receiver for every event, as Django does."""
        super().connect(receiver, sender=sender, weak=weak, dispatch_uid=dispatch_uid)
        self._only.pop(_identity(receiver), None)

    def _connect_only(self, receiver: Receiver, only: Only) -> None:
        """Connect a receiver for some events, in addition to those that it is connected for already.

        The reference is strong: a receiver named by a decorator lives as long as its process. ``disconnect(receiver)``
        undoes it, however many filters it has.
        """
        key = _identity(receiver)
        connected = {_identity(known) for group in self._live_receivers(None) for known in group}
        others = self._only.get(key) if key in connected else set()
        if others is None:  # it is connected for every event
            self.connect(receiver, weak=False)
        else:
            self._only[key] = {*others, only}
            super().connect(receiver, weak=False)

    def receivers_for(self, sender: object, scope: Scope | None = None) -> Iterator[tuple[str, Receiver]]:
        """Yield each connected receiver with its dotted name; async ones are made callable from sync code.

        Args:
            sender: the handler class.
            scope: the account and the mode of the event, which leave out receivers that are connected for others;
                None leaves out none.
        """
        synchronous, asynchronous = self._live_receivers(sender)
        for receiver in filter(self._called_in(scope), synchronous):
            yield receiver_name(receiver), receiver
        for receiver in filter(self._called_in(scope), asynchronous):
            yield receiver_name(receiver), async_to_sync(receiver)

    def _called_in(self, scope: Scope | None) -> Callable[[Receiver], bool]:
        def is_called(receiver: Receiver) -> bool:
            filters = self._only.get(_identity(receiver))
            return scope is None or filters is None or any(only.matches(scope) for only in filters)

        return is_called


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


class _Pattern(NamedTuple):
    pattern: str
    receiver: Receiver
    only: Only = Only()


_patterns: Final[list[_Pattern]] = []


def on(*patterns: str, account: str | None = None, livemode: bool | None = None) -> Callable[[ReceiverT], ReceiverT]:
    """Connect the decorated function to each event type that a pattern names.

    An event that ``account`` or ``livemode`` leaves out does not wait for the function and keeps no receipt of it.
    Decorate a function twice, and it is called once for each event that one of the two matches.

    Args:
        patterns: event types (``"invoice.paid"``) or shell-style patterns (``"customer.subscription.*"``). A pattern
            goes on matching types that Stripe adds later.
        account: only for events of this connected account (``"acct_…"``), or of the platform itself (``""``).
        livemode: only for events of live mode (True), or of test mode and sandboxes (False).

    Raises:
        UnknownEventType: a name or pattern matches no event type; the message names the nearest.
        TypeError: ``account`` is not a string, or ``livemode`` is not a boolean.
        ValueError: ``account`` is not the id of an account.
    """
    only = _checked(account, livemode)
    for pattern in patterns:
        if not any(matches(kind, pattern) for kind in WEBHOOK_SIGNALS):
            raise unknown_event_type(pattern)

    def connect(receiver: ReceiverT) -> ReceiverT:
        for pattern in patterns:
            row = _Pattern(pattern, receiver, only)
            _patterns.append(row)
            for kind in WEBHOOK_SIGNALS:
                _connect_matching(WEBHOOK_SIGNALS[kind], row)
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
    for row in _patterns:
        _connect_matching(signal, row)
    return signal


def _connect_matching(signal: EventSignal, row: _Pattern) -> None:
    if matches(signal.kind, row.pattern):
        signal._connect_only(row.receiver, row.only)


def _identity(receiver: Receiver) -> Hashable:
    """Return what tells a receiver from others, as Django does; a bound method is another object each time."""
    if hasattr(receiver, "__self__") and hasattr(receiver, "__func__"):
        return id(receiver.__self__), id(receiver.__func__)
    return id(receiver)


def _checked(account: str | None, livemode: bool | None) -> Only:
    """Return the filter of `on`.

    Raises:
        TypeError: an argument has the wrong type.
        ValueError: ``account`` is not the id of an account.
    """
    if not isinstance(account, str | None):
        raise TypeError(f'on(account=…) takes the id of an account, "" for the platform itself, or None: {account!r}')
    if account and not _ACCOUNT_ID.fullmatch(account):
        raise ValueError(f'{account!r} is not the id of an account: acct_… for a connected one, "" for the platform')
    if not isinstance(livemode, bool | None):
        raise TypeError(f"on(livemode=…) takes True, False or None: {livemode!r}")
    return Only(account, livemode)


def unknown_event_type(kind: str) -> UnknownEventType:
    """Return the error for a name that no event type has; it names the nearest that one has."""
    nearest = get_close_matches(kind, list(WEBHOOK_SIGNALS), n=1)
    hint = f"Did you mean {nearest[0]!r}?" if nearest else "The documentation's list of event types has them all."
    return UnknownEventType(f"No event type is called {kind!r}. {hint} signals.declare({kind!r}) adds a new one.")
