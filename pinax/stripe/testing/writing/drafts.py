"""Drafts of invoices: their lines, their amounts, and how they are collected.

Source: https://docs.stripe.com/invoicing/integration/workflow-transitions
"""

from typing import Any, Final

from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import lines
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.periods import later

#: How long a draft of a subscription waits before it is finalized, in seconds.
AN_HOUR: Final = 60 * 60


def draft(
    data: AccountData, customer: Json, on_it: list[Json], subscription: Json | None = None, **fields: object
) -> Json:
    """Create a draft whose amounts are those of its lines, less the discounts.

    Args:
        data: the data of the account.
        customer: who pays.
        on_it: the lines.
        subscription: the one that it bills, if it bills one; its discounts are applied.
        fields: other keys of the invoice, and ``days_until_due``; ``discounts`` are ids.
    """
    days_until_due: Any = fields.pop("days_until_due", None)
    subtotal = sum(line["amount"] for line in on_it)
    discounts: Any = fields.pop("discounts", None) or (subscription or {}).get("discounts") or []
    discountable = sum(line["amount"] for line in on_it if line["discountable"])
    amounts = lines.discounted(data, max(discountable, 0), discounts)
    total = subtotal - sum(one["amount"] for one in amounts)
    currency = on_it[0]["currency"] if on_it else fields.pop("currency", None) or customer["currency"] or "usd"
    invoice = build(
        "invoice",
        lines=on_it or [build("line_item", amount=0)],
        status="draft",
        subscription=subscription["id"] if subscription else "",
        **{
            "created": data.now,
            "currency": currency,
            "customer": customer["id"],
            "customer_email": customer["email"],
            "customer_name": customer["name"],
            "due_date": later(data.now, days=days_until_due) if days_until_due else None,
            "effective_at": None,
            "discounts": discounts,
            "total_discount_amounts": amounts,
            "total": total,
            "total_excluding_tax": total,
            "amount_due": max(total, 0),
            "amount_remaining": max(total, 0),
            "period_start": data.now,
            "period_end": data.now,
            **fields,
        },
    )
    for line in invoice["lines"]["data"]:
        line["currency"] = currency
    if subscription:
        invoice["parent"]["subscription_details"]["metadata"] = subscription["metadata"]
    if not on_it:
        invoice["lines"] |= {"data": [], "total_count": 0}
    data.put(invoice, "created")
    lines.take(data, on_it, invoice["id"])
    if subscription and discounts:
        lasting = lines.lasting(data, discounts)
        data.change(data.get("subscription", subscription["id"]), discounts=lasting)
        lines.end_discounts(data, [id_ for id_ in discounts if id_ not in lasting])
    if invoice["auto_advance"]:
        data.watch(invoice)
    return invoice


def add(data: AccountData, draft: Json, item: Json) -> None:
    """Add a line for an invoice item to a draft; what its discounts take off stays as it is."""
    line = lines.of_item(item) | {"invoice": draft["id"]}
    on_it = [*draft["lines"]["data"], line]
    subtotal, total = draft["subtotal"] + line["amount"], draft["total"] + line["amount"]
    data.change(
        draft,
        currency=line["currency"],
        lines=draft["lines"] | {"data": on_it, "total_count": len(on_it)},
        subtotal=subtotal,
        subtotal_excluding_tax=subtotal,
        total=total,
        total_excluding_tax=total,
        amount_due=max(total, 0),
        amount_remaining=max(total, 0),
    )


def how(subscription: Json, reason: str) -> Json:
    """Return how an invoice of a subscription is collected: keys for `draft`.

    Args:
        subscription: the subscription.
        reason: the ``billing_reason``.
    """
    pause = subscription["pause_collection"] or {}
    shared = {name: subscription[name] for name in ("collection_method", "days_until_due")}
    return {"auto_advance": pause.get("behavior") != "keep_as_draft", "billing_reason": reason, **shared}
