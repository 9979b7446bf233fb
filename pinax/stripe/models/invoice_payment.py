"""Invoice payments, which link an invoice to its payments."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import MONEY, StripeList, StripeObject


class InvoicePayment(StripeObject):
    """A payment of an invoice, or of a part of it.

    Source: https://docs.stripe.com/api/invoice-payment/object
    """

    stripe_object = "invoice_payment"
    stripe_paths = ("/v1/invoice_payments/{id}",)
    stripe_list = StripeList("/v1/invoice_payments")

    invoice = fields.Reference("Invoice", related_name="payments")
    payment_intent = fields.Reference("PaymentIntent", "payment.payment_intent", related_name="invoice_payments")
    charge = fields.Reference("Charge", "payment.charge", related_name="invoice_payments")
    #: A payment outside Stripe that was reported to it, which is stored as an `OtherObject`.
    payment_record = fields.Text("payment.payment_record")
    type = fields.Text("payment.type")
    status = fields.Text(db_index=True)
    is_default = fields.Flag()
    amount_requested = fields.Amount()
    amount_paid = fields.Amount()
    currency = fields.Text()
    paid_at = fields.Timestamp("status_transitions.paid_at")
    canceled_at = fields.Timestamp("status_transitions.canceled_at")

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_invoicepayment"
        indexes = MONEY
