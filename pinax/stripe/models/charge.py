"""Charges."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from django.db.models import Sum

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject
from pinax.stripe.models.children import Children
from pinax.stripe.models.querysets import NotDeletedManager
from pinax.stripe.models.sums import SummableQuerySet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from django.db.models.expressions import Combinable


class ChargeQuerySet(SummableQuerySet["Charge"]):
    """Query methods for charges.

    The sums also have ``total_refunded``, which is the amount of these charges that was refunded at any time, and
    ``net``, which is the rest. An authorized amount that is released without a capture counts as refunded, as at
    Stripe.
    """

    sums: ClassVar[Mapping[str, Combinable]] = MappingProxyType(
        {
            **SummableQuerySet.sums,
            "total_refunded": Sum("amount_refunded", default=0),
            "net": Sum("amount", default=0) - Sum("amount_refunded", default=0),
        }
    )

    def succeeded(self) -> Self:
        """Charges that succeeded; before 2015 the status was "paid"."""
        return self.filter(status__in=("succeeded", "paid"))

    def captured(self) -> Self:
        """Charges that succeeded and were captured; an authorization is not."""
        return self.succeeded().filter(captured=True)


class Charge(StripeObject):
    """An attempt to move money into a Stripe balance.

    ``invoice`` is filled in API versions before 2025-03-31. Since then, an `InvoicePayment` links the invoice with the
    ``payment_intent`` of the charge. ``data["receipt_url"]`` is the page of its receipt.

    Source: https://docs.stripe.com/api/charges/object
    """

    stripe_object = "charge"
    personal = ("receipt_email", "email", "description", "last4", "fingerprint", "failure_message", "transfer_group")
    stripe_paths = ("/v1/charges/{id}",)
    stripe_list = StripeList("/v1/charges")

    customer = fields.Reference("Customer", related_name="charges")
    payment_intent = fields.Reference("PaymentIntent", related_name="charges")
    payment_method = fields.Reference("PaymentMethod", related_name="charges")
    invoice = fields.Reference("Invoice", related_name="charges")
    balance_transaction = fields.Reference("BalanceTransaction", related_name="charges")
    review = fields.Reference("Review", related_name="+", lasting=True)
    transfer = fields.Reference("Transfer", related_name="+")
    on_behalf_of = fields.Reference("Account", related_name="+")
    destination = fields.Reference("Account", "transfer_data.destination", "destination", related_name="+")
    amount = fields.Amount()
    amount_captured = fields.Amount()
    amount_refunded = fields.Amount()
    application_fee_amount = fields.Amount("application_fee_amount", "application_fee.amount")
    currency = fields.Text()
    status = fields.Text(db_index=True)
    paid = fields.Flag()
    captured = fields.Flag()
    refunded = fields.Flag()
    #: Disputes imply it, too; see `Dispute`.
    disputed = fields.Flag(lasting=True)
    #: What was charged: a payment method, or a legacy card, bank account or source.
    source_id = fields.Text("source", "card", "payment_method")
    source_type = fields.Text("source.object", "card.object", "payment_method_details.type")
    #: Of the card, also of one behind a wallet.
    brand = fields.Text(
        "payment_method_details.{type}.brand",
        "payment_method_details.{type}.card.brand",
        "payment_method_details.{type}.funding.card.brand",
        "source.brand",
        "source.{type}.brand",
        "card.brand",
    )
    #: Of the card or bank account, of the account behind a bank redirect, or of the card behind a wallet.
    last4 = fields.Text(
        "payment_method_details.{type}.last4",
        "payment_method_details.{type}.iban_last4",
        "payment_method_details.{type}.card.last4",
        "payment_method_details.{type}.funding.card.last4",
        "source.last4",
        "source.{type}.last4",
        "source.{type}.iban_last4",
        "card.last4",
    )
    fingerprint = fields.Text(
        "payment_method_details.{type}.fingerprint",
        "source.fingerprint",
        "source.{type}.fingerprint",
        "card.fingerprint",
    )
    #: Of the payer; `receipt_email` is where a receipt goes.
    email = fields.Text(
        "billing_details.email",
        "payment_method_details.{type}.email",
        "payment_method_details.{type}.payer_email",
        "source.owner.email",
    )
    risk_level = fields.Text("outcome.risk_level")
    failure_code = fields.Text()
    failure_message = fields.LongText()
    receipt_email = fields.Text()
    receipt_number = fields.Text()
    transfer_group = fields.Text()
    description = fields.LongText()
    #: Ids in another account: the platform's fee, and the platform's transfer that created this charge.
    application_fee = fields.Text()
    source_transfer = fields.Text()
    refunds = Children("refunds.data", "Refund")

    objects = NotDeletedManager.from_queryset(ChargeQuerySet)()  # type: ignore[assignment, misc]  # the base's, and more
    all_objects = ChargeQuerySet.as_manager()  # type: ignore[misc]  # the base's, and more

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_charge"
