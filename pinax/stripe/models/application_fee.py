"""Application fees of a platform, and their refunds."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import MONEY, StripeList, StripeObject
from pinax.stripe.models.children import Children


class ApplicationFee(StripeObject):
    """A platform's share of a connected account's charge.

    Source: https://docs.stripe.com/api/application_fees/object
    """

    stripe_object = "application_fee"
    shared = True
    stripe_paths = ("/v1/application_fees/{id}",)
    stripe_list = StripeList("/v1/application_fees")

    account = fields.Reference("Account", related_name="application_fees")
    balance_transaction = fields.Reference("BalanceTransaction", related_name="application_fees")
    amount = fields.Amount()
    amount_refunded = fields.Amount()
    currency = fields.Text()
    refunded = fields.Flag()
    application = fields.Text()
    #: An id in the connected account.
    charge = fields.Text("charge", "fee_source.charge", db_index=True)
    originating_transaction = fields.Text()
    refunds = Children("refunds.data", "ApplicationFeeRefund", rest="/v1/application_fees/{id}/refunds")

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_applicationfee"
        indexes = MONEY


class ApplicationFeeRefund(StripeObject):
    """A refund of an application fee, or of a part of it, to the connected account.

    Source: https://docs.stripe.com/api/fee_refunds/object
    """

    stripe_object = "fee_refund"
    shared = True
    stripe_paths = ("/v1/application_fees/{fee}/refunds/{id}",)

    fee = fields.Reference("ApplicationFee", related_name="refunds")
    balance_transaction = fields.Reference("BalanceTransaction", related_name="application_fee_refunds")
    amount = fields.Amount()
    currency = fields.Text()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_applicationfeerefund"
