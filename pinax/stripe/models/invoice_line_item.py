"""The line items of invoices."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject
from pinax.stripe.plain_json import id_of

if TYPE_CHECKING:
    from pinax.stripe.plain_json import Json

#: What a line before 2019-12-03 bills, by the prefix of its id.
_BILLED: Final = MappingProxyType({"sub": "subscription", "ii": "invoice_item"})


class InvoiceLineItem(StripeObject):
    """A line of an invoice.

    Stripe's API cannot retrieve a single line. Before 2019-12-03 a line had the id of the subscription or invoice item
    that it bills, which is not unique across invoices; the ``stripe_id`` of such a line is its ``unique_id`` if it has
    one, or its invoice's id followed by its own.

    Source: https://docs.stripe.com/api/invoice-line-item/object
    """

    stripe_object = "line_item"
    personal = ("description",)

    invoice = fields.Reference("Invoice", related_name="lines")
    subscription = fields.Reference(
        "Subscription",
        "parent.subscription_item_details.subscription",
        "parent.invoice_item_details.subscription",
        "subscription",
        related_name="invoice_lines",
    )
    subscription_item = fields.Reference(
        "SubscriptionItem",
        "parent.subscription_item_details.subscription_item",
        "subscription_item",
        related_name="invoice_lines",
    )
    invoice_item = fields.Reference(
        "InvoiceItem",
        "parent.invoice_item_details.invoice_item",
        "parent.subscription_item_details.invoice_item",
        "invoice_item",
        related_name="invoice_lines",
    )
    #: A plan is also a price with the same id.
    price = fields.Reference("Price", "pricing.price_details.price", "price", "plan", related_name="invoice_lines")
    plan = fields.Reference("Plan", related_name="invoice_lines")
    product = fields.Reference(
        "Product",
        "pricing.price_details.product",
        "price.product",
        "plan.product",
        related_name="invoice_lines",
    )
    type = fields.Text(
        "parent.type",
        translated=(
            ("type", "subscription", "subscription_item_details"),
            ("type", "invoiceitem", "invoice_item_details"),
        ),
    )
    amount = fields.Amount()
    subtotal = fields.Amount()
    currency = fields.Text()
    unit_amount_decimal = fields.Fraction(
        "pricing.unit_amount_decimal", "price.unit_amount_decimal", "plan.amount_decimal", "plan.amount"
    )
    #: Stripe truncates decimals: for 2.5, this is 2.
    quantity = fields.Number()
    quantity_decimal = fields.Fraction("quantity_decimal", "quantity")
    proration = fields.Flag(
        "parent.subscription_item_details.proration", "parent.invoice_item_details.proration", "proration"
    )
    period_start = fields.Timestamp("period.start")
    period_end = fields.Timestamp("period.end")
    description = fields.LongText()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_invoicelineitem"

    @classmethod
    def as_child(cls, data: Json, parent: Json) -> Json:
        """Return the line with a unique id, and with references to its invoice and to what it bills."""
        invoice, identifier = id_of(parent) or "", id_of(data) or ""
        line = {**data, "invoice": invoice}
        if identifier.startswith("il_"):
            return line
        billed = _BILLED.get(identifier.partition("_")[0])
        if billed and not line.get(billed):
            line[billed] = identifier
        unique = id_of(data.get("unique_id")) or id_of(data.get("unique_line_item_id"))
        return {**line, "id": unique or f"{invoice}:{identifier}"}
