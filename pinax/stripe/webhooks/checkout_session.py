"""Handlers of checkout sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models import CheckoutSession
from pinax.stripe.webhooks.base import Webhook

if TYPE_CHECKING:
    from pinax.stripe.models import StripeObject
    from pinax.stripe.sync.freshness import Change


class CheckoutSessionCompleted(Webhook):
    """A customer has completed Checkout, so the session has a customer, who can be linked to a user."""

    name = "checkout.session.completed"

    def sync(self, change: Change) -> StripeObject | None:
        """Sync the session, and link its customer to a user; in old API versions a session has no status."""
        session = super().sync(change)
        if isinstance(session, CheckoutSession) and session.status != "complete":
            session.link_customer()
        return session
