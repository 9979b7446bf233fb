"""Payment links."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class PaymentLink(StripeObject):
    """A shareable URL of a checkout page.

    Source: https://docs.stripe.com/api/payment-link/object
    """

    stripe_object = "payment_link"
    shared = True
    stripe_paths = ("/v1/payment_links/{id}",)
    stripe_list = StripeList("/v1/payment_links", by_created=False)

    on_behalf_of = fields.Reference("Account", related_name="+")
    active = fields.Flag()
    url = fields.LongText()
    currency = fields.Text()
    submit_type = fields.Text()
    application_fee_amount = fields.Amount()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_paymentlink"
