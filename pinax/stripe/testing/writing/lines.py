"""The lines of an invoice: what a subscription costs, what waits for the next invoice, and what discounts take off."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import meters
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.periods import later

#: The keys of an invoice item that its line has, too.
OF_ITEM: Final = "currency description discountable metadata period pricing quantity quantity_decimal".split()


def lines_of(data: AccountData, subscription: Json, *, trial: bool = False, before: Json | None = None) -> list[Json]:
    """Return the lines for the current period of a subscription; those of a trial cost nothing.

    A metered price is paid afterwards: its line is about the period that has ended. An item whose period goes on has no
    line: it was paid already, or is paid when it ends.

    Args:
        data: the data of the account.
        subscription: the subscription.
        trial: whether the current period is a trial.
        before: the subscription in the period that has ended; None if nothing is to be paid for it.
    """
    ended = {item["id"]: item for item in before["items"]["data"]} if before else {}
    return [
        _metered_line(data, subscription, item, ended.get(item["id"]))
        if item["price"]["recurring"]["usage_type"] == "metered"
        else _licensed_line(data, subscription, item, trial)
        for item in subscription["items"]["data"]
        if ended.get(item["id"], {}).get("current_period_end") != item["current_period_end"]
    ]


def _licensed_line(data: AccountData, subscription: Json, item: Json, trial: bool) -> Json:
    amount = 0 if trial else (item["price"]["unit_amount"] or 0) * item["quantity"]
    return _line(data, subscription, item, amount, trial)


def _metered_line(data: AccountData, subscription: Json, item: Json, ended: Json | None) -> Json:
    """Return the line for the usage in the period that has ended; without usage if none has."""
    if ended is None:
        return _line(data, subscription, item | {"quantity": 0}, 0)
    start, end = ended["current_period_start"], ended["current_period_end"]
    used = meters.used(data, item["price"]["recurring"]["meter"], subscription["customer"], start, end)
    amount = (used * Decimal(item["price"]["unit_amount_decimal"] or 0)).quantize(Decimal(1), ROUND_HALF_UP)
    line = _line(data, subscription, ended | {"quantity": int(used)}, int(amount))
    return line | {"quantity_decimal": str(used)}


def _line(data: AccountData, subscription: Json, item: Json, amount: int, trial: bool = False) -> Json:
    price = item["price"]
    product = data.get("product", price["product"])
    line = build("line_item", amount=amount, subscription=subscription["id"])
    line["parent"]["subscription_item_details"]["subscription_item"] = item["id"]
    description = f"Trial period for {product['name']}" if trial else f"{item['quantity']} of {product['name']}"
    return line | {
        "currency": price["currency"],
        "description": description,
        "period": {"start": item["current_period_start"], "end": item["current_period_end"]},
        "pricing": line["pricing"]
        | {
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "quantity_decimal": str(item["quantity"]),
    }


def waiting(data: AccountData, customer: str, subscription: str = "", *, only: bool = False) -> list[Json]:
    """Return the lines of the items that wait for the next invoice of a customer, or of a subscription.

    Args:
        data: the data of the account.
        customer: the id of the customer.
        subscription: the id of the subscription; ``""`` for an invoice that bills none.
        only: without the items that belong to no subscription.
    """
    of = {subscription} if only else {"", subscription}
    return [of_item(item) for item in data.all("invoiceitem", customer=customer, invoice=None) if _of(item) in of]


def of_item(item: Json) -> Json:
    """Return the line of an invoice item."""
    line = build("line_item", amount=item["amount"])
    subscription = _of(item) or None
    details = {"invoice_item": item["id"], "proration": item["proration"], "subscription": subscription}
    line["parent"]["invoice_item_details"] |= details
    return line | {name: item[name] for name in OF_ITEM} | {"subscription": subscription}


def _of(item: Json) -> str:
    """Return the id of the subscription that an invoice item belongs to; ``""`` if it belongs to none."""
    return str(((item.get("parent") or {}).get("subscription_details") or {}).get("subscription", ""))


def take(data: AccountData, lines: list[Json], invoice: str) -> None:
    """Say in the invoice items of the lines which invoice they are on."""
    for line in lines:
        details = line["parent"]["invoice_item_details"]
        if details:
            data.change(data.get("invoiceitem", details["invoice_item"]), "", invoice=invoice)


def discounted(data: AccountData, total: int, discounts: list[str]) -> list[Json]:
    """Return what each discount takes off a total: the ``total_discount_amounts`` of an invoice."""
    amounts: list[Json] = []
    for id_ in discounts:
        coupon = data.get("coupon", data.get("discount", id_)["source"]["coupon"])
        off = coupon["amount_off"] or round(total * (coupon["percent_off"] or 0) / 100)
        taken: int = min(off, total)
        amounts.append({"amount": taken, "discount": id_})
        total -= taken
    return amounts


def discounts_for(data: AccountData, given: list[Json] | None, subscription: str, customer: str) -> list[str]:
    """Create the discounts that a request names by coupon or promotion code, and return their ids."""
    coupons = []
    for number, one in enumerate(given or []):
        coupon, code = one.get("coupon"), one.get("promotion_code")
        if code:
            coupon = data.get("promotion_code", code, f"discounts[{number}][promotion_code]")["promotion"]["coupon"]
        coupons.append((data.get("coupon", coupon, f"discounts[{number}][coupon]"), code))
    made = []
    for found, code in coupons:
        months = found["duration_in_months"] if found["duration"] == "repeating" else None
        discount = build(
            "discount",
            coupon=found["id"],
            customer=customer,
            end=later(data.now, months=months) if months else None,
            promotion_code=code,
            start=data.now,
            subscription=subscription or None,
        )
        made.append(data.put(discount, "created")["id"])
    return made


def end_discounts(data: AccountData, discounts: Iterable[str]) -> None:
    """Delete discounts that a subscription has no longer."""
    for id_ in discounts:
        data.delete(data.get("discount", id_))


def lasting(data: AccountData, discounts: list[str]) -> list[str]:
    """Return the discounts that the next invoice has, too: not those of a coupon that is used once."""
    found = [data.get("discount", id_) for id_ in discounts]
    return [
        one["id"]
        for one in found
        if data.get("coupon", one["source"]["coupon"])["duration"] != "once"
        and not (one["end"] and one["end"] <= data.now)
    ]
