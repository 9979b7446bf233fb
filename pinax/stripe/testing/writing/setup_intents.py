"""Setup intents: a card is kept for later payments.

Source: https://docs.stripe.com/api/setup_intents
"""

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import cards
from pinax.stripe.testing.writing.account_data import AccountData, merged_metadata
from pinax.stripe.testing.writing.payment_intents import CONFIRMABLE, NOT_KEPT, unexpected_state
from pinax.stripe.testing.writing.payment_methods import attached
from pinax.stripe.testing.writing.registry import operation


@operation("setup_intents.create", "SetupIntentCreateParams")
def create(data: AccountData, fields: Json) -> Json:
    """Create a setup intent, and confirm it if the request says so."""
    if fields.get("customer"):
        data.get("customer", fields["customer"], "customer")
    card = cards.usable(data, fields["payment_method"]) if fields.get("payment_method") else None
    kept = {name: value for name, value in fields.items() if name not in NOT_KEPT}
    status = "requires_confirmation" if card else "requires_payment_method"
    intent = data.create("setup_intent", **{**kept, "payment_method": card["id"] if card else None, "status": status})
    return _confirmed(data, intent, card) if fields.get("confirm") else intent


@operation("setup_intents.update", "SetupIntentUpdateParams")
def update(data: AccountData, id_: str, fields: Json) -> Json:
    """Change a setup intent."""
    intent = data.get("setup_intent", id_)
    if "metadata" in fields:
        fields["metadata"] = merged_metadata(intent, fields["metadata"])
    return data.change(intent, **fields)


@operation("setup_intents.confirm", "SetupIntentConfirmParams")
def confirm(data: AccountData, id_: str, fields: Json) -> Json:
    """Keep the card for the customer."""
    intent = data.get("setup_intent", id_)
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(intent, "confirm")
    method = fields.get("payment_method") or intent["payment_method"]
    return _confirmed(data, intent, cards.usable(data, method) if method else None)


@operation("setup_intents.cancel", "SetupIntentCancelParams")
def cancel(data: AccountData, id_: str, fields: Json) -> Json:
    """Cancel a setup intent."""
    intent = data.get("setup_intent", id_)
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(intent, "cancel")
    return data.change(intent, "canceled", status="canceled", cancellation_reason=fields.get("cancellation_reason"))


def _confirmed(data: AccountData, intent: Json, payment_method: Json | None) -> Json:
    if payment_method is None:
        message = "You cannot confirm this SetupIntent because it's missing a payment method."
        raise errors.ApiError(400, message, code="setup_intent_unexpected_state", setup_intent=intent)
    if intent["customer"]:
        attached(data, payment_method, data.get("customer", intent["customer"]))
    return data.change(intent, "succeeded", status="succeeded", payment_method=payment_method["id"])
