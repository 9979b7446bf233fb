"""Checkout sessions: created, completed by the customer, expired.

Source: https://docs.stripe.com/api/checkout/sessions
"""

from contextlib import nullcontext
from typing import Any, Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.ids import id_of_type, new_id
from pinax.stripe.testing.objects.shape import Json, list_of
from pinax.stripe.testing.writing import (
    billing,
    cards,
    drafts,
    lines,
    payment_intents,
    setup_intents,
    shares,
    subscriptions,
)
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.payment_methods import attached
from pinax.stripe.testing.writing.plain import create_invoiceitem, create_price
from pinax.stripe.testing.writing.registry import operation

A_DAY: Final = 24 * 60 * 60
#: What is used when the customer completes the session, and is not a key of it.
FOR_LATER: Final = ("discounts", "payment_intent_data", "setup_intent_data", "subscription_data")


@operation("checkout.sessions.create", "checkout.SessionCreateParams")
def create(data: AccountData, fields: Json) -> Json:
    """Create a session, whose URL the project redirects to."""
    mode = fields.get("mode", "payment")
    if mode != "setup" and not fields.get("line_items"):
        raise errors.missing_param("line_items")
    if fields.get("customer"):
        data.get("customer", fields["customer"], "customer")
    for name in {"payment": ["payment_intent_data"], "subscription": ["subscription_data"]}.get(mode, []):
        shares.check(data, fields.get(name) or {}, name)
    items = [_line(data, given, number) for number, given in enumerate(fields.pop("line_items", None) or [])]
    if mode == "payment" and any(item["price"]["recurring"] for item in items):
        message = (
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use "
            "only one-time prices."
        )
        raise errors.invalid("line_items", message)
    if mode == "subscription" and not any(item["price"]["recurring"] for item in items):
        message = "You must provide at least one recurring price in `subscription` mode when using prices."
        raise errors.invalid("line_items", message)
    subtotal = sum(item["amount_total"] for item in items)
    id_ = id_of_type("checkout.session")
    if data.livemode:
        id_ = id_.replace("cs_test_", "cs_live_")
    kept = {name: value for name, value in fields.items() if name not in FOR_LATER}
    session = data.create(
        "checkout.session",
        id=id_,
        **{
            **kept,
            "amount_subtotal": subtotal if items else None,
            "amount_total": subtotal if items else None,
            "currency": items[0]["currency"] if items else fields.get("currency"),
            "expires_at": fields.get("expires_at", data.now + A_DAY),
            "line_items": list_of(items, f"/v1/checkout/sessions/{id_}/line_items"),
            "mode": mode,
            "payment_status": "unpaid" if items else "no_payment_required",
            "status": "open",
            "url": f"https://checkout.stripe.com/c/pay/{id_}",
        },
    )
    data.billing.sessions[id_] = {name: fields[name] for name in FOR_LATER if name in fields}
    data.watch(session)
    return session


@operation("checkout.sessions.expire", "checkout.SessionExpireParams")
def expire(data: AccountData, id_: str, _fields: Json) -> Json:
    """Expire an open session."""
    return data.change(_open(data, id_), "expired", status="expired", url=None)


def completed(data: AccountData, id_: str, *, payment_method: str, email: str, name: str) -> Json:
    """Complete an open session as the customer does: pay, subscribe, or save a card.

    Raises:
        ApiError: there is no such session, it is not open, or the card is declined; then the session stays open.
    """
    session, later = _open(data, id_), data.billing.sessions.get(id_, {})
    if not payment_method and not _is_free(session, later):
        raise errors.no_payment_method()
    card = cards.usable(data, payment_method) if payment_method else None
    with cards.authenticated(data, card) if card else nullcontext():
        if card and (code := cards.decline_code(data, card)):
            raise cards.declined(code)
        customer = _customer(data, session, email, name)
        email = email or (customer or {}).get("email") or session.get("customer_email") or "jenny.rosen@example.com"
        who = {"email": email, "name": name or (customer or {}).get("name")}
        card = cards.entered(data, card, **who) if card else None
        done = _completed(data, session, customer, card, later)
    done |= {"customer_details": {**who, "phone": None, "address": None}}
    return data.change(data.get("checkout.session", id_), "completed", **done)


def _is_free(session: Json, later: Json) -> bool:
    """Whether the customer may go without a card: a trial begins, and the session says that it suffices."""
    given = later.get("subscription_data") or {}
    on_trial = bool(given.get("trial_period_days") or given.get("trial_end"))
    recurring = all(line["price"]["recurring"] for line in session["line_items"]["data"])
    return on_trial and recurring and session.get("payment_method_collection") == "if_required"


def _completed(data: AccountData, session: Json, customer: Json | None, card: Json | None, later: Json) -> Json:
    done: Json = {"status": "complete", "url": None, "customer": customer["id"] if customer else None}
    if session["mode"] == "subscription" and customer:
        done |= _subscribed(data, session, customer, card, later)
    elif card is None:
        raise errors.no_payment_method()
    elif session["mode"] == "setup":
        made = {**(later.get("setup_intent_data") or {}), "customer": done["customer"]}
        done["setup_intent"] = setup_intents.create(data, {**made, "payment_method": card["id"], "confirm": True})["id"]
    else:
        done |= _bought(data, session, customer, card, later)
    return done


