"""Objects in the shape of API version 2026-10-28.endive, which tests change as they need.

``build(object_type)`` makes one of any type; those whose shape matters have a function of their own, which
``build`` calls. What is given by name replaces the key of that name, and may add keys that Stripe has not.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pinax.stripe.testing.objects.balances import balance, balance_transaction
from pinax.stripe.testing.objects.catalogue import coupon, plan, price, product
from pinax.stripe.testing.objects.checkout import checkout_session
from pinax.stripe.testing.objects.connect import (
    account,
    application_fee,
    capability,
    fee_refund,
    payout,
    person,
    transfer,
    transfer_reversal,
)
from pinax.stripe.testing.objects.customers import (
    bank_account,
    card,
    customer,
    discount,
    payment_method,
    source,
)
from pinax.stripe.testing.objects.invoice_lines import invoiceitem, line_item
from pinax.stripe.testing.objects.invoices import invoice, invoice_payment
from pinax.stripe.testing.objects.payments import (
    charge,
    dispute,
    payment_intent,
    refund,
    setup_intent,
)
from pinax.stripe.testing.objects.shape import Json, list_of, make
from pinax.stripe.testing.objects.subscriptions import subscription, subscription_item

#: Object type → the function that makes one.
BUILDERS: Final[Mapping[str, Callable[..., Json]]] = {
    builder.__name__: builder
    for builder in (
        account,
        application_fee,
        balance,
        balance_transaction,
        bank_account,
        capability,
        card,
        charge,
        coupon,
        customer,
        discount,
        dispute,
        fee_refund,
        invoice,
        invoice_payment,
        invoiceitem,
        line_item,
        payment_intent,
        payment_method,
        payout,
        person,
        plan,
        price,
        product,
        refund,
        setup_intent,
        source,
        subscription,
        subscription_item,
        transfer,
        transfer_reversal,
    )
} | {"checkout.session": checkout_session}


def build(object_type: str, **over: Any) -> Json:
    """Return an object of Stripe's ``object_type``, e.g. ``invoice`` or ``checkout.session``.

    A type without a function of its own gets what all objects have: id, created, livemode.
    """
    builder = BUILDERS.get(object_type)
    return builder(**over) if builder else make(object_type, over)


__all__ = [
    "BUILDERS",
    "account",
    "application_fee",
    "balance",
    "balance_transaction",
    "bank_account",
    "build",
    "capability",
    "card",
    "charge",
    "checkout_session",
    "coupon",
    "customer",
    "discount",
    "dispute",
    "fee_refund",
    "invoice",
    "invoice_payment",
    "invoiceitem",
    "line_item",
    "list_of",
    "payment_intent",
    "payment_method",
    "payout",
    "person",
    "plan",
    "price",
    "product",
    "refund",
    "setup_intent",
    "source",
    "subscription",
    "subscription_item",
    "transfer",
    "transfer_reversal",
]
