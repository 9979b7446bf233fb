"""What POST and DELETE do: objects are created and changed as at Stripe, and the same events happen."""

from pinax.stripe.testing.writing import (
    application_fees,
    checkout,
    connect,
    invoices,
    meters,
    payment_intents,
    payment_methods,
    payouts,
    plain,
    portal,
    refunds,
    setup_intents,
    subscriptions,
    transfers,
)
from pinax.stripe.testing.writing.registry import OPERATIONS, carried_out

__all__ = [
    "OPERATIONS",
    "application_fees",
    "carried_out",
    "checkout",
    "connect",
    "invoices",
    "meters",
    "payment_intents",
    "payment_methods",
    "payouts",
    "plain",
    "portal",
    "refunds",
    "setup_intents",
    "subscriptions",
    "transfers",
]
