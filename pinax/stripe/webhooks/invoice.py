"""Invoices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinax.stripe.models import OtherObject
from pinax.stripe.webhooks.base import Webhook

if TYPE_CHECKING:
    from pinax.stripe.sync.snapshots import Snapshot


class InvoiceUpcoming(Webhook):
    """A preview: no invoice of that id exists at Stripe, or ever will, so it is kept apart from the invoices."""

    name = "invoice.upcoming"

    def snapshot(self) -> Snapshot | None:
        """Return the preview, which its subscription and customer tell apart from others."""
        snapshot = super().snapshot()
        return snapshot and replace(snapshot, model=OtherObject)
