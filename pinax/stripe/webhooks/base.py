"""The base class of handlers, which process one event type each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from pinax.stripe.plain_json import value_at
from pinax.stripe.sync.snapshots import Snapshot, reference_to, snapshot_of
from pinax.stripe.sync.write import write

if TYPE_CHECKING:
    from pinax.stripe.catalog import Action
    from pinax.stripe.models import Event, StripeObject
    from pinax.stripe.sync.freshness import Change


class Webhook:
    """Processes a verified event: syncs its object, and returns the instance that the receivers get.

    A project can replace a handler by registering a subclass of it. Connected receivers stay connected, because a
    signal belongs to the event type, not to the class::

        @registry.register
        class InvoicePaid(registry["invoice.paid"]):
            def sync(self, change):
                instance = super().sync(change)
                ...
                return instance

    Attributes:
        name: the event type.
        description: one sentence that describes the event type.
        action: "sync" writes the object, "delete" tombstones it, "signal" writes nothing.
    """

    name: ClassVar[str] = ""
    description: ClassVar[str] = ""
    action: ClassVar[Action] = "sync"

    def __init__(self, event: Event) -> None:
        self.event = event

    def confirmed_by_refusal(self) -> bool:
        """Whether the event is confirmed if Stripe denies the key access to the event's account.

        Called before the event is valid: only ``kind``, ``stripe_account``, ``livemode`` and ``signed`` may be used,
        and the first three are not verified.
        """
        return False

    def snapshot(self) -> Snapshot | None:
        """Return the snapshot of the event's object; None if there is nothing to sync."""
        event, carried = self.event, self.event.object
        if self.action == "signal" or not carried.get("object"):
            return None
        deleted = self.action == "delete"
        if event.is_thin:
            reference = value_at(event.message, "related_object")
            return replace(reference_to(reference, event.scope, event.created), deleted=deleted)
        return snapshot_of(carried, event.scope, event.created, deleted=deleted)

    def sync(self, change: Change) -> StripeObject | None:
        """Write the object, inside the event's transaction, and return the instance for the receivers.

        Args:
            change: the object's snapshot, or its current state if the order was in doubt, and the row as it was read.
        """
        return write(change)


class UnknownEvent(Webhook):
    """The handler of event types that are not in the catalogue: the object is synced, and `any_event` is sent."""

    description = "An event type that this version does not know yet."

    def snapshot(self) -> Snapshot | None:
        """Return the snapshot of the event's object; deleted if the type ends with ``.deleted``."""
        snapshot = super().snapshot()
        deleted = self.event.kind.endswith(".deleted")
        return replace(snapshot, deleted=True) if snapshot and deleted else snapshot
