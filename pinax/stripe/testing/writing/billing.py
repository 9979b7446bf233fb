"""Invoices from draft to paid, and what their payment does to the subscription.

Source: https://docs.stripe.com/billing/invoices/overview and https://docs.stripe.com/billing/subscriptions/webhooks
"""

from typing import Any, Final

from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.invoices import urls_of
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.store import key_of
from pinax.stripe.testing.writing import cards, lines, shares
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.payments import pay
from pinax.stripe.testing.writing.periods import begun, later

#: How long a draft of a subscription waits before it is finalized, in seconds.
AN_HOUR: Final = 60 * 60
#: How long before the end of a trial it is announced, in seconds.
THREE_DAYS: Final = 3 * 24 * 60 * 60
#: Why a payment fails that has nothing to be paid with; not one of Stripe's decline codes.
NO_PAYMENT_METHOD: Final = "no_payment_method"


def watch(data: AccountData, obj: Json) -> None:
    """Let the clock look after an object."""
    data.billing.watched.setdefault(key_of(obj, data.owner, data.livemode), set())


def announce_end_of_trial(data: AccountData, subscription: Json) -> None:
    """Announce that a trial ends soon, once."""
    data.billing.watched[key_of(subscription, data.owner, data.livemode)].add("trial_will_end")
    data.put(subscription, "trial_will_end")


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
    amounts = lines.discounted(data, subtotal, discounts)
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
        data.change(data.get("subscription", subscription["id"]), discounts=lines.lasting(data, discounts))
    if invoice["auto_advance"]:
        watch(data, invoice)
    return invoice


def finalize(data: AccountData, invoice: Json) -> Json:
    """Finalize a draft: it gets a number, and a payment intent if there is something to pay."""
    customer = data.get("customer", invoice["customer"])
    sequence = customer["next_invoice_sequence"]
    data.change(customer, "", next_invoice_sequence=sequence + 1)
    invoice = data.change(
        invoice,
        "finalized",
        effective_at=data.now,
        **urls_of(invoice["id"]),
        number=f"{customer['invoice_prefix']}-{sequence:04}",
        status="open",
        status_transitions=invoice["status_transitions"] | {"finalized_at": data.now},
    )
    if invoice["amount_due"] == 0:
        return _paid(data, invoice)
    intent = data.create(
        "payment_intent",
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        customer=customer["id"],
        description="Subscription creation" if invoice["billing_reason"] == "subscription_create" else None,
        status="requires_payment_method",
        **shares.of_subscription(subscription_of(data, invoice) or {}, invoice["amount_due"]),
    )
    secret = {"client_secret": intent["client_secret"], "type": "payment_intent"}
    invoice = data.put(invoice | {"confirmation_secret": secret}, "")
    data.create(
        "invoice_payment",
        amount=invoice["amount_due"],
        amount_paid=None,
        currency=invoice["currency"],
        invoice=invoice["id"],
        payment_intent=intent["id"],
        status="open",
        status_transitions={"canceled_at": None, "paid_at": None},
    )
    return invoice


def collect(data: AccountData, invoice: Json, payment_method: str = "") -> str:
    """Try to pay an open invoice; return the decline code, ``""`` if it is paid.

    Args:
        data: the data of the account.
        invoice: the open invoice.
        payment_method: by default that of the subscription or the customer.
    """
    subscription = subscription_of(data, invoice)
    customer = data.get("customer", invoice["customer"])
    id_ = payment_method or (subscription or {}).get("default_payment_method") or invoice["default_payment_method"]
    id_ = id_ or cards.default_of(customer)
    intent = intent_of(data, invoice)
    code = pay(data, intent, cards.usable(data, id_)) if id_ and intent else NO_PAYMENT_METHOD
    attempts = invoice["attempt_count"] + 1
    if not code:
        _paid(data, invoice | {"attempt_count": attempts, "attempted": True})
        return ""
    if code == cards.AUTHENTICATION_REQUIRED:
        data.put(invoice | {"attempt_count": attempts, "attempted": True}, "payment_action_required")
    days = data.billing.retry_days[attempts - 1 : attempts] if invoice["auto_advance"] else ()
    again = later(data.now, days=days[0]) if days else None
    data.change(invoice, "payment_failed", attempt_count=attempts, attempted=True, next_payment_attempt=again)
    if subscription:
        _unpaid(data, subscription, last=not days)
        if not invoice["auto_advance"]:
            _resume(data, subscription, invoice, "past_due")
    return code


