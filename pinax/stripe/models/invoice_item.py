"""Invoice items, which become lines of the customer's next invoice."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class InvoiceItem(StripeObject):
    """An amount that is added to a customer's next invoice.

    Source: https://docs.stripe.com/api/invoiceitems/object
    """

    stripe_object = "invoiceitem"
    personal = ("description",)
    stripe_paths = ("/v1/invoiceitems/{id}",)
    stripe_list = StripeList("/v1/invoiceitems")

    customer = fields.Reference("Customer", related_name="invoice_items")
    customer_account = fields.Text()
    invoice = fields.Reference("Invoice", related_name="invoice_items")
    subscription = fields.Reference(
        "Subscription",
        "parent.subscription_details.subscription",
        "subscription",
        related_name="invoice_items",
    )
    subscription_item = fields.Reference(
        "SubscriptionItem",
        "parent.subscription_details.subscription_item",
        "subscription_item",
        related_name="invoice_items",
    )
    #: A plan is also a price with the same id.
    price = fields.Reference("Price", "pricing.price_details.price", "price", "plan", related_name="invoice_items")
    plan = fields.Reference("Plan", related_name="invoice_items")
    product = fields.Reference(
        "Product",
        "pricing.price_details.product",
        "price.product",
        "plan.product",
        related_name="invoice_items",
    )
    amount = fields.Amount()
    net_amount = fields.Amount()
    currency = fields.Text()
    unit_amount_decimal = fields.Fraction("pricing.unit_amount_decimal", "unit_amount_decimal", "unit_amount")
    #: Stripe truncates decimals: for 2.5, this is 2.
    quantity = fields.Number()
    quantity_decimal = fields.Fraction("quantity_decimal", "quantity")
    proration = fields.Flag()
    period_start = fields.Timestamp("period.start")
    period_end = fields.Timestamp("period.end")
    description = fields.LongText()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_invoiceitem"
