"""What Stripe delivers: the events of a subscriber's first month, and bursts of one object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinax.stripe.testing import build
from pinax.stripe.testing.objects import invoice, line_item, price, subscription, subscription_item

if TYPE_CHECKING:
    from pinax.stripe.testing import FakeStripe

Json = dict[str, Any]

PRODUCT = "prod_bench"
PRICE = "price_bench"
#: When both were made, long before anybody subscribed.
MADE = 1_700_000_000

#: The types of a story's events, in their order; a second lies between one and the next.
TYPES = (
    "customer.created",
    "payment_method.attached",
    "customer.updated",
    "customer.subscription.created",
    "invoice.created",
    "invoice.finalized",
    "payment_intent.succeeded",
    "charge.succeeded",
    "invoice.paid",
    "customer.subscription.updated",
    "charge.refunded",
)


def catalogue(stripe: FakeStripe) -> list[Json]:
    """Let the product and the price be made that everybody subscribes to."""
    then = stripe.now - 30
    product = build("product", id=PRODUCT, default_price=PRICE, created=MADE)
    return [
        stripe.event("product.created", product, created=then),
        stripe.event("price.created", _price(), created=then),
    ]


def story(stripe: FakeStripe) -> list[Json]:
    """Let somebody subscribe, pay and be refunded within the last seconds; returns the events, one of each type."""
    began = stripe.now - len(TYPES)
    objects = _objects(stripe, began)
    return [stripe.event(kind, objects[kind], created=began + second) for second, kind in enumerate(TYPES)]


def known(stripe: FakeStripe) -> tuple[Json, Json]:
    """Let a charge be pending, and succeed; returns both events. The charge names nothing that is not known before."""
    began = stripe.now - 2
    charged = build("charge", created=began, payment_intent=None, payment_method=None, refunds=None)
    stripe.put(_settled(charged))
    pending = {**charged, "status": "pending", "captured": False}
    return (
        stripe.event("charge.pending", pending, created=began),
        stripe.event("charge.succeeded", charged, created=began + 1),
    )


def burst(stripe: FakeStripe, size: int) -> list[Json]:
    """Let one subscription change several times in the same second."""
    then = stripe.now - 1
    changed = _objects(stripe, then)["customer.subscription.updated"]
    return [
        stripe.event("customer.subscription.updated", {**changed, "metadata": {"change": str(nth)}}, created=then)
        for nth in range(size)
    ]


def _objects(stripe: FakeStripe, began: int) -> dict[str, Json]:
    """Return the object of each event of a story, as it is at that event; Stripe knows all of them."""
    customer = build("customer", created=began)
    card = build("payment_method", customer=customer["id"], created=began)
    of_customer = {"customer": customer["id"], "created": began}
    subscribed = subscription(
        items=[subscription_item(price=_price(), created=began)], default_payment_method=card["id"], **of_customer
    )
    billed = invoice(
        status="draft", subscription=subscribed["id"], lines=[line_item(subscription=subscribed["id"])], **of_customer
    )
    intent = build("payment_intent", payment_method=card["id"], **of_customer)
    charged = build(
        "charge", id=intent["latest_charge"], payment_intent=intent["id"], payment_method=card["id"], **of_customer
    )
    refunded = {"refunded": True, "amount_refunded": charged["amount"]}
    paid = {"status": "paid", "amount_paid": billed["amount_due"], "amount_remaining": 0}
    for known in (customer, card, subscribed, billed, intent, charged, _settled(charged)):
        stripe.put(known)
    return {
        "customer.created": customer,
        "payment_method.attached": card,
        "customer.updated": {**customer, "invoice_settings": {"default_payment_method": card["id"]}},
        "customer.subscription.created": {**subscribed, "status": "incomplete"},
        "invoice.created": billed,
        "invoice.finalized": {**billed, "status": "open"},
        "payment_intent.succeeded": intent,
        "charge.succeeded": charged,
        "invoice.paid": {**billed, **paid},
        "customer.subscription.updated": {**subscribed, "latest_invoice": billed["id"]},
        "charge.refunded": {**charged, **refunded},
    }


def _settled(charged: Json) -> Json:
    return build(
        "balance_transaction", id=charged["balance_transaction"], source=charged["id"], created=charged["created"]
    )


def _price() -> Json:
    return price(id=PRICE, product=PRODUCT, created=MADE)
