"""Subscriptions: created, changed, paused, resumed, cancelled.

Source: https://docs.stripe.com/api/subscriptions and https://docs.stripe.com/billing/subscriptions/overview
"""

from typing import Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.ids import id_of_type
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import billing, cards, drafts, lines, prorations, shares
from pinax.stripe.testing.writing.account_data import AccountData, merged_metadata
from pinax.stripe.testing.writing.items import alive, changed_items, new_item
from pinax.stripe.testing.writing.periods import TRIAL_ANNOUNCED, begun, later, period_of
from pinax.stripe.testing.writing.registry import operation

#: What is said only in the request, and is not a key of the object.
NOT_KEPT: Final = frozenset(
    """
    add_invoice_items backdate_start_date billing_cycle_anchor discounts items off_session payment_behavior
    proration_behavior proration_date trial_end trial_from_plan trial_period_days
    """.split()
)


@operation("subscriptions.create", "SubscriptionCreateParams", "customer", "items")
def create(data: AccountData, fields: Json) -> Json:
    """Create a subscription, and bill its first period; a trial is billed when it ends."""
    customer = data.get("customer", fields["customer"], "customer")
    shares.check(data, fields)
    trial_end = _trial_end(data, fields)
    items: list[Json] = [new_item(data, given, number, trial_end) for number, given in enumerate(fields["items"])]
    _check_payment(data, customer, fields, trial_end)
    kept = {name: value for name, value in fields.items() if name not in NOT_KEPT}
    id_ = id_of_type("subscription")
    discounts = lines.discounts_for(data, fields.get("discounts"), id_, customer["id"])
    subscription = data.create(
        "subscription",
        id=id_,
        items=items,
        **{
            **kept,
            "billing_cycle_anchor": trial_end or data.now,
            "currency": items[0]["price"]["currency"],
            "discounts": discounts,
            "latest_invoice": id_of_type("invoice"),
            "start_date": data.now,
            "status": "trialing" if trial_end else "incomplete",
            "trial_end": trial_end,
            "trial_start": data.now if trial_end else None,
        },
    )
    data.watch(subscription)
    if trial_end and trial_end - TRIAL_ANNOUNCED <= data.now:
        data.watch(subscription, "trial_will_end")
        data.put(subscription, "trial_will_end")
    _bill(data, subscription, customer, str(fields.get("payment_behavior", "allow_incomplete")))
    if fields.get("cancel_at_period_end"):
        return update(data, subscription["id"], {"cancel_at_period_end": True})
    return data.get("subscription", subscription["id"])


@operation("subscriptions.update", "SubscriptionUpdateParams")
def update(data: AccountData, id_: str, fields: Json) -> Json:
    """Change a subscription, and prorate what its items cost."""
    subscription = alive(data, id_)
    changes = {name: value for name, value in fields.items() if name not in NOT_KEPT}
    if "metadata" in fields:
        changes["metadata"] = merged_metadata(subscription, fields["metadata"])
    if fields.get("default_payment_method"):
        data.get("payment_method", fields["default_payment_method"], "default_payment_method")
    if "cancel_at_period_end" in fields or "cancel_at" in fields:
        changes |= _cancellation(data, subscription, fields)
    if "items" in fields:
        changes["items"] = changed_items(data, subscription, fields["items"])
    if changes.get("pause_collection"):
        changes["pause_collection"] = {"resumes_at": None, **changes["pause_collection"]}
    if fields.get("trial_end", "now") != "now":
        end = _trial_end(data, fields)
        if end is None:
            raise errors.invalid("trial_end", "Invalid trial_end: it has to be in the future, or `now`.")
        items: Json = changes.get("items") or subscription["items"]
        moved = [item | {"current_period_end": end} for item in items["data"]]
        changes |= {"trial_end": end, "items": items | {"data": moved}, "status": "trialing"}
    return prorations.change(data, subscription, changes, fields)


@operation("subscriptions.cancel", "SubscriptionCancelParams")
def cancel(data: AccountData, id_: str, fields: Json) -> Json:
    """Cancel a subscription now."""
    subscription = alive(data, id_)
    said = fields.get("cancellation_details") or {}
    subscription["cancellation_details"] = subscription["cancellation_details"] | said
    return billing.end(data, subscription)


