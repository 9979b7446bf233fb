"""Take a payment: the payment intent, its charge, and the events of both."""

from typing import Final

from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import cards, shares
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.intents import wait_for_customer

#: The keys of a payment intent that its charge has, too.
SHARED: Final = ("application_fee_amount", "on_behalf_of", "transfer_data", "transfer_group")


def pay(data: AccountData, intent: Json, payment_method: Json, *, off_session: bool = False) -> str:
    """Try to pay a payment intent; return the decline code, ``""`` if it is paid.

    The charge exists in both cases, except if the payment waits for the customer, who has to authenticate it.

    Args:
        data: the data of the account.
        intent: the payment intent.
        payment_method: the card.
        off_session: the customer is not there to authenticate the payment: it fails.
    """
    code = cards.decline_code(data, payment_method)
    if code == cards.AUTHENTICATION_REQUIRED and not off_session:
        wait_for_customer(data, intent, payment_method)
        return code
    charge = _charge(data, intent, payment_method, code)
    tried = {"payment_method": payment_method["id"], "latest_charge": charge["id"], "next_action": None}
    if code:
        error = cards.declined(code, charge=charge["id"], payment_method=payment_method).body["error"]
        failed = {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
        data.change(intent, "payment_failed", **{**tried, **failed})
        return code
    if intent["capture_method"] == "manual":
        data.change(
            intent,
            "amount_capturable_updated",
            **tried,
            status="requires_capture",
            amount_capturable=intent["amount"],
            last_payment_error=None,
        )
        return ""
    paid = {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
    data.change(intent, "succeeded", **tried, **paid)
    return ""


def _charge(data: AccountData, intent: Json, payment_method: Json, code: str) -> Json:
    status = "failed" if code else "succeeded"
    waits = not code and intent["capture_method"] == "manual"
    error = cards.declined(code).body["error"] if code else {}
    captured = {"captured": False, "amount_captured": 0, "balance_transaction": None} if waits else {}
    charge = data.create(
        "charge",
        silent=True,
        amount=intent["amount"],
        billing_details=payment_method["billing_details"],
        status=status,
        **{name: intent[name] for name in SHARED},
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        failure_code=error.get("code"),
        failure_message=error.get("message"),
        metadata=intent["metadata"],
        payment_intent=intent["id"],
        payment_method=payment_method["id"],
        payment_method_details={"type": payment_method["type"], "card": payment_method.get("card")},
        receipt_email=intent["receipt_email"],
        **captured,
    )
    if charge["balance_transaction"]:
        fee = round(charge["amount"] * 0.029) + 30
        data.create(
            "balance_transaction",
            id=charge["balance_transaction"],
            amount=charge["amount"],
            fee=fee,
            currency=charge["currency"],
            source=charge["id"],
        )
        charge |= shares.given(data, charge)
    return data.put(charge, status)
