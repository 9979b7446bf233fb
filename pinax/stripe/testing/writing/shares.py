"""Who gets what of a charge: the connected account that it is for, and the platform its fee.

Source: https://docs.stripe.com/connect/destination-charges and https://docs.stripe.com/connect/direct-charges
"""

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.store import key_of
from pinax.stripe.testing.writing import application_fees, transfers
from pinax.stripe.testing.writing.account_data import AccountData


def check(data: AccountData, fields: Json, parent: str = "") -> None:
    """Refuse a payment that its account cannot take, or whose shares cannot be given.

    Args:
        data: the data of the account that is paid.
        fields: the parameters that may have ``transfer_data`` and an application fee.
        parent: the parameter that they are in, if they are in one: ``payment_intent_data``.

    Raises:
        ApiError: as Stripe's.
    """
    account = data.store.get(key_of({"object": "account", "id": data.owner}, "", data.livemode))
    if account is not None and not account.get("charges_enabled"):
        message = (
            f"This Connect account cannot currently make {'live ' if data.livemode else ''}charges. The "
            "`requirements.disabled_reason` property on the account will provide information about why this account "
            "is currently disabled."
        )
        raise errors.ApiError(400, message)
    to = fields.get("transfer_data") or {}
    fees = [name for name in ("application_fee_amount", "application_fee_percent") if fields.get(name)]
    if to:
        param = f"{parent}[transfer_data][destination]" if parent else "transfer_data[destination]"
        transfers.check_destination(data, to["destination"], param)
    elif fees and not data.owner:
        message = (
            f"Can only apply an {fees[0]} when the payment is a direct one (with the Stripe-Account header) or has a "
            "destination (with transfer_data[destination])."
        )
        raise errors.invalid(f"{parent}[{fees[0]}]" if parent else fees[0], message)
    if fees and to.get("amount"):
        message = (
            f"You may not provide the {fees[0]} parameter and the transfer_data[amount] parameter at the same time."
        )
        raise errors.ApiError(400, message)


def of_subscription(subscription: Json, amount: int) -> Json:
    """Return the keys of a payment of a subscription that say who gets what: shares in percent of the amount."""
    to, percent = subscription.get("transfer_data"), subscription.get("application_fee_percent")
    keys: Json = {}
    if to:
        of_it = to.get("amount_percent")
        keys["transfer_data"] = {"destination": to["destination"]}
        keys["transfer_data"] |= {"amount": round(amount * of_it / 100)} if of_it else {}
    return keys | ({"application_fee_amount": round(amount * percent / 100)} if percent else {})


def given(data: AccountData, charge: Json) -> Json:
    """Give the shares of a captured charge, and return the keys of the charge that name them.

    With a fee, the connected account gets the whole amount, and the platform its fee of it.
    """
    keys: Json = {}
    account, taken_of = data.owner, charge["id"]
    to = charge["transfer_data"] or {}
    if to:
        transfer = transfers.transferred(
            data,
            amount=min(to.get("amount") or charge["amount_captured"], charge["amount_captured"]),
            currency=charge["currency"],
            destination=to["destination"],
            source_transaction=charge["id"],
            transfer_group=charge["transfer_group"] or f"group_{charge['payment_intent']}",
        )
        keys |= {"transfer": transfer["id"], "transfer_group": transfer["transfer_group"]}
        account, taken_of = transfer["destination"], transfer["destination_payment"]
    if charge["application_fee_amount"] and account:
        fee = data.of_account("").create(
            "application_fee",
            account=account,
            amount=min(charge["application_fee_amount"], charge["amount_captured"]),
            charge=taken_of,
            currency=charge["currency"],
            originating_transaction=charge["id"] if to else None,
        )
        keys["application_fee"] = fee["id"]
        if to:
            there = data.of_account(account)
            named = {"application_fee": fee["id"], "application_fee_amount": fee["amount"]}
            there.change(there.get("charge", taken_of), "", **named)
    return keys


def check_refund(charge: Json, fields: Json) -> None:
    """Refuse to take back what was not given.

    Raises:
        ApiError: as Stripe's.
    """
    id_ = charge["id"]
    if fields.get("reverse_transfer") and not charge.get("transfer"):
        raise errors.invalid("reverse_transfer", f"Attempting to reverse_transfer on charge {id_}, but it has none")
    if fields.get("refund_application_fee"):
        if not charge["application_fee"]:
            message = f"Attempting to refund_application_fee on charge {id_}, but it has no application fee"
            raise errors.invalid("refund_application_fee", message)
        if charge.get("transfer") and not fields.get("reverse_transfer"):
            message = "To refund the application fee of a destination charge, reverse_transfer has to be true, too."
            raise errors.invalid("reverse_transfer", message)


def taken_back(data: AccountData, charge: Json, refund: Json, fields: Json) -> Json:
    """Take back the shares of what is refunded, as the request says, and return the keys of the refund that say so."""
    amount, of = refund["amount"], charge["amount_captured"]
    if fields.get("refund_application_fee"):
        platform = data.of_account("")
        fee = platform.get("application_fee", charge["application_fee"])
        application_fees.refunded(platform, fee, application_fees.part(fee, amount, of))
    if not fields.get("reverse_transfer"):
        return {}
    transfer = data.get("transfer", charge["transfer"])
    back = min(transfer["amount"] - transfer["amount_reversed"], round(transfer["amount"] * amount / of))
    return {"transfer_reversal": transfers.reversed_by(data, transfer, back, source_refund=refund["id"])["id"]}