def intent_of(data: AccountData, invoice: Json) -> Json | None:
    """Return the payment intent of an invoice."""
    payments = data.all("invoice_payment", invoice=invoice["id"])
    return data.get("payment_intent", payments[0]["payment"]["payment_intent"]) if payments else None


def subscription_of(data: AccountData, invoice: Json) -> Json | None:
    """Return the subscription that an invoice bills."""
    details = (invoice["parent"] or {}).get("subscription_details") or {}
    return data.get("subscription", details["subscription"]) if details else None


def settle(data: AccountData, intent: Json) -> None:
    """Mark the invoice of a payment intent as paid, if it has one: the customer has confirmed the payment."""
    for payment in data.all("invoice_payment", status="open"):
        if payment["payment"].get("payment_intent") == intent["id"]:
            _paid(data, data.get("invoice", payment["invoice"]))


def _paid(data: AccountData, invoice: Json) -> Json:
    for payment in data.all("invoice_payment", invoice=invoice["id"]):
        transitions = {"canceled_at": None, "paid_at": data.now}
        paid = {"status": "paid", "amount_paid": payment["amount_requested"], "status_transitions": transitions}
        data.change(payment, "paid", **paid)
    invoice = data.change(
        invoice,
        "paid",
        amount_paid=invoice["amount_due"],
        amount_remaining=0,
        attempted=True,
        next_payment_attempt=None,
        status="paid",
        status_transitions=invoice["status_transitions"] | {"paid_at": data.now},
    )
    data.put(invoice, "payment_succeeded")
    subscription = subscription_of(data, invoice)
    if subscription and subscription["status"] in {"incomplete", "past_due", "unpaid"}:
        data.change(subscription, status="active")
    _resume(data, subscription, invoice, "active")
    return invoice


def paid_elsewhere(data: AccountData, invoice: Json) -> Json:
    """Mark an open invoice as paid without Stripe, in cash for example."""
    if intent := intent_of(data, invoice):
        data.change(intent, "canceled", status="canceled", canceled_at=data.now)
    return _paid(data, invoice | {"amount_paid_off_stripe": invoice["amount_due"]})


def closed(data: AccountData, invoice: Json, status: str) -> Json:
    """Close an open invoice without a payment.

    Args:
        data: the data of the account.
        invoice: the invoice.
        status: void or uncollectible.
    """
    event, at = ("voided", "voided_at") if status == "void" else ("marked_uncollectible", "marked_uncollectible_at")
    transitions = invoice["status_transitions"] | {at: data.now}
    invoice = data.change(invoice, event, status=status, status_transitions=transitions, next_payment_attempt=None)
    if status == "uncollectible":
        _resume(data, subscription_of(data, invoice), invoice, "active")
    return invoice


def resumed(data: AccountData, subscription: Json, **fields: Any) -> Json:
    """Resume a paused subscription."""
    return data.put(data.change(subscription, status_details=None, **fields), "resumed")


def _resume(data: AccountData, subscription: Json | None, invoice: Json, status: str) -> None:
    """Resume a paused subscription whose latest invoice this is: the period on it begins."""
    if subscription and subscription["status"] == "paused" and subscription["latest_invoice"] == invoice["id"]:
        start = invoice["created"]
        items = begun(subscription["items"], start)
        resumed(data, subscription, status=status, items=items, billing_cycle_anchor=start)


def _unpaid(data: AccountData, subscription: Json, *, last: bool) -> None:
    """Change the status of a subscription after a failed payment."""
    if subscription["status"] not in {"active", "past_due", "trialing"}:
        return
    if not last:
        data.change(subscription, status="past_due")
    elif data.billing.after_retries == "canceled":
        end(data, subscription, "payment_failed")
    else:
        data.change(subscription, status=data.billing.after_retries)


def end(data: AccountData, subscription: Json, reason: str = "cancellation_requested") -> Json:
    """End a subscription now."""
    details = (subscription["cancellation_details"] or {}) | {"reason": reason}
    canceled_at = subscription["canceled_at"] or data.now
    ended = {"status": "canceled", "ended_at": data.now, "canceled_at": canceled_at, "cancellation_details": details}
    return data.change(subscription, "deleted", **ended)
