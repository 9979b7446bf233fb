"""Invoices that a project writes, and what it does with any invoice.

Source: https://docs.stripe.com/api/invoices
"""

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.writing import billing, cards, drafts, lines
from pinax.stripe.testing.writing.account_data import AccountData
from pinax.stripe.testing.writing.registry import operation


@operation("invoices.create", "InvoiceCreateParams", "customer")
def create(data: AccountData, fields: Json) -> Json:
    """Create a draft with what waits for the next invoice of the customer."""
    customer = data.get("customer", fields.pop("customer"), "customer")
    behavior = fields.pop("pending_invoice_items_behavior", "exclude")
    of = fields.pop("subscription", None)
    subscription = data.get("subscription", of, "subscription") if of else None
    waiting = lines.waiting(data, customer["id"], of or "", only=bool(of)) if behavior == "include" else []
    fields = {"auto_advance": False, "billing_reason": "manual", **fields}
    fields["discounts"] = lines.discounts_for(data, fields.get("discounts"), "", customer["id"])
    return drafts.draft(data, customer, waiting, subscription, **fields)


@operation("invoices.delete", "InvoiceDeleteParams")
def delete(data: AccountData, id_: str, _fields: Json) -> Json:
    """Delete a draft."""
    return data.delete(_in_status(data, id_, "draft"))


@operation("invoices.finalize_invoice", "InvoiceFinalizeInvoiceParams")
def finalize(data: AccountData, id_: str, _fields: Json) -> Json:
    """Finalize a draft."""
    return billing.finalize(data, _in_status(data, id_, "draft"))


@operation("invoices.pay", "InvoicePayParams")
def pay(data: AccountData, id_: str, fields: Json) -> Json:
    """Pay an invoice, which is finalized for that if it is a draft."""
    if data.get("invoice", id_)["status"] == "paid":
        raise errors.ApiError(400, "Invoice is already paid")
    invoice = _in_status(data, id_, "draft", "open", "uncollectible")
    if invoice["status"] == "draft":
        invoice = billing.finalize(data, invoice)
    if invoice["status"] == "paid":
        return invoice
    if fields.get("paid_out_of_band"):
        return billing.paid_elsewhere(data, invoice)
    if code := billing.collect(data, invoice, fields.get("payment_method") or "", by_schedule=False):
        if code == billing.NO_PAYMENT_METHOD:
            raise errors.no_payment_method()
        if code == cards.AUTHENTICATION_REQUIRED:
            message = "This payment requires additional user action before it can be completed successfully."
            raise errors.of_code("invoice_payment_intent_requires_action", status=402, message=message)
        raise cards.declined(code)
    return data.get("invoice", id_)


@operation("invoices.send_invoice", "InvoiceSendInvoiceParams")
def send(data: AccountData, id_: str, _fields: Json) -> Json:
    """Send an invoice by e-mail, which the fake does not do, and finalize it if it is a draft."""
    invoice = data.get("invoice", id_)
    if invoice["status"] == "draft":
        invoice = billing.finalize(data, invoice)
    return data.put(invoice, "sent")


@operation("invoices.void_invoice", "InvoiceVoidInvoiceParams")
def void(data: AccountData, id_: str, _fields: Json) -> Json:
    """Void an open invoice."""
    return billing.closed(data, _in_status(data, id_, "open", "uncollectible"), "void")


@operation("invoices.mark_uncollectible", "InvoiceMarkUncollectibleParams")
def mark_uncollectible(data: AccountData, id_: str, _fields: Json) -> Json:
    """Give an open invoice up."""
    return billing.closed(data, _in_status(data, id_, "open"), "uncollectible")


def _in_status(data: AccountData, id_: str, *allowed: str) -> Json:
    invoice = data.get("invoice", id_)
    if invoice["status"] not in allowed:
        message = f"This invoice is {invoice['status']}; it has to be {' or '.join(allowed)} for this."
        raise errors.ApiError(400, message, code="invoice_not_editable")
    return invoice
