"""Handlers of customers and their payment sources."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinax.stripe.webhooks.base import Webhook

if TYPE_CHECKING:
    from pinax.stripe.sync.snapshots import Snapshot


class CustomerSourceDeleted(Webhook):
    """A source was removed from a customer. An account that was a source still exists at Stripe."""

    name = "customer.source.deleted"
    action = "delete"

    def snapshot(self) -> Snapshot | None:
        """Return the snapshot of the source, which is deleted unless it is an account."""
        snapshot = super().snapshot()
        is_account = self.event.object_type == "account"
        return replace(snapshot, deleted=False) if snapshot and is_account else snapshot
