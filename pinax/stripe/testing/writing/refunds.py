"""Refunds.

Source: https://docs.stripe.com/api/refunds
"""

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import shares
from pinax.stripe.testing.writing.account_data import AccountData, part_of
from pinax.stripe.testing.writing.registry import operation


@operation("refunds.create", "RefundCreateParams")
def create(data: AccountData, fields: Json) -> Json:
    """Refund a charge, or that of a payment intent, all that is left of it or a part."""
    charge = _charge(data, fields)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left <= 0:
        raise errors.ApiError(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = part_of(left, fields, "Refund amount ({amount}) is greater than unrefunded amount on charge ({left})")
    shares.check_refund(charge, fields)
    refund = data.create(
        "refund",
        silent=True,
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=fields.get("metadata") or {},
        payment_intent=charge["payment_intent"],
        reason=fields.get("reason"),
    )
    refund = data.put(refund | shares.taken_back(data, charge, refund, fields), "created")
    refunded = charge["amount_refunded"] + amount
    data.change(charge, "refunded", amount_refunded=refunded, refunded=refunded == charge["amount_captured"])
    return refund


def _charge(data: AccountData, fields: Json) -> Json:
    if fields.get("charge"):
        return data.get("charge", fields["charge"], "charge")
    if not fields.get("payment_intent"):
        message = "One of the following params should be provided for this request: payment_intent or charge."
        raise errors.ApiError(400, message)
    intent = data.get("payment_intent", fields["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        raise errors.ApiError(400, message)
    return data.get("charge", intent["latest_charge"])
