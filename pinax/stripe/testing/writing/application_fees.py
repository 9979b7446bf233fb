"""The fees that a platform takes of charges, and their refunds.

Source: https://docs.stripe.com/api/application_fees and https://docs.stripe.com/api/fee_refunds
"""

from typing import Any

from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import Json, list_of
from pinax.stripe.testing.writing.account_data import AccountData, part_of
from pinax.stripe.testing.writing.registry import operation


@operation("application_fees.refunds.create", "ApplicationFeeRefundCreateParams")
def create_refund(data: AccountData, id_: str, fields: Json) -> Json:
    """Refund a fee to the connected account, all that is left of it or a part."""
    fee = data.get("application_fee", id_)
    message = "Refund amount ({amount}) is greater than unrefunded amount on fee ({left})"
    amount = part_of(fee["amount"] - fee["amount_refunded"], fields, message)
    return refunded(data, fee, amount, metadata=fields.get("metadata") or {})


def part(fee: Json, amount: int, of: int) -> int:
    """Return how much of a fee belongs to a part of the money it was taken of."""
    amounts: tuple[int, int] = fee["amount"] - fee["amount_refunded"], round(fee["amount"] * amount / of)
    return min(amounts)


def refunded(data: AccountData, fee: Json, amount: int, **fields: Any) -> Json:
    """Refund an amount of a fee, and return the refund.

    Args:
        data: the data of the platform.
        fee: the application fee.
        amount: in minor units.
        fields: other keys of the refund.
    """
    refund = build("fee_refund", amount=amount, created=data.now, currency=fee["currency"], fee=fee["id"], **fields)
    total = fee["amount_refunded"] + amount
    members = list_of([refund, *fee["refunds"]["data"]], fee["refunds"]["url"])
    data.change(fee, "refunded", amount_refunded=total, refunded=total == fee["amount"], refunds=members)
    return refund
