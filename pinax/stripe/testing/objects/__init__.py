"""Objects in the shape of API version 2026-10-28.endive, which tests change as they need.

``build(object_type)`` makes one of any type; those whose shape matters have a function of their own, which
``build`` calls. What is given by name replaces the key of that name, and may add keys that Stripe has not.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pinax.stripe.catalog import CATALOG
from pinax.stripe.testing.ids import PREFIXES
from pinax.stripe.testing.objects.balances import balance, balance_transaction
from pinax.stripe.testing.objects.catalogue import coupon, meter, plan, price, product
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
from pinax.stripe.testing.objects.shape import IDLESS, MODELESS, UNDATED, Json, list_of, make
from pinax.stripe.testing.objects.subscriptions import subscription, subscription_item
from pinax.stripe.testing.routes import COLLECTIONS
from pinax.stripe.testing.typos import SIMILAR, suggestion

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
} | {"billing.meter": meter, "checkout.session": checkout_session}

#: The types of all objects that events are about, or that have an id of their own form.
KNOWN: Final = frozenset(
    {*BUILDERS, *PREFIXES, *IDLESS, *MODELESS, *UNDATED, *COLLECTIONS.values()}
    | {kind for row in CATALOG.values() for kind in row.objects}
)


def check_object_type(object_type: str) -> None:
    """Check an object type. One that Stripe does not have is accepted if it is not similar to a known one.

    Raises:
        ValueError: it is probably misspelt.
    """
    if object_type not in KNOWN and (asked := suggestion(object_type, KNOWN, SIMILAR)):
        raise ValueError(f"Stripe has no object of type {object_type!r}.{asked}")


def build(object_type: str, **over: Any) -> Json:
    """Return an object of Stripe's ``object_type``, e.g. ``invoice`` or ``checkout.session``.

    A type without a function of its own gets what all objects have: id, created, livemode. So does one that Stripe has
    not, if its name is not almost that of a known one.

    Raises:
        ValueError: ``object_type`` is probably misspelt; the message names the most similar type.
    """
    check_object_type(object_type)
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
    "check_object_type",
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
    "meter",
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
