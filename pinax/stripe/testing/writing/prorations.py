"""Prorations: what a change within a billing period costs, or brings back.

Source: https://docs.stripe.com/billing/subscriptions/prorations
"""

from typing import Final

from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import billing, lines
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.periods import end_of_period

#: The statuses in which the current period has been billed.
BILLED: Final = frozenset({"active", "past_due", "unpaid"})


def starts_over(before: Json, items: Json, fields: Json) -> bool:
    """Return whether a change begins a new billing period: it says so, or a price has another interval."""
    intervals = {_interval(item) for item in before["items"]["data"]} | {_interval(item) for item in items["data"]}
    return fields.get("billing_cycle_anchor") in ("now", {"type": "now"}) or len(intervals) > 1


def from_now(data: AccountData, items: Json) -> Json:
    """Return the items with a period that begins now."""
    moved = [
        item
        | {
            "current_period_start": data.now,
            "current_period_end": end_of_period(data.now, data.now, item["price"]["recurring"]),
        }
        for item in items["data"]
    ]
    return items | {"data": moved}


def prorate(data: AccountData, before: Json, after: Json, fields: Json, *, restarts: bool) -> None:
    """Create the invoice items for a change of a subscription, and invoice them now if the request says so.

    Args:
        data: the data of the account.
        before: the subscription before the change.
        after: the subscription after it.
        fields: the parameters: ``proration_behavior``, ``proration_date``.
        restarts: a new billing period has begun, which is invoiced now.
    """
    if before["status"] not in BILLED:
        return
    behavior = fields.get("proration_behavior", "create_prorations")
    at = int(fields.get("proration_date") or data.now)
    if behavior != "none":
        old, new = _by_id(before), _by_id(after)
        for id_, was in old.items():
            if restarts or _terms(was) != _terms(new.get(id_)):
                _item(data, before, was, at, credit=True)
        for id_, now in new.items():
            if not restarts and _terms(now) != _terms(old.get(id_)):
                _item(data, after, now, at, credit=False)
    if restarts or behavior == "always_invoice":
        _invoice(data, after, lines.lines_of(data, after, before=before) if restarts else [])


def _item(data: AccountData, subscription: Json, item: Json, at: int, *, credit: bool) -> None:
    start, end = item["current_period_start"], item["current_period_end"]
    price = item["price"]
    if price["recurring"]["usage_type"] == "metered" or not start <= at < end:
        return
    amount = round((price["unit_amount"] or 0) * item["quantity"] * (end - at) / (end - start))
    name = data.get("product", price["product"])["name"]
    made = data.create(
        "invoiceitem",
        silent=True,
        amount=-amount if credit else amount,
        currency=price["currency"],
        customer=subscription["customer"],
        date=data.now,
        description=f"{'Unused' if credit else 'Remaining'} time on {item['quantity']} of {name}",
        period={"start": at, "end": end},
        proration=True,
        quantity=item["quantity"],
        subscription=subscription["id"],
    )
    details = {"price": price["id"], "product": price["product"]}
    data.put(made | {"pricing": made["pricing"] | {"price_details": details}}, "created")


def _invoice(data: AccountData, subscription: Json, new: list[Json]) -> None:
    customer = data.get("customer", subscription["customer"])
    on_it = [*lines.waiting(data, customer["id"], subscription["id"]), *new]
    if not on_it:
        return
    how = {"auto_advance": True, "billing_reason": "subscription_update"}
    how |= {"collection_method": subscription["collection_method"], "days_until_due": subscription["days_until_due"]}
    invoice = billing.finalize(data, billing.draft(data, customer, on_it, subscription, **how))
    data.change(data.get("subscription", subscription["id"]), latest_invoice=invoice["id"])
    if subscription["collection_method"] == "send_invoice":
        data.put(invoice, "sent")
    elif invoice["status"] == "open":
        billing.collect(data, invoice)


def _by_id(subscription: Json) -> dict[str, Json]:
    return {item["id"]: item for item in subscription["items"]["data"]}


def _terms(item: Json | None) -> tuple[str, int] | None:
    return (item["price"]["id"], item["quantity"]) if item else None


def _interval(item: Json) -> tuple[str, int]:
    recurring = item["price"]["recurring"]
    return recurring["interval"], recurring.get("interval_count") or 1
