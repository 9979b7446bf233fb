"""Payment methods: cards, bank debits, wallets."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import Present, StripeList, StripeObject
from pinax.stripe.models.expiry import ExpiringQuerySet


class PaymentMethodQuerySet(ExpiringQuerySet["PaymentMethod"]):
    """Payment methods, as sentences."""


class PaymentMethod(StripeObject):
    """What a customer pays with, kept to be used again.

    Source: https://docs.stripe.com/api/payment_methods/object
    """

    stripe_object = "payment_method"
    personal = ("email", "name", "last4", "fingerprint")
    stripe_paths = ("/v1/payment_methods/{id}",)
    stripe_list = StripeList("/v1/payment_methods", by_created=False)

    customer = fields.Reference("Customer", related_name="payment_methods")
    customer_account = fields.Text()
    type = fields.Text(db_index=True)
    email = fields.Text("billing_details.email")
    name = fields.Text("billing_details.name")
    brand = fields.Text("card.brand")
    last4 = fields.Text(
        "card.last4", "us_bank_account.last4", "sepa_debit.last4", "bacs_debit.last4", "au_becs_debit.last4"
    )
    exp_month = fields.Number("card.exp_month")
    exp_year = fields.Number("card.exp_year")
    funding = fields.Text("card.funding")
    country = fields.Text("card.country", "sepa_debit.country")
    fingerprint = fields.Text("card.fingerprint", "us_bank_account.fingerprint", "sepa_debit.fingerprint")
    allow_redisplay = fields.Text()

    objects = Present.from_queryset(PaymentMethodQuerySet)()  # type: ignore[assignment, misc]  # the base's, and more
    all_objects = PaymentMethodQuerySet.as_manager()  # type: ignore[misc]  # the base's, and more

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_paymentmethod"
