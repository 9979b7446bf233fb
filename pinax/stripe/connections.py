"""A signal that identifies its receivers by a name that is the same in every process."""

from __future__ import annotations

from contextlib import contextmanager
from threading import RLock
from types import MethodType
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import WeakMethod, ref

from asgiref.sync import async_to_sync, iscoroutinefunction
from django.dispatch import Signal

from pinax.stripe.exceptions import ReceiverClash
from pinax.stripe.receivers import EVERY_EVENT, Only, Receiver, described, identity_of, is_same

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from pinax.stripe.scope import Scope

#: Held while receivers are connected or disconnected; sending a signal does not wait for it.
changing: Final = RLock()


class Connection(NamedTuple):
    """A receiver of a signal, and its filters: it is called for events that match one of them."""

    identity: str
    strong: Receiver | None  # None if the reference is weak
    weak: Callable[[], Receiver | None] | None
    is_async: bool
    filters: frozenset[Only]

    @property
    def receiver(self) -> Receiver | None:
        """The receiver; None if it was connected weakly and has been garbage collected."""
        return self.weak() if self.weak else self.strong


class ReceiverSignal(Signal):
    """A signal that calls one receiver for each identity.

    Django's own list of receivers is updated, too, so that ``has_listeners()`` is correct.
    """

    def __init__(self, name: str, prefix: str = "") -> None:
        super().__init__()
        self._name = name
        self._prefix = prefix
        self._connections: dict[str, Connection] = {}
        #: The connections in the order in which they are called. Replaced as a whole, never changed.
        self._calls: tuple[Connection, ...] = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._name}>"

    def connect(
        self, receiver: Receiver, sender: object = None, weak: bool = True, dispatch_uid: Hashable | None = None
    ) -> None:
        """Connect a receiver as in Django; its identity is ``dispatch_uid``, or else its dotted path.

        Raises:
            ReceiverClash: another receiver of this identity is connected.
            UnstableReceiver: it has no dotted path that is the same after a restart, and no ``dispatch_uid``.
            TypeError: ``dispatch_uid`` is not a string.
            ValueError: the identity is too long, or cannot be stored.
        """
        self.connect_only(receiver, identity_of(receiver, dispatch_uid, self._prefix), Only(sender=sender), weak=weak)

    def connect_only(self, receiver: Receiver, identity: str, only: Only, *, weak: bool = False) -> None:
        """Connect a receiver with a filter, in addition to the filters that it is connected with already.

        Raises:
            ReceiverClash: another receiver of this identity is connected.
        """
        with changing:
            self.refuse_another(receiver, identity)
            super().connect(receiver, sender=only.sender, weak=weak, dispatch_uid=identity)
            known = self._connections.get(identity)
            if known is None or known.receiver is None:
                self._connections.pop(identity, None)
                strong, reference = (None, _weak(receiver)) if weak else (receiver, None)
                known = Connection(identity, strong, reference, iscoroutinefunction(receiver), frozenset())
            elif not weak:
                known = known._replace(strong=receiver, weak=None)
            self._connections[identity] = known._replace(filters=known.filters | {only})
            self._arrange()

    def disconnect(
        self, receiver: Receiver | None = None, sender: object = None, dispatch_uid: Hashable | None = None
    ) -> bool:
        """Disconnect a receiver that ``connect`` or ``on`` has connected, and return whether it was connected.

        Without a ``dispatch_uid`` the receiver is disconnected under all of its identities. As in Django, a receiver
        that was connected for a sender is disconnected only if the same sender is given.
        """
        with changing:
            if dispatch_uid:
                found = [self._connections.get(f"{self._prefix}{dispatch_uid}")]
            else:
                found = [known for known in self._connections.values() if is_same(receiver, known.receiver)]
            undone = [self._disconnect(known, sender) for known in found if known]
            return any(undone)

    def receivers_for(self, sender: object, scope: Scope | None = None) -> Iterator[tuple[str, Receiver]]:
        """Yield the receivers to call, with their identities; async ones are wrapped for calls from sync code.

        Args:
            sender: the handler class.
            scope: the account and mode of the event, which the receivers' filters must match; None for any.
        """
        for identity, strong, weak, is_async, filters in self._calls:
            receiver = weak() if weak else strong
            if receiver is None:
                continue
            if EVERY_EVENT in filters or any(only.matches(sender, scope) for only in filters):
                yield identity, async_to_sync(receiver) if is_async else receiver

    def filters(self) -> Iterator[tuple[str, Only]]:
        """Yield the identity of each connected receiver, once for each of the filters that it is connected with."""
        for connection in self._calls:
            if connection.receiver is not None:
                yield from ((connection.identity, only) for only in connection.filters)

    def refuse_another(self, receiver: Receiver, identity: str) -> None:
        """Raise ReceiverClash if another receiver of this identity is connected."""
        known = self._connections.get(identity)
        if known is not None and known.receiver is not None:
            refuse_another(receiver, known.receiver, identity, self._name)

    def _disconnect(self, known: Connection, sender: object) -> bool:
        filters = frozenset(only for only in known.filters if only.sender is not sender)
        if filters == known.filters:
            return False
        super().disconnect(sender=sender, dispatch_uid=known.identity)
        if filters:
            self._connections[known.identity] = known._replace(filters=filters)
        else:
            del self._connections[known.identity]
        self._arrange()
        return True

    def _arrange(self) -> None:
        """Sort the receivers into the order of calls: the order of connection, async receivers last."""
        self._calls = tuple(sorted(self._connections.values(), key=lambda known: known.is_async))

    def _restore(self, connections: dict[str, Connection]) -> None:
        self._connections = dict(connections)
        self._arrange()


@contextmanager
def restored(*signals: Signal, empty: bool) -> Iterator[None]:
    """Restore the connections of the signals at the end of the block; ``empty`` disconnects all for the block."""
    with changing:
        before = [
            (signal, list(signal.receivers), dict(signal._connections) if isinstance(signal, ReceiverSignal) else {})
            for signal in signals
        ]
        if empty:
            for signal in signals:
                _put_back(signal, [], {})
    try:
        yield
    finally:
        with changing:
            for signal, receivers, connections in before:
                _put_back(signal, receivers, connections)


def refuse_another(receiver: Receiver, known: Receiver, identity: str, where: str) -> None:
    """Raise ReceiverClash if the known receiver of this identity is another one."""
    if not is_same(receiver, known):
        raise ReceiverClash(
            f"{where} calls {described(known)} as {identity!r} already. Give {described(receiver)} an identity of its "
            'own: signal.connect(receiver, dispatch_uid="…"), or @on(…, dispatch_uid="…")'
        )


def _put_back(signal: Signal, receivers: list[Any], connections: dict[str, Connection]) -> None:
    with signal.lock:
        signal.receivers = list(receivers)
        signal.sender_receivers_cache.clear()
        signal._dead_receivers = True  # type: ignore[attr-defined]  # not in the stubs; a weak reference may be dead
    if isinstance(signal, ReceiverSignal):
        signal._restore(connections)


def _weak(receiver: Receiver) -> Callable[[], Receiver | None]:
    return WeakMethod(receiver) if isinstance(receiver, MethodType) else ref(receiver)
