"""The receivers of an event, each in a savepoint: where some fail, the work of the others is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from pinax.stripe.exceptions import BrokenTransaction, StepFailed
from pinax.stripe.inbox.failures import Stage, step
from pinax.stripe.inbox.transactions import database, is_deadlock
from pinax.stripe.models import EventReceipt
from pinax.stripe.models.primary import from_primary
from pinax.stripe.signals import any_event, signal_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.models import Event, StripeObject
    from pinax.stripe.signals import EventSignal, Receiver
    from pinax.stripe.webhooks import Webhook


class Calls(NamedTuple):
    """What came of calling an event's receivers.

    Attributes:
        succeeded: the names of those that have come through now.
        failures: an error for each that has not.
        left_out: whether there are others that were not called, and have not come through before.
    """

    succeeded: list[str]
    failures: list[StepFailed]
    left_out: bool


def names_of(event: Event, sender: type[Webhook]) -> list[str]:
    """Return the names of the receivers that an event has now, in the order in which they are called."""
    return [name for name, _, _ in _connected(event, sender)]


def call_receivers(event: Event, handler: Webhook, instance: StripeObject | None, only: str = "") -> Calls:
    """Call the receivers that have not come through yet; inside the event's transaction.

    Args:
        event: the event.
        handler: the event's handler; its class is the sender.
        instance: the row that was synced, if there is one.
        only: the name of the one receiver that is to be called; empty: all of them.

    Raises:
        StepFailed: a receiver failed in a way that takes the whole transaction with it.
    """
    calls = Calls([], [], left_out=False)
    sender, through = type(handler), _through(event)
    for name, signal, receiver in _connected(event, sender):
        if name in through:
            continue
        if only and only != name:
            calls = calls._replace(left_out=True)
            continue
        try:
            with step(Stage.RECEIVER, name), transaction.atomic(database()):
                receiver(signal=signal, sender=sender, event=event, instance=instance)
                if transaction.get_rollback(database()):
                    raise BrokenTransaction
        except StepFailed as failure:
            if transaction.get_rollback(database()) or is_deadlock(failure.__cause__):
                raise
            calls.failures.append(failure)
        else:
            calls.succeeded.append(name)
    return calls


def _through(event: Event) -> set[str]:
    """Return who has come through before; nobody has, without asking, where nothing was kept yet."""
    if event.synced_at is None:
        return set()
    receipts = from_primary(EventReceipt.objects.filter(event=event))
    return set(receipts.values_list("receiver", flat=True))


def _connected(event: Event, sender: type[Webhook]) -> Iterator[tuple[str, EventSignal, Receiver]]:
    """Yield each receiver with its identity, which no other receiver of the event has; the same in every process."""
    for signal in (signal_for(event.kind), any_event):
        for identity, receiver in signal.receivers_for(sender, event.scope):
            yield identity, signal, receiver
