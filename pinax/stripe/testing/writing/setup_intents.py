"""Setup intents: a card is kept for later payments.

Source: https://docs.stripe.com/api/setup_intents
"""

from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import cards
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.intents import (
    CONFIRMABLE,
    not_authenticated,
    started,
    to_be_confirmed,
    unexpected_state,
    wait_for_customer,
    without_card,
)
from pinax.stripe.testing.writing.payment_methods import attached
from pinax.stripe.testing.writing.registry import operation


@operation("setup_intents.create", "SetupIntentCreateParams")
def create(data: AccountData, fields: Json) -> Json:
    """Create a setup intent, and confirm it if the request says so."""
    intent, card = started(data, "setup_intent", fields)
    return _confirmed(data, intent, card) if fields.get("confirm") else intent


@operation("setup_intents.confirm", "SetupIntentConfirmParams")
def confirm(data: AccountData, id_: str, fields: Json) -> Json:
    """Keep the card for the customer."""
    return _confirmed(data, *to_be_confirmed(data, "setup_intent", id_, fields))


@operation("setup_intents.cancel", "SetupIntentCancelParams")
def cancel(data: AccountData, id_: str, fields: Json) -> Json:
    """Cancel a setup intent."""
    intent = data.get("setup_intent", id_)
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(intent, "cancel")
    reason = fields.get("cancellation_reason")
    return data.change(intent, "canceled", status="canceled", cancellation_reason=reason, next_action=None)


def authenticated(data: AccountData, intent: Json, payment_method: Json, *, succeeds: bool) -> Json:
    """Keep the card of an intent that waits for the customer, who authenticates it; or does not."""
    if not succeeds:
        return data.change(intent, "setup_failed", **not_authenticated(intent, payment_method))
    with cards.authenticated(data, payment_method):
        return _confirmed(data, intent, payment_method)


def _confirmed(data: AccountData, intent: Json, payment_method: Json | None) -> Json:
    if payment_method is None:
        raise without_card(intent)
    if cards.decline_code(data, payment_method) == cards.AUTHENTICATION_REQUIRED:
        return wait_for_customer(data, intent, payment_method)
    if intent["customer"]:
        attached(data, payment_method, data.get("customer", intent["customer"]))
    done = {"status": "succeeded", "payment_method": payment_method["id"], "next_action": None}
    return data.change(intent, "succeeded", **done, last_setup_error=None)
