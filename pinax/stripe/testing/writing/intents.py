"""What payment intents and setup intents have in common: how they are created and confirmed, and what they refuse."""

from typing import Any, Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import cards
from pinax.stripe.testing.writing.account_data import AccountData

#: What is said only in the request, and is not a key of the object.
NOT_KEPT: Final = frozenset({"confirm", "error_on_requires_action", "off_session", "payment_method_data", "return_url"})
CONFIRMABLE: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
_NAMES: Final = {"payment_intent": "PaymentIntent", "setup_intent": "SetupIntent"}


def started(data: AccountData, kind: str, fields: Json) -> tuple[Json, Json | None]:
    """Create an intent, and return it with its card, if it has one."""
    if fields.get("customer"):
        data.get("customer", fields["customer"], "customer")
    card = cards.usable(data, fields["payment_method"]) if fields.get("payment_method") else None
    kept = {name: value for name, value in fields.items() if name not in NOT_KEPT}
    status = "requires_confirmation" if card else "requires_payment_method"
    intent = data.create(kind, **{**kept, "payment_method": card["id"] if card else None, "status": status})
    return intent, card


def to_be_confirmed(data: AccountData, kind: str, id_: str, fields: Json) -> tuple[Json, Json | None]:
    """Return an intent that can be confirmed, with the card of the request or its own, if there is one."""
    intent = data.get(kind, id_)
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(intent, "confirm")
    method = fields.get("payment_method") or intent["payment_method"]
    return intent, cards.usable(data, method) if method else None


def wait_for_customer(data: AccountData, intent: Json, payment_method: Json) -> Json:
    """Let an intent wait until the customer authenticates it (3D Secure)."""
    action = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    waits = {"status": "requires_action", "payment_method": payment_method["id"], "next_action": action}
    return data.change(intent, "requires_action", **waits, **{last_error(intent): None})


def last_error(intent: Json) -> str:
    """Return the name of the key with the error of the last attempt."""
    return "last_payment_error" if intent["object"] == "payment_intent" else "last_setup_error"


def not_authenticated(intent: Json, payment_method: Json) -> Json:
    """Return what changes in an intent that the customer has not authenticated."""
    message = (
        "We are unable to authenticate your payment method. Please choose a different payment method and try again."
    )
    code = f"{intent['object']}_authentication_failure"
    error = errors.ApiError(402, message, code=code, payment_method=payment_method).body["error"]
    return {"status": "requires_payment_method", "payment_method": None, "next_action": None, last_error(intent): error}


def unexpected_state(intent: Json, verb: str) -> errors.ApiError:
    """Return the error for something that the status of an intent does not allow."""
    return _refusal(intent, verb, f"it has a status of {intent['status']}")


def without_card(intent: Json) -> errors.ApiError:
    """Return the error for an intent that is confirmed without a payment method."""
    return _refusal(intent, "confirm", "it's missing a payment method")


def _refusal(intent: Json, verb: str, why: str) -> errors.ApiError:
    kind = intent["object"]
    other: dict[str, Any] = {kind: intent}
    message = f"You cannot {verb} this {_NAMES[kind]} because {why}."
    return errors.ApiError(400, message, code=f"{kind}_unexpected_state", **other)
