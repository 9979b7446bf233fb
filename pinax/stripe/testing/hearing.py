"""Collect the signals of events that receivers get."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pinax.stripe.connections import _put_back, restored
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.models import Event, StripeObject
    from pinax.stripe.signals import EventSignal
    from pinax.stripe.webhooks import Webhook

IDENTITY = "heard"


class Heard(NamedTuple):
    """A signal that was sent.

    Attributes:
        signal: the event type; "*" for ``any_event``.
        sender: the handler class.
        event: the event.
        instance: the row that was synced; None if the type syncs nothing.
    """

    signal: str
    sender: type[Webhook]
    event: Event
    instance: StripeObject | None


@contextmanager
def hear() -> Iterator[list[Heard]]:
    """Collect the signals that are sent in the block, of every event type and of ``any_event``, in order."""
    receiver = _receiver()
    receiver.open()
    try:
        yield receiver.calls
    finally:
        receiver.close()


class _Receiver:
    """A receiver of every signal.

    Connecting it to 400 signals takes longer than most tests do. So it is done once, and a signal that has no other
    receiver gets back the connections of that time.
    """

    def __init__(self) -> None:
        self.calls: list[Heard] = []
        self._signals: list[EventSignal] = [*WEBHOOK_SIGNALS.values(), any_event]
        with restored(*self._signals, empty=True):
            for signal in self._signals:
                self._connect(signal)
            self._connected = {signal: (signal.receivers, signal._connections) for signal in self._signals}

    def __call__(self, signal: EventSignal, sender: Any, event: Any, instance: Any, **_kwargs: Any) -> None:
        self.calls.append(Heard(signal.kind, sender, event, instance))

    def open(self) -> None:
        self.calls = []
        for signal in self._signals:
            if signal.receivers:
                self._connect(signal)
            else:
                _put_back(signal, *self._connected[signal])

    def close(self) -> None:
        for signal in self._signals:
            if len(signal.receivers) > 1:
                signal.disconnect(dispatch_uid=IDENTITY)
            else:
                _put_back(signal, [], {})

    def _connect(self, signal: EventSignal) -> None:
        signal.connect(self, weak=False, dispatch_uid=IDENTITY)


@cache
def _receiver() -> _Receiver:
    return _Receiver()
