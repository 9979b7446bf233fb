"""Prorations: what a change within a billing period costs, or brings back.

Source: https://docs.stripe.com/billing/subscriptions/prorations
"""

from fractions import Fraction
from typing import Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import billing, cards, drafts, lines
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.periods import begun

#: The statuses in which the current period has been billed.
BILLED: Final = frozenset({"active", "past_due", "unpaid"})


def change(data: AccountData, subscription: Json, changes: Json, fields: Json) -> Json:
    """Change a subscription, bill what the change of its items costs, and return it.

    Args:
        data: the data of the account.
        subscription: the subscription before the change.
        changes: the keys that change.
        fields: the parameters: ``billing_cycle_anchor``, ``discounts``, ``payment_behavior``,
            ``proration_behavior``, ``proration_date``, ``trial_end``.
    """
    items = changes.get("items") or subscription["items"]
    billed = subscription["status"] in BILLED and not fields.get("trial_end")
    restarts = billed and _starts_over(subscription, items, fields)
    if restarts:
        changes |= {"items": begun(items, data.now), "billing_cycle_anchor": data.now}
    if billed and "items" in changes:
        _check(data, subscription, fields, restarts=restarts)
    if "discounts" in fields:
        of = subscription["id"], subscription["customer"]
        changes["discounts"] = lines.discounts_for(data, fields["discounts"], *of)
    changed = data.change(subscription, **changes)
    if billed and "items" in changes:
        _prorate(data, subscription, changed, fields, restarts=restarts)
    if "discounts" in fields:
        lines.end_discounts(data, subscription["discounts"])
    return data.get("subscription", subscription["id"])


def _starts_over(before: Json, items: Json, fields: Json) -> bool:
    """Return whether a change begins a new billing period: it says so, or a price has another interval."""
    was = {item["id"]: _interval(item) for item in before["items"]["data"]}
    other = any(
        _interval(item) not in ({was[id_]} if (id_ := item["id"]) in was else {*was.values()}) for item in items["data"]
    )
    return other or fields.get("billing_cycle_anchor") in ("now", {"type": "now"})


def _check(data: AccountData, subscription: Json, fields: Json, *, restarts: bool) -> None:
    """Refuse what Stripe refuses before it changes anything.

    A card that fails is refused also if the change brings money back.
    """
    at = fields.get("proration_date")
    periods = [(item["current_period_start"], item["current_period_end"]) for item in subscription["items"]["data"]]
    if at is not None and not any(start <= at < end for start, end in periods):
        message = "The proration_date has to be within the current period of the subscription."
        raise errors.invalid("proration_date", message)
    behavior = fields.get("payment_behavior")
    invoiced = restarts or fields.get("proration_behavior") == "always_invoice"
    if behavior not in {"error_if_incomplete", "pending_if_incomplete"} or not invoiced:
        return
    if subscription["collection_method"] == "send_invoice" or subscription["pause_collection"]:
        return
    customer = data.get("customer", subscription["customer"])
    id_ = subscription["default_payment_method"] or cards.default_of(customer)
    code = cards.decline_code(data, data.get("payment_method", id_)) if id_ else billing.NO_PAYMENT_METHOD
    if code and behavior == "pending_if_incomplete":
        message = "The fake Stripe has no pending updates: the payment has to succeed, or use another payment_behavior."
        raise errors.invalid("payment_behavior", message)
    if code:
        raise cards.declined(code) if id_ else errors.no_payment_method()


def _prorate(data: AccountData, before: Json, after: Json, fields: Json, *, restarts: bool) -> None:
    """Create the invoice items for a change of a subscription, and invoice them now if the request says so.

    Args:
        data: the data of the account.
        before: the subscription before the change.
        after: the subscription after it.
        fields: the parameters.
        restarts: a new billing period has begun, which is invoiced now.
    """
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
        # The period that was cut short ends now; so does that of its usage.
        cut = [item | {"current_period_end": data.now} for item in before["items"]["data"]]
        ended = before | {"items": before["items"] | {"data": cut}}
        new_period = lines.lines_of(data, after, before=ended) if restarts else []
        _invoice(data, after, new_period, collected=fields.get("payment_behavior") != "default_incomplete")


def _item(data: AccountData, subscription: Json, item: Json, at: int, *, credit: bool) -> None:
    start, end = item["current_period_start"], item["current_period_end"]
    price = item["price"]
    if price["recurring"]["usage_type"] == "metered" or not start <= at < end:
        return
    amount = round(_full(item) * _discounted_share(data, subscription) * (end - at) / (end - start))
    name = data.get("product", price["product"])["name"]
    made = data.create(
        "invoiceitem",
        silent=True,
        amount=-amount if credit else amount,
        currency=price["currency"],
        customer=subscription["customer"],
        date=data.now,
        description=f"{'Unused' if credit else 'Remaining'} time on {item['quantity']} of {name}",
        discountable=False,
        period={"start": at, "end": end},
        proration=True,
        quantity=item["quantity"],
        subscription=subscription["id"],
    )
    details = {"price": price["id"], "product": price["product"]}
    data.put(made | {"pricing": made["pricing"] | {"price_details": details}}, "created")


def _full(item: Json) -> int:
    metered = item["price"]["recurring"]["usage_type"] == "metered"
    return 0 if metered else int(item["price"]["unit_amount"] or 0) * int(item["quantity"])


def _discounted_share(data: AccountData, subscription: Json) -> Fraction:
    """Return which share of the prices is left by the discounts: the amount of a proration is net of them."""
    total = sum(_full(item) for item in subscription["items"]["data"])
    off = sum(one["amount"] for one in lines.discounted(data, total, subscription["discounts"]))
    return Fraction(total - off, total) if total else Fraction(1)


def _invoice(data: AccountData, subscription: Json, new: list[Json], *, collected: bool) -> None:
    customer = data.get("customer", subscription["customer"])
    on_it = [*lines.waiting(data, customer["id"], subscription["id"]), *new]
    if not on_it:
        return
    invoice = drafts.draft(data, customer, on_it, subscription, **drafts.how(subscription, "subscription_update"))
    data.change(data.get("subscription", subscription["id"]), latest_invoice=invoice["id"])
    if invoice["auto_advance"]:
        billing.carry_on(data, invoice, collected=collected)


def _by_id(subscription: Json) -> dict[str, Json]:
    return {item["id"]: item for item in subscription["items"]["data"]}


def _terms(item: Json | None) -> tuple[str, int] | None:
    return (item["price"]["id"], item["quantity"]) if item else None


def _interval(item: Json) -> tuple[str, int]:
    recurring = item["price"]["recurring"]
    return recurring["interval"], recurring.get("interval_count") or 1
