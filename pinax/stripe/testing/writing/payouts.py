"""Payouts of an account to its bank: created, canceled, paid, failed.

Source: https://docs.stripe.com/api/payouts and https://docs.stripe.com/payouts#payout-failures
"""

from typing import Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.ids import id_of_type
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.store import key_of
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.periods import later
from pinax.stripe.testing.writing.registry import operation

#: How many days it takes until the money is at the bank.
DAYS: Final = 2


@operation("payouts.create", "PayoutCreateParams", "amount", "currency")
def create(data: AccountData, fields: Json) -> Json:
    """Create a payout, which is pending until its arrival date."""
    account = data.store.get(key_of({"object": "account", "id": data.owner}, "", data.livemode)) or {}
    if not account.get("payouts_enabled", True):
        message = "Cannot create payouts: they are disabled for this account. Its requirements say what is missing."
        raise errors.ApiError(400, message, code="payouts_not_allowed")
    banks = (account.get("external_accounts") or {}).get("data") or [{"id": id_of_type("bank_account")}]
    made = {"arrival_date": later(data.now, days=DAYS), "automatic": False, "description": None, "status": "pending"}
    made |= {"destination": banks[0]["id"], "reconciliation_status": "not_applicable"}
    payout = data.create("payout", **{**made, **fields})
    data.watch(payout)
    return payout


@operation("payouts.cancel", "PayoutCancelParams")
def cancel(data: AccountData, id_: str, _fields: Json) -> Json:
    """Cancel a payout that is pending."""
    payout = data.get("payout", id_)
    if payout["status"] != "pending":
        message = f"Payouts can only be canceled while they are pending; this one is {payout['status']}."
        raise errors.ApiError(400, message)
    back = id_of_type("balance_transaction")
    return data.change(payout, "canceled", status="canceled", failure_balance_transaction=back)


def paid(data: AccountData, payout: Json) -> Json:
    """Let the money of a payout arrive."""
    return data.change(payout, "paid", status="paid")


def failed(data: AccountData, id_: str, code: str) -> Json:
    """Let a payout fail, also one that is paid: banks send money back days later.

    Raises:
        ApiError: it is canceled, or has failed.
    """
    payout = data.get("payout", id_)
    if payout["status"] in {"canceled", "failed"}:
        raise errors.ApiError(400, f"This payout is {payout['status']}: it cannot fail.")
    return data.change(
        payout,
        "failed",
        status="failed",
        failure_balance_transaction=id_of_type("balance_transaction"),
        failure_code=code,
        failure_message=f"The bank could not take this payout ({code}).",
    )
