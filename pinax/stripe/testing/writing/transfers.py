"""Transfers from a platform to its connected accounts, and their reversals.

Source: https://docs.stripe.com/api/transfers and https://docs.stripe.com/api/transfer_reversals
"""

from typing import Any, Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.ids import new_id
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import Json, list_of
from pinax.stripe.testing.store import key_of
from pinax.stripe.testing.writing import application_fees
from pinax.stripe.testing.writing.account_data import AccountData, part_of
from pinax.stripe.testing.writing.registry import operation

#: Capabilities, one of which an account needs to get a transfer.
CAPABILITIES: Final = ("transfers", "crypto_transfers", "legacy_payments")


@operation("transfers.create", "TransferCreateParams")
def create(data: AccountData, fields: Json) -> Json:
    """Transfer money of the platform's balance, or of a charge, which may say the amount."""
    check_destination(data, fields["destination"], "destination")
    source = fields.get("source_transaction")
    charge = data.get("charge", source, "source_transaction") if source else None
    if "amount" not in fields and charge is None:
        raise errors.missing_param("amount")
    return transferred(data, **{"amount": charge["amount"] if charge else 0, **fields})


@operation("transfers.reversals.create", "TransferReversalCreateParams")
def create_reversal(data: AccountData, id_: str, fields: Json) -> Json:
    """Take a transfer back, all that is left of it or a part, and the fee on it if the request says so."""
    transfer = data.get("transfer", id_)
    message = "Reversal amount ({amount}) is greater than the unreversed amount ({left})."
    amount = part_of(transfer["amount"] - transfer["amount_reversed"], fields, message)
    if fields.get("refund_application_fee"):
        for fee in data.all("application_fee", charge=transfer["destination_payment"]):
            application_fees.refunded(data, fee, application_fees.part(fee, amount, transfer["amount"]))
    return reversed_by(data, transfer, amount, metadata=fields.get("metadata") or {})


def check_destination(data: AccountData, destination: str, param: str) -> None:
    """Require that an account can get a transfer.

    Raises:
        ApiError: it does not exist, is not connected, or has none of the capabilities.
    """
    account = data.store.get(key_of({"object": "account", "id": destination}, "", data.livemode))
    if account is None or account.get("deleted") or destination not in data.visible:
        raise errors.no_such("destination", destination, status=400, param=param)
    if "active" not in {account["capabilities"].get(name) for name in CAPABILITIES}:
        message = (
            "Your destination account needs to have at least one of the following capabilities enabled: "
            f"{', '.join(CAPABILITIES)}"
        )
        raise errors.ApiError(400, message, code="insufficient_capabilities_for_transfer", param=param)


def transferred(data: AccountData, **fields: Any) -> Json:
    """Create a transfer, and the payment that the connected account gets by it.

    Stripe makes no event about that payment: it is created without one.
    """
    transfer = build("transfer", created=data.now, destination_payment=new_id("py"), **fields)
    shared = {name: transfer[name] for name in ("amount", "currency", "metadata")}
    data.of_account(transfer["destination"]).create(
        "charge",
        silent=True,
        id=transfer["destination_payment"],
        source_transfer=transfer["id"],
        payment_intent=None,
        payment_method=None,
        payment_method_details={"type": "stripe_account", "stripe_account": {}},
        **shared,
    )
    return data.put(transfer, "created")


def reversed_by(data: AccountData, transfer: Json, amount: int, **fields: Any) -> Json:
    """Take an amount of a transfer back, and return the reversal.

    Args:
        data: the data of the platform.
        transfer: the transfer.
        amount: in minor units.
        fields: other keys of the reversal.
    """
    total = transfer["amount_reversed"] + amount
    state = {"amount_reversed": total, "reversed": total == transfer["amount"]}
    currency = transfer["currency"]
    reversal = build(
        "transfer_reversal", amount=amount, created=data.now, currency=currency, transfer=transfer["id"], **fields
    )
    there = data.of_account(transfer["destination"])
    for payment in there.all("charge", id=transfer["destination_payment"]):
        refund = there.create(
            "refund",
            silent=True,
            id=new_id("pyr"),
            amount=amount,
            charge=payment["id"],
            currency=currency,
            payment_intent=None,
            source_transfer_reversal=reversal["id"],
        )
        reversal["destination_payment_refund"] = refund["id"]
        there.change(payment, "", amount_refunded=total, refunded=state["reversed"])
    members = [reversal, *transfer["reversals"]["data"]]
    data.change(transfer, "reversed", reversals=list_of(members, transfer["reversals"]["url"]), **state)
    return reversal
