"""Payment methods: cards, bank debits, wallets."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject
from pinax.stripe.models.expiry import ExpiringQuerySet
from pinax.stripe.models.querysets import NotDeletedManager


class PaymentMethodQuerySet(ExpiringQuerySet["PaymentMethod"]):
    """Query methods for payment methods."""


class PaymentMethod(StripeObject):
    """A customer's card, bank account or other means of payment.

    Source: https://docs.stripe.com/api/payment_methods/object
    """

    stripe_object = "payment_method"
    personal = ("email", "name", "bank_name", "last4", "fingerprint")
    stripe_paths = ("/v1/payment_methods/{id}",)
    stripe_list = StripeList("/v1/payment_methods", by_created=False)

    customer = fields.Reference("Customer", related_name="payment_methods")
    customer_account = fields.Text()
    type = fields.Text(db_index=True)
    email = fields.Text("billing_details.email", "{type}.email", "{type}.payer_email")
    name = fields.Text("billing_details.name", "{type}.account_holder_name", "{type}.cardholder_name")
    brand = fields.Text("{type}.brand")
    last4 = fields.Text("{type}.last4", "{type}.iban_last4")
    #: The bank's name, or Stripe's code for it: "STRIPE TEST BANK", "rabobank".
    bank_name = fields.Text("{type}.bank_name", "{type}.bank")
    exp_month = fields.Number("{type}.exp_month")
    exp_year = fields.Number("{type}.exp_year")
    funding = fields.Text("{type}.funding")
    country = fields.Text("{type}.country")
    fingerprint = fields.Text("{type}.fingerprint")
    #: The wallet of the card, such as "apple_pay".
    wallet = fields.Text("{type}.wallet.type")
    allow_redisplay = fields.Text()

    objects = NotDeletedManager.from_queryset(PaymentMethodQuerySet)()  # type: ignore[assignment, misc]  # the base's, and more
    all_objects = PaymentMethodQuerySet.as_manager()  # type: ignore[misc]  # the base's, and more

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_paymentmethod"
