"""Quotes."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class Quote(StripeObject):
    """An offer to a customer, which becomes an invoice or a subscription when it is accepted.

    Source: https://docs.stripe.com/api/quotes/object
    """

    stripe_object = "quote"
    stripe_paths = ("/v1/quotes/{id}",)
    stripe_list = StripeList("/v1/quotes", by_created=False)

    customer = fields.Reference("Customer", related_name="quotes")
    customer_account = fields.Text()
    invoice = fields.Reference("Invoice", related_name="+")
    subscription = fields.Reference("Subscription", related_name="quotes")
    on_behalf_of = fields.Reference("Account", related_name="+")
    subscription_schedule = fields.Reference("SubscriptionSchedule", related_name="quotes")
    number = fields.Text(db_index=True)
    status = fields.Text(db_index=True)
    collection_method = fields.Text()
    currency = fields.Text()
    amount_subtotal = fields.Amount()
    amount_total = fields.Amount()
    application_fee_amount = fields.Amount()
    expires_at = fields.Timestamp()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_quote"
