"""Payment methods of customers.

Source: https://docs.stripe.com/api/payment_methods
"""

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import cards
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.registry import operation


@operation("payment_methods.create", "PaymentMethodCreateParams", "type")
def create(data: AccountData, fields: Json) -> Json:
    """Create a payment method; of a card, the last four digits are kept."""
    given = fields.pop("card", None) or {}
    card = build("payment_method")["card"]
    card |= {name: given[name] for name in ("exp_month", "exp_year") if name in given}
    if "number" in given:
        card["last4"] = given["number"][-4:]
    details = cards.NOTHING_ENTERED | (fields.pop("billing_details", None) or {})
    return data.create("payment_method", **fields, billing_details=details, card=card)


@operation("payment_methods.attach", "PaymentMethodAttachParams", "customer")
def attach(data: AccountData, id_: str, fields: Json) -> Json:
    """Attach a payment method to a customer; one of Stripe's for tests is created."""
    customer = data.get("customer", fields["customer"], "customer")
    payment_method = cards.usable(data, id_, "")
    if payment_method["customer"]:
        raise errors.ApiError(400, "The payment method you provided has already been attached to a customer.")
    return attached(data, payment_method, customer)


@operation("payment_methods.detach", "PaymentMethodDetachParams")
def detach(data: AccountData, id_: str, _fields: Json) -> Json:
    """Detach a payment method from its customer."""
    payment_method = data.get("payment_method", id_)
    if not payment_method["customer"]:
        message = "The payment method you provided is not attached to a customer so detachment is impossible."
        raise errors.ApiError(400, message)
    customer = data.get("customer", payment_method["customer"])
    if cards.default_of(customer) == id_:
        settings = customer["invoice_settings"] | {"default_payment_method": None}
        data.change(customer, invoice_settings=settings)
    return data.change(payment_method, "detached", customer=None)


def attached(data: AccountData, payment_method: Json, customer: Json) -> Json:
    """Attach a payment method to a customer, if it is not attached."""
    return data.change(payment_method, "attached", customer=customer["id"])
