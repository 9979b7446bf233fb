"""Invoices from the end of the draft to paid, and what their payment does to the subscription.

Source: https://docs.stripe.com/billing/invoices/overview and https://docs.stripe.com/billing/subscriptions/webhooks
"""

from typing import Any, Final

from pinax.stripe.testing.objects.invoices import urls_of
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import cards, shares
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.payments import pay
from pinax.stripe.testing.writing.periods import begun, later

#: What the clock knows of an invoice whose payment resumes a subscription.
RESUMES: Final = "resumes"
#: Why a payment fails that has nothing to be paid with; not one of Stripe's decline codes.
NO_PAYMENT_METHOD: Final = "no_payment_method"


def carry_on(data: AccountData, invoice: Json, *, collected: bool = True) -> None:
    """Finalize a draft, and try to collect an open invoice, unless collection is paused.

    Args:
        data: the data of the account.
        invoice: the invoice.
        collected: False if its payment is left to the customer; until then, the subscription is past due.
    """
    if invoice["status"] == "draft":
        invoice = finalize(data, invoice)
    subscription = subscription_of(data, invoice)
    pause = (subscription or {}).get("pause_collection") or {}
    if invoice["status"] != "open":
        return
    if pause.get("behavior") in {"void", "mark_uncollectible"}:
        closed(data, invoice, "void" if pause["behavior"] == "void" else "uncollectible")
    elif invoice["collection_method"] == "send_invoice":
        data.put(invoice, "sent")
    elif collected:
        collect(data, invoice)
    elif subscription:
        data.change(subscription, status="past_due")


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
    invoice = data.change(invoice, "", confirmation_secret=secret)
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


def collect(data: AccountData, invoice: Json, payment_method: str = "", *, by_schedule: bool = True) -> str:
    """Try to pay an open invoice; return the decline code, ``""`` if it is paid.

    Args:
        data: the data of the account.
        invoice: the open invoice.
        payment_method: by default that of the subscription or the customer.
        by_schedule: False if a request asks for it: then it is the first attempt, or does not affect the retries.
    """
    subscription = subscription_of(data, invoice)
    customer = data.get("customer", invoice["customer"])
    id_ = payment_method or (subscription or {}).get("default_payment_method") or invoice["default_payment_method"]
    id_ = id_ or cards.default_of(customer)
    intent = intent_of(data, invoice)
    code = pay(data, intent, cards.usable(data, id_)) if id_ and intent else NO_PAYMENT_METHOD
    attempts = invoice["attempt_count"] + 1 if by_schedule else max(invoice["attempt_count"], 1)
    if not code:
        _paid(data, invoice | {"attempt_count": attempts, "attempted": True})
        return ""
    if code == cards.AUTHENTICATION_REQUIRED:
        data.put(invoice | {"attempt_count": attempts, "attempted": True}, "payment_action_required")
    again = invoice["next_payment_attempt"]
    if attempts > invoice["attempt_count"]:
        days = data.billing.retry_days[attempts - 1 : attempts] if invoice["auto_advance"] else ()
        again = later(data.now, days=days[0]) if days else None
    data.change(invoice, "payment_failed", attempt_count=attempts, attempted=True, next_payment_attempt=again)
    if subscription:
        _unpaid(data, subscription, last=by_schedule and not again)
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
    if invoice := invoice_of(data, intent):
        _paid(data, invoice | {"attempt_count": max(invoice["attempt_count"], 1)})


def invoice_of(data: AccountData, intent: Json) -> Json | None:
    """Return the invoice that a payment intent collects."""
    for payment in data.all("invoice_payment", status="open"):
        if payment["payment"].get("payment_intent") == intent["id"]:
            return data.get("invoice", payment["invoice"])
    return None


def _paid(data: AccountData, invoice: Json) -> Json:
    for payment in data.all("invoice_payment", invoice=invoice["id"], status="open"):
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
    _cancel_payment(data, invoice, None)
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
    if status == "void":
        _cancel_payment(data, invoice, "void_invoice")
    else:
        _resume(data, subscription_of(data, invoice), invoice, "active")
    return invoice


def _cancel_payment(data: AccountData, invoice: Json, reason: str | None) -> None:
    """Cancel the payment intent of an invoice that is not to be collected."""
    if intent := intent_of(data, invoice):
        ended = {"status": "canceled", "canceled_at": data.now, "cancellation_reason": reason, "next_action": None}
        data.change(intent, "canceled", **ended)
    for payment in data.all("invoice_payment", invoice=invoice["id"], status="open"):
        transitions = payment["status_transitions"] | {"canceled_at": data.now}
        data.change(payment, "", status="canceled", status_transitions=transitions)


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
    """End a subscription now; what is not paid is no longer collected automatically."""
    details = (subscription["cancellation_details"] or {}) | {"reason": reason}
    canceled_at = subscription["canceled_at"] or data.now
    ended = {"status": "canceled", "ended_at": data.now, "canceled_at": canceled_at, "cancellation_details": details}
    subscription = data.change(subscription, "deleted", **ended)
    for invoice in data.all("invoice", auto_advance=True):
        of = ((invoice["parent"] or {}).get("subscription_details") or {}).get("subscription")
        if of == subscription["id"] and invoice["status"] in {"draft", "open"}:
            data.change(invoice, auto_advance=False, next_payment_attempt=None)
    return subscription
