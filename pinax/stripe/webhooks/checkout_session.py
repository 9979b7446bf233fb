"""Checkout sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models import CheckoutSession
from pinax.stripe.webhooks.base import Webhook

if TYPE_CHECKING:
    from pinax.stripe.models import StripeObject
    from pinax.stripe.sync.freshness import Change


class CheckoutSessionCompleted(Webhook):
    """A customer has finished Checkout: now the session says whose customer it is."""

    name = "checkout.session.completed"

    def sync(self, change: Change) -> StripeObject | None:
        """Write the session, and link its customer to the user it names; sessions of old have no status to tell it."""
        session = super().sync(change)
        if isinstance(session, CheckoutSession) and session.status != "complete":
            session.link_customer()
        return session