@operation("subscriptions.resume", "SubscriptionResumeParams")
def resume(data: AccountData, id_: str, fields: Json) -> Json:
    """Resume a subscription that was paused when its trial ended: at once, or when its invoice is paid.

    The invoice is for the period that begins now; there is none if the billing cycle is unchanged, because prorations
    are not computed. It is collected only with ``resume_on_payment_success``.

    Source: https://docs.stripe.com/billing/subscriptions/pause#resume-subscriptions
    """
    subscription = alive(data, id_)
    if subscription["status"] != "paused":
        message = f"This subscription is {subscription['status']}; only a paused one can be resumed."
        raise errors.ApiError(400, message)
    anchor = fields.get("billing_cycle_anchor")
    if anchor in ("unchanged", {"type": "unchanged"}):  # the latter in newer API versions
        return billing.resumed(data, subscription, status="active")
    customer = data.get("customer", subscription["customer"])
    collected = fields.get("payment_behavior") == "resume_on_payment_success"
    if collected and not (subscription["default_payment_method"] or cards.default_of(customer)):
        raise errors.no_payment_method()
    renewed = subscription | {"items": begun(subscription["items"], data.now)}
    on_it = [*lines.lines_of(data, renewed), *lines.waiting(data, customer["id"], id_)]
    how = {"auto_advance": collected, "billing_reason": "subscription_update"}
    invoice = drafts.draft(data, customer, on_it, subscription, **how)
    data.change(data.get("subscription", id_), latest_invoice=invoice["id"])
    invoice = billing.finalize(data, invoice)
    if collected and invoice["status"] == "open":
        billing.collect(data, invoice)
    elif invoice["status"] == "open":
        data.watch(invoice, billing.RESUMES)
    return data.get("subscription", id_)


def _trial_end(data: AccountData, fields: Json) -> int | None:
    if days := fields.get("trial_period_days"):
        return later(data.now, days=days)
    end = fields.get("trial_end")
    return end if isinstance(end, int) and end > data.now else None


def _check_payment(data: AccountData, customer: Json, fields: Json, trial_end: int | None) -> None:
    """Refuse a subscription that cannot be paid, if the request does not allow that."""
    behavior = fields.get("payment_behavior", "allow_incomplete")
    if fields.get("collection_method") == "send_invoice":
        if not fields.get("days_until_due"):
            raise errors.missing_param("days_until_due")
        return
    if trial_end or behavior == "default_incomplete":
        return
    id_ = fields.get("default_payment_method") or cards.default_of(customer)
    if not id_:
        raise errors.no_payment_method()
    code = cards.decline_code(data, data.get("payment_method", id_, "default_payment_method"))
    if code and behavior == "error_if_incomplete":
        raise cards.declined(code)


def _bill(data: AccountData, subscription: Json, customer: Json, behavior: str) -> None:
    """Write the first invoice, and collect it."""
    trial = subscription["status"] == "trialing"
    on_it = [*lines.lines_of(data, subscription, trial=trial), *lines.waiting(data, customer["id"], subscription["id"])]
    sent = subscription["collection_method"] == "send_invoice"
    how = drafts.how(subscription, "subscription_create")
    invoice = drafts.draft(data, customer, on_it, subscription, id=subscription["latest_invoice"], **how)
    invoice = billing.finalize(data, invoice)
    if sent:
        data.change(data.get("subscription", subscription["id"]), status="trialing" if trial else "active")
        data.put(invoice, "sent")
    elif invoice["status"] == "open" and behavior != "default_incomplete":
        billing.collect(data, invoice)


def _cancellation(data: AccountData, subscription: Json, fields: Json) -> Json:
    """Return the keys that say when a subscription is going to end."""
    at_period_end = fields.get("cancel_at_period_end", False)
    at = period_of(subscription)[1] if at_period_end else fields.get("cancel_at")
    reason = "cancellation_requested" if at else None
    said = fields.get("cancellation_details") or {}
    return {
        "cancel_at_period_end": at_period_end,
        "cancel_at": at,
        "canceled_at": data.now if at else None,
        "cancellation_details": {**subscription["cancellation_details"], **said, "reason": reason},
    }
