"""Payment intents: created, confirmed, captured, cancelled.

Source: https://docs.stripe.com/api/payment_intents
"""

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import billing, cards, shares
from pinax.stripe.testing.writing.account_data import AccountData, merged_metadata
from pinax.stripe.testing.writing.intents import (
    CONFIRMABLE,
    not_authenticated,
    started,
    to_be_confirmed,
    unexpected_state,
    without_card,
)
from pinax.stripe.testing.writing.payments import pay
from pinax.stripe.testing.writing.registry import operation

CANCELABLE = CONFIRMABLE | {"requires_capture", "processing"}


@operation("payment_intents.create", "PaymentIntentCreateParams", "amount", "currency")
def create(data: AccountData, fields: Json) -> Json:
    """Create a payment intent, and confirm it if the request says so."""
    if fields["amount"] < 1:
        raise errors.invalid("amount", "This value must be greater than or equal to 1.")
    shares.check(data, fields)
    intent, card = started(data, "payment_intent", fields)
    return _confirmed(data, intent, card, fields) if fields.get("confirm") else intent


@operation("payment_intents.update", "PaymentIntentUpdateParams")
def update(data: AccountData, id_: str, fields: Json) -> Json:
    """Change a payment intent that is not paid yet."""
    intent = data.get("payment_intent", id_)
    if "metadata" in fields:
        fields["metadata"] = merged_metadata(intent, fields["metadata"])
    if fields.get("transfer_data"):
        fields["transfer_data"] = {**(intent["transfer_data"] or {}), **fields["transfer_data"]}
    if fields.get("payment_method"):
        if intent["status"] not in CONFIRMABLE:
            raise unexpected_state(intent, "update")
        card = cards.usable(data, fields["payment_method"])
        fields |= {"payment_method": card["id"], "status": "requires_confirmation", "next_action": None}
    return data.change(intent, **fields)


@operation("payment_intents.confirm", "PaymentIntentConfirmParams")
def confirm(data: AccountData, id_: str, fields: Json) -> Json:
    """Pay."""
    return _confirmed(data, *to_be_confirmed(data, "payment_intent", id_, fields), fields)


@operation("payment_intents.capture", "PaymentIntentCaptureParams")
def capture(data: AccountData, id_: str, fields: Json) -> Json:
    """Capture what was authorized."""
    intent = data.get("payment_intent", id_)
    if intent["status"] != "requires_capture":
        raise unexpected_state(intent, "capture")
    amount = fields.get("amount_to_capture", intent["amount"])
    if amount > intent["amount_capturable"]:
        raise errors.invalid(
            "amount_to_capture", "The amount to capture is greater than the amount that is capturable."
        )
    charge = data.get("charge", intent["latest_charge"])
    left = intent["amount"] - amount
    captured = {"captured": True, "amount_captured": amount, "amount_refunded": left}
    captured |= {name: fields[name] for name in ("application_fee_amount",) if name in fields}
    data.change(charge, "captured", **captured, **shares.given(data, charge | captured))
    return data.change(intent, "succeeded", status="succeeded", amount_capturable=0, amount_received=amount)


@operation("payment_intents.cancel", "PaymentIntentCancelParams")
def cancel(data: AccountData, id_: str, fields: Json) -> Json:
    """Cancel a payment intent that is not paid."""
    intent = data.get("payment_intent", id_)
    if intent["status"] not in CANCELABLE:
        raise unexpected_state(intent, "cancel")
    if invoice := billing.invoice_of(data, intent):
        message = f"This PaymentIntent collects the invoice {invoice['id']}. To cancel it, void the invoice."
        raise errors.ApiError(400, message, code="payment_intent_unexpected_state", payment_intent=intent)
    reason = fields.get("cancellation_reason")
    ended = {"status": "canceled", "canceled_at": data.now, "cancellation_reason": reason, "amount_capturable": 0}
    ended["next_action"] = None
    return data.change(intent, "canceled", **ended)


def authenticated(data: AccountData, intent: Json, payment_method: Json, *, succeeds: bool) -> Json:
    """Pay what waits for the customer, who authenticates it; or does not."""
    if succeeds:
        with cards.authenticated(data, payment_method):
            pay(data, intent, payment_method)
    else:
        data.change(intent, "payment_failed", **not_authenticated(intent, payment_method))
    return _settled(data, intent)


def _confirmed(data: AccountData, intent: Json, payment_method: Json | None, fields: Json) -> Json:
    if payment_method is None:
        raise without_card(intent)
    alone = fields.get("off_session") or fields.get("error_on_requires_action")
    code = pay(data, intent, payment_method, off_session=bool(alone))
    intent = _settled(data, intent)
    if code and intent["status"] != "requires_action":
        raise cards.declined(code, charge=intent["latest_charge"], payment_intent=intent, payment_method=payment_method)
    return intent


def _settled(data: AccountData, intent: Json) -> Json:
    intent = data.get("payment_intent", intent["id"])
    if intent["status"] == "succeeded":
        billing.settle(data, intent)
    return intent
