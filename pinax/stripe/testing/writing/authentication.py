"""Customers authenticate what waits for them (3D Secure): a payment, or a card that is to be kept.

Source: https://docs.stripe.com/payments/3d-secure/authentication-flow
"""

from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import cards, payment_intents, setup_intents
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.intents import unexpected_state


def authenticated(data: AccountData, kind: str, id_: str, *, succeeds: bool) -> Json:
    """Let the customer authenticate an intent, and carry out what it is about.

    Raises:
        ApiError: there is no such intent, or it does not require action.
    """
    intent = data.get(kind, id_)
    if intent["status"] != "requires_action":
        raise unexpected_state(intent, "authenticate")
    card = cards.usable(data, intent["payment_method"])
    if kind == "payment_intent":
        return payment_intents.authenticated(data, intent, card, succeeds=succeeds)
    return setup_intents.authenticated(data, intent, card, succeeds=succeeds)
