"""Who and what the story is about, as Stripe describes them."""

from dataclasses import dataclass, field
from typing import Any

from pinax.stripe.testing import FakeStripe, build
from pinax.stripe.testing.objects import invoice, line_item, price, product, subscription, subscription_item

Json = dict[str, Any]

MONTH = 30 * 24 * 60 * 60


@dataclass
class Cast:
    """The objects that more than one chapter speaks of."""

    stripe: FakeStripe
    gold: Json = field(init=False)
    monthly: Json = field(init=False)
    ada: Json = field(init=False)
    subscription: Json = field(init=False)

    def __post_init__(self) -> None:
        self.gold = product(id="gold", name="Gold", created=self.stripe.now)
        self.monthly = price(id="price_gold_monthly", product="gold", unit_amount=1000, created=self.stripe.now)
        self.ada = self.person("Ada Lovelace", "ada@example.com")
        item = subscription_item(price=self.monthly)
        self.subscription = subscription(customer=self.ada["id"], items=[item], created=self.stripe.now)

    def person(self, name: str, email: str) -> Json:
        """Return a customer."""
        return build("customer", name=name, email=email, created=self.stripe.now)

    def card(self, customer: Json) -> Json:
        """Return a customer's card."""
        owner = {"name": customer["name"], "email": customer["email"], "phone": None, "address": None}
        return build("payment_method", customer=customer["id"], billing_details=owner, created=self.stripe.now)

    def invoice(self, number: str, *, month: int) -> Json:
        """Return the invoice for Ada's subscription in a month from now: 0 for the present one."""
        start = self.stripe.now + month * MONTH
        line = line_item(
            subscription=self.subscription["id"],
            period={"start": start, "end": start + MONTH},
            pricing={
                "type": "price_details",
                "price_details": {"price": self.monthly["id"], "product": self.gold["id"]},
                "unit_amount_decimal": "1000",
            },
        )
        line["parent"]["subscription_item_details"]["subscription_item"] = self.subscription["items"]["data"][0]["id"]
        return invoice(
            lines=[line],
            number=number,
            customer=self.ada["id"],
            customer_name=self.ada["name"],
            customer_email=self.ada["email"],
            subscription=self.subscription["id"],
            created=self.stripe.now,
        )


def paid(bill: Json) -> Json:
    """Return an invoice after it was paid."""
    total = bill["total"]
    return bill | {"status": "paid", "amount_paid": total, "amount_remaining": 0, "attempted": True, "attempt_count": 1}


def forged(event: Json, **over: Any) -> Json:
    """Return a forged event, with changed values in its object."""
    return event | {"data": {"object": event["data"]["object"] | over}}
