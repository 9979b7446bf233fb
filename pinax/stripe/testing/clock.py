"""What time brings: renewals, ends of trials, drafts to be collected, retries, payouts that arrive, expired sessions.

Source: https://docs.stripe.com/billing/testing/test-clocks
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import billing, cards, drafts, lines, payouts
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.periods import TRIAL_ANNOUNCED, end_of_period, period_of

#: For how long the first payment of a subscription, or that of its resumption, may be made, in seconds.
INCOMPLETE_FOR: Final = 23 * 60 * 60
#: In what order things happen that are due at the same time.
TRIAL_WILL_END, RESUME, EXPIRE, COLLECT, END, RENEW, ARRIVE = range(7)


class Due(NamedTuple):
    """Something that happens to an object at a time, in Unix seconds."""

    at: int
    what: int


def due(obj: Json, done: set[str]) -> Due | None:
    """Return what happens next to an object; None if nothing does by itself.

    Args:
        obj: a subscription, an invoice, a payout or a Checkout session.
        done: what has happened that its keys do not say.
    """
    find = {
        "subscription": _of_subscription,
        "invoice": _of_invoice,
        "payout": _of_payout,
        "checkout.session": _of_session,
    }
    return min(find[obj["object"]](obj, done), default=None)


def _of_subscription(obj: Json, done: set[str]) -> Iterator[Due]:
    if obj["status"] in {"canceled", "incomplete_expired"}:
        return
    if obj["status"] == "incomplete":
        yield Due(obj["created"] + INCOMPLETE_FOR, EXPIRE)
        return
    if obj["status"] == "trialing" and "trial_will_end" not in done:
        yield Due(max(obj["trial_end"] - TRIAL_ANNOUNCED, obj["created"]), TRIAL_WILL_END)
    if obj["cancel_at"]:
        yield Due(obj["cancel_at"], END)
    pause = obj["pause_collection"]
    if pause and pause["resumes_at"]:
        yield Due(pause["resumes_at"], RESUME)
    if obj["status"] != "paused":
        yield Due(period_of(obj)[1], RENEW)


def _of_invoice(obj: Json, done: set[str]) -> Iterator[Due]:
    if obj["status"] == "draft" and obj["auto_advance"]:
        yield Due(obj["created"] + drafts.AN_HOUR, COLLECT)
    if obj["status"] == "open" and obj["next_payment_attempt"]:
        yield Due(obj["next_payment_attempt"], COLLECT)
    if obj["status"] == "open" and billing.RESUMES in done and not obj["attempted"]:
        yield Due(obj["created"] + INCOMPLETE_FOR, EXPIRE)


def _of_payout(obj: Json, _done: set[str]) -> Iterator[Due]:
    if obj["status"] == "pending":
        yield Due(obj["arrival_date"], ARRIVE)


def _of_session(obj: Json, _done: set[str]) -> Iterator[Due]:
    if obj["status"] == "open":
        yield Due(obj["expires_at"], EXPIRE)


def happen(data: AccountData, obj: Json, what: int) -> None:
    """Let happen to an object what is due."""
    match obj["object"], what:
        case "subscription", _ if what == TRIAL_WILL_END:
            data.watch(obj, "trial_will_end")
            data.put(obj, "trial_will_end")
        case "subscription", _ if what == RESUME:
            data.change(obj, pause_collection=None)
        case "subscription", _ if what == EXPIRE:
            _expire(data, obj)
        case "subscription", _ if what == END:
            billing.end(data, obj)
        case "subscription", _:
            _renew(data, obj)
        case "invoice", _ if what == EXPIRE:
            billing.closed(data, obj, "void")
        case "invoice", _:
            billing.carry_on(data, obj)
        case "payout", _:
            payouts.paid(data, obj)
        case _:
            data.change(obj, "expired", status="expired", url=None)


def _expire(data: AccountData, subscription: Json) -> None:
    """End a subscription whose first payment was not completed."""
    invoice = data.get("invoice", subscription["latest_invoice"])
    if invoice["status"] == "open":
        billing.closed(data, invoice, "void")
    data.change(subscription, status="incomplete_expired", ended_at=data.now)


def _renew(data: AccountData, subscription: Json) -> None:
    """Begin the next period, and write its invoice."""
    customer = data.get("customer", subscription["customer"])
    trial_ends = subscription["status"] == "trialing"
    if trial_ends and not (subscription["default_payment_method"] or cards.default_of(customer)):
        behavior = (subscription.get("trial_settings") or {}).get("end_behavior", {}).get("missing_payment_method")
        if behavior == "cancel":
            billing.end(data, subscription)
            return
        if behavior == "pause":
            why = {"subscription": {"type": "trial_end_without_payment_method"}, "type": "subscription"}
            details = {"paused": {**why, "transitioned_at": data.now}}
            data.put(data.change(subscription, status="paused", status_details=details), "paused")
            return
    start, end = period_of(subscription)
    anchor = subscription["billing_cycle_anchor"]
    members = []
    for item in subscription["items"]["data"]:
        ends = end_of_period(end, anchor, item["price"]["recurring"]) if item["current_period_end"] <= end else None
        moved = {"current_period_start": end, "current_period_end": ends} if ends else {}
        members.append(item | moved)
    items = subscription["items"] | {"data": members}
    status = {"status": "active"} if trial_ends else {}
    renewed = subscription | {"items": items} | status
    on_it = [
        *lines.lines_of(data, renewed, before=None if trial_ends else subscription),
        *lines.waiting(data, customer["id"], subscription["id"]),
    ]
    how = drafts.how(subscription, "subscription_cycle") | {"period_start": start, "period_end": end}
    invoice = drafts.draft(data, customer, on_it, renewed, **how)
    data.change(data.get("subscription", subscription["id"]), items=items, latest_invoice=invoice["id"], **status)
