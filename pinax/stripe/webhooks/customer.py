"""Customers and what they pay with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinax.stripe.webhooks.base import Webhook

if TYPE_CHECKING:
    from pinax.stripe.sync.snapshots import Snapshot


class CustomerSourceDeleted(Webhook):
    """A customer has lost a source. An account that served as one is gone from the customer, not from Stripe."""

    name = "customer.source.deleted"
    action = "delete"

    def snapshot(self) -> Snapshot | None:
        """Return what the customer has lost."""
        snapshot = super().snapshot()
        is_account = self.event.object_type == "account"
        return replace(snapshot, deleted=False) if snapshot and is_account else snapshot
