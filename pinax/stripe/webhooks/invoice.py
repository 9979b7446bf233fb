"""Handlers of invoices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinax.stripe.models import OtherObject
from pinax.stripe.webhooks.base import Webhook

if TYPE_CHECKING:
    from pinax.stripe.sync.snapshots import Snapshot


class InvoiceUpcoming(Webhook):
    """A preview of the next invoice, which does not exist at Stripe; it is stored as an `OtherObject`."""

    name = "invoice.upcoming"

    def snapshot(self) -> Snapshot | None:
        """Return the preview, which is identified by its subscription and customer."""
        snapshot = super().snapshot()
        return snapshot and replace(snapshot, model=OtherObject)
