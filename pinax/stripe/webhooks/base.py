"""A handler: what the app does with one event type."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from pinax.stripe.sync.snapshots import Snapshot, snapshot_of
from pinax.stripe.sync.write import write

if TYPE_CHECKING:
    from pinax.stripe.catalog import Action
    from pinax.stripe.models import Event, StripeObject
    from pinax.stripe.sync.freshness import Change


class Webhook:
    """What is done with a verified event: its object is synced, and the instance handed to the type's receivers.

    A project replaces one by registering a subclass of it; connected receivers stay connected, for a signal belongs
    to the event type, not to the class::

        @registry.register
        class InvoicePaid(registry["invoice.paid"]):
            def sync(self, change):
                instance = super().sync(change)
                ...
                return instance

    Attributes:
        name: the event type.
        description: one sentence on what it says.
        action: "sync" writes the object, "delete" leaves a tombstone, "signal" leaves rows alone.
    """

    name: ClassVar[str] = ""
    description: ClassVar[str] = ""
    action: ClassVar[Action] = "sync"

    def __init__(self, event: Event) -> None:
        self.event = event

    def confirmed_by_refusal(self) -> bool:
        """Whether Stripe's refusal of our key for the event's account is itself the proof of the event.

        Asked before the event is valid: only ``kind``, ``stripe_account``, ``livemode`` and ``signed`` may be looked
        at; the first three are claims that need not be true.
        """
        return False

    def snapshot(self) -> Snapshot | None:
        """Return the object that the event carries, as it was then; None where nothing is to be synced."""
        event, carried = self.event, self.event.object
        if self.action == "signal" or not carried.get("object"):
            return None
        deleted = self.action == "delete"
        return snapshot_of(carried, event.scope, event.created, deleted=deleted)

    def sync(self, change: Change) -> StripeObject | None:
        """Write what is to be written, inside the event's transaction, and return the instance for the receivers.

        Args:
            change: the object's snapshot, or its current state where order was in doubt, and the row as it was.
        """
        return write(change)


class UnknownEvent(Webhook):
    """The handler of event types that the catalogue does not name yet: the object is synced, `any_event` sent."""

    description = "An event type that this version does not know yet."

    def snapshot(self) -> Snapshot | None:
        """Return the object that the event carries; gone, where the event's name says so."""
        snapshot = super().snapshot()
        gone = self.event.kind.endswith(".deleted")
        return replace(snapshot, deleted=True) if snapshot and gone else snapshot
