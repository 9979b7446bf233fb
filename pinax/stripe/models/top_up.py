"""Top-ups."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import MONEY, StripeList, StripeObject


class TopUp(StripeObject):
    """The platform's own money, added to its balance.

    Source: https://docs.stripe.com/api/topups/object
    """

    stripe_object = "topup"
    shared = True
    stripe_paths = ("/v1/topups/{id}",)
    stripe_list = StripeList("/v1/topups")

    balance_transaction = fields.Reference("BalanceTransaction", related_name="top_ups")
    amount = fields.Amount()
    currency = fields.Text()
    status = fields.Text(db_index=True)
    expected_availability_date = fields.Timestamp()
    failure_code = fields.Text()
    failure_message = fields.LongText()
    transfer_group = fields.Text()
    description = fields.LongText()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_topup"
        indexes = MONEY
