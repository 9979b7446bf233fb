"""Handlers: a class for every event type, defined explicitly only if it does something special."""

from pinax.stripe.catalog import CATALOG
from pinax.stripe.webhooks.account import AccountApplicationAuthorized, AccountApplicationDeauthorized
from pinax.stripe.webhooks.base import UnknownEvent, Webhook
from pinax.stripe.webhooks.checkout_session import CheckoutSessionCompleted
from pinax.stripe.webhooks.customer import CustomerSourceDeleted
from pinax.stripe.webhooks.health import EventGenerationFailureResolved
from pinax.stripe.webhooks.invoice import InvoiceUpcoming
from pinax.stripe.webhooks.registry import registry

__all__ = ["UnknownEvent", "Webhook", "registry"]

for _handler in (
    AccountApplicationAuthorized,
    AccountApplicationDeauthorized,
    CheckoutSessionCompleted,
    CustomerSourceDeleted,
    EventGenerationFailureResolved,
    InvoiceUpcoming,
):
    registry.register(_handler)
registry.complete(CATALOG)
