"""Customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject

if TYPE_CHECKING:
    from pinax.stripe.models.product import Product


class Customer(StripeObject):
    """A person or company that pays.

    Source: https://docs.stripe.com/api/customers/object
    """

    stripe_object = "customer"
    stripe_paths = ("/v1/customers/{id}",)
    #: Sources and tax ids come with their customer.
    stripe_list = StripeList("/v1/customers?expand[]=data.sources&expand[]=data.tax_ids")

    email = fields.Text(db_index=True)
    name = fields.Text()
    phone = fields.Text()
    description = fields.LongText()
    currency = fields.Text()
    balance = fields.Amount("balance", "account_balance")
    delinquent = fields.Flag()
    tax_exempt = fields.Text()
    customer_account = fields.Text()
    default_payment_method = fields.Reference(
        "PaymentMethod", "invoice_settings.default_payment_method", related_name="+"
    )
    #: A card, a bank account or a source of old.
    default_source_id = fields.Text("default_source", "default_card")
    sources = fields.Children("sources.data", "Card", "BankAccount", "Source", rest="/v1/customers/{id}/sources")
    tax_ids = fields.Children("tax_ids.data", "TaxId", rest="/v1/customers/{id}/tax_ids")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="stripe_customers",
        help_text="Whose customer it is in this project; our own link, not Stripe's.",
    )

    def has_active_subscription(self, product: Product | str | None = None) -> bool:
        """Whether a subscription gives access now: to ``product`` (a row or an id), or to anything."""
        subscriptions = self.subscriptions.active()
        if product is not None:
            identifier = product if isinstance(product, str) else product.stripe_id
            subscriptions = subscriptions.filter(items__product__stripe_id=identifier, items__deleted_at__isnull=True)
        return subscriptions.exists()
