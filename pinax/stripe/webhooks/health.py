"""Handlers of Stripe's health alerts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinax.stripe.event_json import object_of
from pinax.stripe.plain_json import value_at
from pinax.stripe.scope import account_of
from pinax.stripe.sync.snapshots import reference_to
from pinax.stripe.webhooks.base import Webhook

if TYPE_CHECKING:
    from pinax.stripe.sync.snapshots import Snapshot


class EventGenerationFailureResolved(Webhook):
    """Stripe has failed to create an event, so no delivery and no list will ever contain it; its object is fetched.

    Source: https://docs.stripe.com/webhooks/handle-irrecoverable-events
    """

    name = "v2.core.health.event_generation_failure.resolved"
    action = "sync"

    def snapshot(self) -> Snapshot | None:
        """Return a reference to the object of the event that was never created."""
        event, scope = self.event, self.event.scope
        reference = value_at(event.message, "data.impact.related_object")
        if not object_of(reference):
            return None
        context = value_at(event.message, "data.impact.context")  # the alert is the platform's, the object may not be
        if isinstance(context, str) and context:
            scope = replace(scope, stripe_account=account_of(context) or scope.stripe_account, context=context)
        return reference_to(reference, scope, event.created)
