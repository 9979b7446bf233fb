"""Bank accounts: a legacy payment source of customers, and a payout destination of connected accounts."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject


class BankAccount(StripeObject):
    """A bank account of a customer or of a connected account.

    Source: https://docs.stripe.com/api/customer_bank_accounts/object
    """

    stripe_object = "bank_account"
    personal = ("account_holder_name", "bank_name", "last4", "routing_number", "fingerprint")
    stripe_paths = (
        "/v1/customers/{customer}/sources/{id}",
        "/v1/accounts/{account}/external_accounts/{id}",
    )

    customer = fields.Reference("Customer", related_name="bank_accounts")
    account = fields.Reference("Account", related_name="bank_accounts")
    status = fields.Text(db_index=True)
    account_holder_name = fields.Text("account_holder_name", "name")
    account_holder_type = fields.Text()
    bank_name = fields.Text()
    country = fields.Text()
    currency = fields.Text()
    last4 = fields.Text()
    routing_number = fields.Text()
    fingerprint = fields.Text()
    default_for_currency = fields.Flag()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_bankaccount"
