"""Cards that pay, and cards that do not: Stripe's cards for tests, and what a test has told the fake.

Source: https://docs.stripe.com/testing
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.customers import BILLING_DETAILS
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing.account_data import AccountData

#: Why a payment waits for its customer (3D Secure), or fails if the customer is not there.
AUTHENTICATION_REQUIRED: Final = "authentication_required"
#: Stripe's payment methods for tests → brand, last four digits, and the decline code of payments.
TEST_CARDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "pm_card_visa": ("visa", "4242", ""),
    "pm_card_mastercard": ("mastercard", "4444", ""),
    "pm_card_amex": ("amex", "8431", ""),
    "pm_card_chargeCustomerFail": ("visa", "0341", "generic_decline"),
    "pm_card_visa_chargeDeclined": ("visa", "0002", "generic_decline"),
    "pm_card_chargeDeclined": ("visa", "0002", "generic_decline"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": ("visa", "9995", "insufficient_funds"),
    "pm_card_chargeDeclinedInsufficientFunds": ("visa", "9995", "insufficient_funds"),
    "pm_card_chargeDeclinedExpiredCard": ("visa", "0069", "expired_card"),
    "pm_card_chargeDeclinedProcessingError": ("visa", "0119", "processing_error"),
    "pm_card_authenticationRequired": ("visa", "3184", AUTHENTICATION_REQUIRED),
    "pm_card_threeDSecure2Required": ("visa", "3220", AUTHENTICATION_REQUIRED),
}
DECLINED: Final = {last4: code for _brand, last4, code in TEST_CARDS.values() if code}

#: The billing details of a card for tests.
NOTHING_ENTERED: Final[Json] = {**BILLING_DETAILS, "name": None}

#: Decline codes that are error codes, too; others come with the code ``card_declined``.
OWN_CODES: Final = frozenset({"authentication_required", "expired_card", "incorrect_cvc", "processing_error"})


def usable(data: AccountData, id_: str, param: str = "payment_method") -> Json:
    """Return a payment method; one of Stripe's for tests is created.

    Raises:
        ApiError: there is no such payment method.
    """
    if id_ not in TEST_CARDS:
        return data.get("payment_method", id_, param)
    brand, last4, _code = TEST_CARDS[id_]
    card = build("payment_method")["card"] | {"brand": brand, "display_brand": brand, "last4": last4}
    return data.create("payment_method", silent=True, card=card, billing_details=NOTHING_ENTERED)


def entered(data: AccountData, payment_method: Json, **details: str | None) -> Json:
    """Return a card with what its owner enters when they pay; one that a customer has stays as it is.

    Args:
        data: the data of the account.
        payment_method: the card.
        details: ``email`` and ``name``.
    """
    if payment_method["customer"]:
        return payment_method
    return data.put(payment_method | {"billing_details": payment_method["billing_details"] | details}, "")


def decline_code(data: AccountData, payment_method: Json) -> str:
    """Return why a payment fails; ``""`` if it succeeds."""
    card = payment_method.get("card") or {}
    at = datetime.fromtimestamp(data.now, tz=UTC)
    if (card.get("exp_year", at.year), card.get("exp_month", 12)) < (at.year, at.month):
        return "expired_card"
    code = data.billing.declines.get(payment_method["id"], DECLINED.get(card.get("last4", ""), ""))
    if code == AUTHENTICATION_REQUIRED and payment_method["id"] in data.billing.authenticated:
        return ""
    return code


@contextmanager
def authenticated(data: AccountData, payment_method: Json) -> Iterator[None]:
    """Let the customer authenticate the payments with a card that are made meanwhile."""
    data.billing.authenticated.add(payment_method["id"])
    try:
        yield
    finally:
        data.billing.authenticated.discard(payment_method["id"])


def declined(code: str, **other: Any) -> errors.ApiError:
    """Return the error for a declined card; ``other`` are further keys, such as ``payment_intent``."""
    message = "Your card has insufficient funds." if code == "insufficient_funds" else ""
    return errors.of_code(code if code in OWN_CODES else "card_declined", message=message, decline_code=code, **other)


def default_of(customer: Json) -> str:
    """Return the id of the payment method that pays for a customer; ``""`` if there is none."""
    settings = customer.get("invoice_settings") or {}
    return str(settings.get("default_payment_method") or customer.get("default_source") or "")