def _is_invoiced(session: Json) -> bool:
    """Whether a payment gets an invoice, which needs a customer."""
    return bool((session.get("invoice_creation") or {}).get("enabled"))


def _customer(data: AccountData, session: Json, email: str, name: str) -> Json | None:
    """Return the customer of a session; a new one if Checkout makes it: always for a subscription or an invoice."""
    if session.get("customer"):
        return data.get("customer", session["customer"])
    wanted = session.get("customer_creation") == "always" or _is_invoiced(session)
    if session["mode"] != "subscription" and not wanted:
        return None
    email = email or session.get("customer_email") or "jenny.rosen@example.com"
    return data.create("customer", email=email, name=name or None)


def _subscribed(data: AccountData, session: Json, customer: Json, card: Json | None, later: Json) -> Json:
    if card:
        attached(data, card, customer)
    given: dict[str, Any] = dict(later.get("subscription_data") or {})
    items = []
    for line in session["line_items"]["data"]:
        price = {"price": line["price"]["id"], "quantity": line["quantity"]}
        if line["price"]["recurring"]:
            items.append(price)
        else:
            _invoiceitem(data, customer, line)
    given |= {"customer": customer["id"], "items": items, **({"default_payment_method": card["id"]} if card else {})}
    if "discounts" in later:
        given["discounts"] = later["discounts"]
    subscription = subscriptions.create(data, given)
    invoice = data.get("invoice", subscription["latest_invoice"])
    return {
        "subscription": subscription["id"],
        "invoice": invoice["id"],
        "amount_total": invoice["total"],
        "payment_status": "no_payment_required" if subscription["status"] == "trialing" else "paid",
    }


def _bought(data: AccountData, session: Json, customer: Json | None, card: Json, later: Json) -> Json:
    discounts = lines.discounts_for(data, later.get("discounts"), "", customer["id"] if customer else "")
    off = sum(one["amount"] for one in lines.discounted(data, session["amount_subtotal"], discounts))
    total = session["amount_subtotal"] - off
    paid: Json = {"amount_total": total, "payment_status": "paid" if total else "no_payment_required"}
    if customer and _is_invoiced(session):
        return {**paid, **_invoiced(data, session, customer, card, later, discounts)}
    if not total:
        return paid
    given = {**(later.get("payment_intent_data") or {}), "amount": total, "currency": session["currency"]}
    given |= {"customer": customer["id"] if customer else None, "payment_method": card["id"], "confirm": True}
    return {**paid, "payment_intent": payment_intents.create(data, given)["id"]}


def _invoiced(  # noqa: PLR0913, PLR0917 - all of what a session is about
    data: AccountData, session: Json, customer: Json, card: Json, later: Json, discounts: list[str]
) -> Json:
    """Pay by an invoice, and return the keys of the session that name it and its payment.

    Source: https://docs.stripe.com/payments/checkout/receipts#paid-invoices
    """
    items = [_invoiceitem(data, customer, line)["id"] for line in session["line_items"]["data"]]
    waiting = lines.waiting(data, customer["id"])
    on_it = [line for line in waiting if line["parent"]["invoice_item_details"]["invoice_item"] in items]
    fields = {**(session["invoice_creation"].get("invoice_data") or {}), "discounts": discounts}
    fields.pop("rendering_options", None)
    invoice = billing.finalize(data, drafts.draft(data, customer, on_it, **fields))
    intent = billing.intent_of(data, invoice)
    if intent is None:
        return {"invoice": invoice["id"]}
    data.put(intent | (later.get("payment_intent_data") or {}), "")
    billing.collect(data, invoice, card["id"])
    return {"invoice": invoice["id"], "payment_intent": intent["id"]}


def _invoiceitem(data: AccountData, customer: Json, line: Json) -> Json:
    pricing = {"price": line["price"]["id"]}
    return create_invoiceitem(data, {"customer": customer["id"], "pricing": pricing, "quantity": line["quantity"]})


def _line(data: AccountData, given: Json, number: int) -> Json:
    param = f"line_items[{number}]"
    if given.get("price_data"):
        price = create_price(data, dict(given["price_data"]))
    elif given.get("price"):
        price = data.get("price", given["price"], f"{param}[price]")
    else:
        raise errors.missing_param(f"{param}[price]")
    quantity = given.get("quantity", 1)
    amount = (price["unit_amount"] or 0) * quantity
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": data.get("product", price["product"])["name"],
        "price": price,
        "quantity": quantity,
    }


def _open(data: AccountData, id_: str) -> Json:
    session = data.get("checkout.session", id_)
    if session["status"] != "open":
        raise errors.ApiError(400, f"This Checkout Session has a status of {session['status']}; it has to be open.")
    return session
