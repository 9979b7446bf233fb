"""What invoices charge for: their lines, and the items that become lines."""

from typing import Any

from pinax.stripe.testing.ids import id_of_type
from pinax.stripe.testing.objects.shape import Json, as_decimal, make, this_second


def line_item(*, amount: int = 1000, subscription: str = "", **over: Any) -> Json:
    """Return a line of an invoice.

    Args:
        amount: in minor units.
        subscription: id of the subscription that the line bills; else the line comes from an invoice item.
        over: other keys of the line.
    """
    return make(
        "line_item",
        over,
        amount=amount,
        currency="usd",
        description="Gold (at $10.00 / month)",
        discount_amounts=[],
        discountable=True,
        discounts=[],
        invoice=id_of_type("invoice"),
        metadata={},
        parent=_parent_of_line(subscription),
        period={"end": this_second(), "start": this_second()},
        pretax_credit_amounts=[],
        pricing=_pricing(amount),
        quantity=1,
        quantity_decimal=str(over.get("quantity", 1)),
        subscription=subscription or None,
        subtotal=amount,
        taxes=[],
    )


def invoiceitem(*, amount: int = 1000, subscription: str = "", **over: Any) -> Json:
    """Return an item that waits for the customer's next invoice.

    Args:
        amount: in minor units.
        subscription: id of the subscription that it belongs to, if any.
        over: other keys of the item.
    """
    return make(
        "invoiceitem",
        over,
        amount=amount,
        currency="usd",
        customer=id_of_type("customer"),
        date=this_second(),
        description="Setup",
        discountable=True,
        discounts=[],
        invoice=None,
        metadata={},
        net_amount=amount,
        parent=parent_of(subscription),
        period={"end": this_second(), "start": this_second()},
        pricing=_pricing(amount),
        proration=False,
        quantity=1,
        quantity_decimal=str(over.get("quantity", 1)),
        tax_rates=[],
        test_clock=None,
    )


def parent_of(subscription: str) -> Json | None:
    """Return the ``parent`` of an invoice or invoice item, which names its subscription."""
    if not subscription:
        return None
    details = {"metadata": {}, "subscription": subscription}
    return {"quote_details": None, "subscription_details": details, "type": "subscription_details"}


def _pricing(amount: int) -> Json:
    return {
        "price_details": {"price": id_of_type("price"), "product": id_of_type("product")},
        "type": "price_details",
        "unit_amount_decimal": as_decimal(amount),
    }


def _parent_of_line(subscription: str) -> Json:
    details: Json = {"proration": False, "proration_details": {"credited_items": None}}
    if subscription:
        details |= {"subscription": subscription, "subscription_item": id_of_type("subscription_item")}
        kind, other = "subscription_item_details", "invoice_item_details"
    else:
        details |= {"invoice_item": id_of_type("invoiceitem"), "subscription": None}
        kind, other = "invoice_item_details", "subscription_item_details"
    return {"type": kind, kind: details, other: None}
