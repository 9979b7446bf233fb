"""The story: a customer's month, forged deliveries, and failures.

Each chapter is a generator: it changes the fake Stripe after the previous step has been played.
"""

from collections.abc import Iterator
from typing import Any

from cast import Cast, forged, paid
from pinax.stripe.models import Account, Charge, Customer, Event, Invoice, OtherObject, Product
from pinax.stripe.testing import FakeStripe, build
from pinax.stripe.testing.objects import list_of, refund
from playing import Step
from shop.models import Access, LicenceKey, Task


def story(stripe: FakeStripe) -> Iterator[Step | str]:
    """Yield the headings of the chapters, and their steps."""
    cast = Cast(stripe)
    yield "Ada subscribes"
    yield from ada_subscribes(stripe, cast)
    yield "In any order, any number of times"
    yield from in_any_order(stripe, cast)
    yield "New types, both modes, other accounts"
    yield from from_everywhere(stripe, cast)
    yield "Forged and unreadable deliveries"
    yield from rejected(stripe, cast)
    yield "When something is down"
    yield from down(stripe, cast)
    yield "Left for you"
    yield from left_for_you(stripe, cast)


def ada_subscribes(stripe: FakeStripe, cast: Cast) -> Iterator[Step]:
    """Each event is genuine, and delivered once and in order: the common case."""
    ada, card, bill = cast.ada, cast.card(cast.ada), cast.invoice("ADA-0001", month=0)
    yield Step("Gold goes on sale", stripe.event("product.created", cast.gold), rows="+Product")
    yield Step("… at 10 dollars a month", stripe.event("price.created", cast.monthly), rows="+Price")
    yield Step("Ada Lovelace signs up", stripe.event("customer.created", ada), rows="+Customer")
    yield Step("She adds a card", stripe.event("payment_method.attached", card), rows="+PaymentMethod")
    begun = stripe.event("customer.subscription.created", cast.subscription)
    yield Step("She subscribes to Gold", begun, rows="+Subscription +SubscriptionItem +Plan")
    yield Step("Her first invoice is written", stripe.event("invoice.created", bill), rows="+Invoice +InvoiceLineItem")
    yield Step(
        "She pays: the shop gives access",
        stripe.event("invoice.paid", paid(bill)),
        rows="~Invoice +Access",
        holds={"Ada has access": lambda: Access.objects.get().customer.name == "Ada Lovelace"},
    )
    charge = build("charge", customer=ada["id"], payment_method=card["id"], created=stripe.now)
    charged = stripe.event("charge.succeeded", charge)
    yield Step("Her card is charged", charged, rows="+Charge +PaymentIntent +BalanceTransaction")
    intent = charge["payment_intent"]
    half = refund(amount=500, charge=charge["id"], payment_intent=intent, created=stripe.now)
    charge |= {"amount_refunded": 500, "refunds": list_of([half], f"/v1/charges/{charge['id']}/refunds")}
    yield Step(
        "Half of it is refunded",
        stripe.event("charge.refunded", charge),
        rows="~Charge +Refund +BalanceTransaction",
        holds={"half is refunded": lambda: Charge.objects.get().amount_refunded == Charge.objects.get().amount // 2},
    )
    dispute = build("dispute", charge=charge["id"], payment_intent=intent, created=stripe.now)
    yield Step(
        "Her bank disputes the charge",
        stripe.event("charge.dispute.created", dispute),
        rows="+Dispute +Task ~Charge",
        holds={"there is a task with a due date": lambda: Task.objects.get().due is not None},
    )


def in_any_order(stripe: FakeStripe, cast: Cast) -> Iterator[Step]:
    """Stripe guarantees neither order nor single delivery."""
    charles = cast.person("Charles Babbage", "charles@example.com")
    signed_up = stripe.event("customer.created", charles)
    stripe.advance(1)
    card = stripe.event("payment_method.attached", cast.card(charles))
    yield Step("A card comes before its owner", card, rows="+PaymentMethod +Customer")
    yield Step("Charles Babbage signs up", signed_up, rows="~Customer")
    yield Step("The same delivery once more", signed_up, sent=False)
    yield Step("The same event as a thin event", stripe.thin(signed_up), sent=False)
    moved = stripe.event("customer.updated", charles | {"phone": "+44 20 7946 0018"})
    yield Step("A thin event: the customer is fetched", stripe.thin(moved), rows="~Customer")
    yield Step("Its snapshot event comes later", moved, sent=False)

    older = stripe.event("customer.updated", charles | {"email": "babbage@example.com"})
    stripe.advance(1)
    charles |= {"email": "engine@example.com"}
    newer = stripe.event("customer.updated", charles)
    stays = {"the newer address stays": lambda: Customer.objects.filter(email="engine@example.com").exists()}
    yield Step("He has a new e-mail address", newer, rows="~Customer", holds=stays)
    yield Step("An older update comes late", older, holds=stays)

    late = stripe.event("customer.updated", charles | {"phone": "+44 20 7946 0000"})
    stripe.advance(1)
    deleted = stripe.event("customer.deleted", charles)
    gone = {"he stays deleted": lambda: not Customer.objects.filter(name="Charles Babbage").exists()}
    # Deleted at Stripe is not erased here: the tombstone keeps its columns until `stripe_prune --erase`.
    yield Step("He is deleted at Stripe", deleted, rows="-Customer", holds=gone)
    yield Step("An update comes after that", late, holds=gone)


def from_everywhere(stripe: FakeStripe, cast: Cast) -> Iterator[Step]:
    """New event types, live mode, connected accounts."""
    medal = build("loyalty.medal", metal="silver", created=stripe.now)
    yield Step(
        "An unknown event type",
        stripe.event("loyalty.medal.awarded", medal),
        rows="+OtherObject",
        holds={"the object is stored": lambda: OtherObject.objects.get().data["metal"] == "silver"},
    )
    live = stripe.event("product.created", cast.gold, livemode=True)
    golds = Product.objects.filter(stripe_id="gold").order_by("livemode")
    yield Step(
        "Gold goes on sale in live mode",
        live,
        rows="+Product",
        holds={"it is there once in each mode": lambda: [row.livemode for row in golds.all()] == [False, True]},
    )

    bookshop = build("account", email="books@example.com", created=stripe.now)
    bookshop["business_profile"]["name"] = "Somerville Books"
    account = bookshop["id"]
    stripe.connect(account)
    yield Step(
        "A bookshop connects its account", stripe.event("account.updated", bookshop, account=account), rows="+Account"
    )
    payout = build("payout", amount=125000, created=stripe.now)
    yield Step(
        "The bookshop's money is paid out",
        stripe.event("payout.paid", payout, account=account),
        rows="+Payout +BalanceTransaction",
    )
    farewell = stripe.event("account.application.deauthorized", build("application", name="Shop"), account=account)
    stripe.disconnect(account)
    yield Step(
        "It disconnects: the key has no access",
        farewell,
        rows="~Account",
        holds={"the account is marked": lambda: Account.objects.get(stripe_id=account).deauthorized_at is not None},
    )


def rejected(stripe: FakeStripe, cast: Cast) -> Iterator[Step]:
    """Anyone can post to the webhook; only events that Stripe confirms are processed."""
    bill = paid(cast.invoice("ADA-0002", month=1))
    genuine = stripe.event("invoice.paid", bill)
    invented = genuine | {"id": "evt_NeverHappened"}
    dearer = forged(genuine, amount_paid=1_000_000)
    kept: dict[str, Any] = {"answer": 400, "sent": False, "rows": "+RejectedDelivery"}
    yield Step("An event that never happened", invented, event="invalid", **kept)
    yield Step("A thousand times the true amount", dearer, event="invalid", **kept)
    amount = {"the true amount is kept": lambda: Invoice.objects.get(number="ADA-0002").amount_paid == bill["total"]}
    yield Step("The genuine event, after the forged", genuine, rows="+Invoice +InvoiceLineItem ~Access", holds=amount)
    yield Step("The same event, made a deletion", genuine | {"type": "invoice.deleted"}, holds=amount, **kept)
    yield Step("Garbage", b"\x00\xff{]", answer=400, event="unknown", sent=False)
    yield Step("Two million bytes", b" " * 2_000_000, answer=413, event="unknown", sent=False)


def down(stripe: FakeStripe, cast: Cast) -> Iterator[Step]:
    """No event is lost: a later delivery does what has failed, and does not repeat what has succeeded."""
    bought = sold(stripe, cast)
    rows = "+CheckoutSession +EventProcessingException +EventReceipt"
    yield Step("A key is sold, and none is left", bought, answer=503, event="confirmed", rows=rows)
    LicenceKey.objects.create(key="NOTE-G-1843")
    yield Step("One is there: delivered again", bought, sent=False, rows="~LicenceKey +EventReceipt")

    ended = cast.subscription | {"status": "canceled", "canceled_at": stripe.now, "ended_at": stripe.now}
    over = stripe.event("customer.subscription.deleted", ended)
    with stripe.answering(503):
        kept: dict[str, Any] = {"event": "unverified", "sent": False, "rows": "+EventProcessingException"}
        yield Step("Ada cancels; Stripe's API is away", over, answer=503, **kept)
    yield Step("It is back: delivered again", over, rows="~Subscription ~Access")


def left_for_you(stripe: FakeStripe, cast: Cast) -> Iterator[Step]:
    """Two sales without a licence key: one event is retried, the other one is given up and needs a person."""
    error, receipt = "+EventProcessingException", "+EventReceipt"
    sale = sold(stripe, cast)
    yield Step(
        "Sold, and no key: it is retried",
        sale,
        answer=503,
        event="confirmed",
        rows=f"+CheckoutSession {error} {receipt}",
    )
    sale = sold(stripe, cast)
    yield Step("Another one is sold", sale, answer=503, event="confirmed", rows=f"+CheckoutSession {error} {receipt}")
    yield Step("Delivered again: still no key", sale, answer=503, event="confirmed", sent=False, rows=error)
    given_up = {"it is given up": lambda: Event.objects.given_up().count() == 1}
    yield Step("And again: it is given up", sale, answer=503, event="confirmed", sent=False, rows=error, holds=given_up)


def sold(stripe: FakeStripe, cast: Cast) -> dict[str, Any]:
    """Return the event of a licence key that Ada has bought."""
    session = build("checkout.session", customer=cast.ada["id"], amount_total=4900, currency="usd", created=stripe.now)
    return stripe.event("checkout.session.completed", session)
