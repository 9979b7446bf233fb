"""Invoices, and what was paid of them."""

from collections.abc import Sequence
from typing import Any

from pinax.stripe.testing.ids import id_of_type
from pinax.stripe.testing.objects.invoice_lines import line_item, parent_of
from pinax.stripe.testing.objects.shape import Json, list_of, make, this_second


def invoice(*, lines: Sequence[Json] = (), status: str = "open", subscription: str = "", **over: Any) -> Json:
    """Return an invoice whose amounts are those of its lines.

    Args:
        lines: what is on it, each of which becomes this invoice's; one line of its own where none is given.
        status: draft, open, paid, uncollectible or void.
        subscription: id of the subscription that it bills; since 2025-03-31.basil under ``parent``.
        over: other keys of the invoice.
    """
    lines = lines or [
        line_item(subscription=subscription, **({"currency": over["currency"]} if "currency" in over else {}))
    ]
    total = sum(line["amount"] for line in lines)
    paid = total if status == "paid" else 0
    body = make(
        "invoice",
        over,
        account_country="US",
        account_name="Pinax",
        amount_due=total,
        amount_overpaid=0,
        amount_paid=paid,
        amount_paid_off_stripe=0,
        amount_remaining=total - paid,
        amount_shipping=0,
        application=None,
        attempt_count=1 if paid else 0,
        attempted=bool(paid),
        auto_advance=False,
        automatic_tax={"disabled_reason": None, "enabled": False, "liability": None, "status": None},
        billing_reason="subscription_cycle" if subscription else "manual",
        collection_method="charge_automatically",
        currency=lines[0]["currency"],
        custom_fields=None,
        customer=id_of_type("customer"),
        customer_email="jenny.rosen@example.com",
        customer_name="Jenny Rosen",
        default_payment_method=None,
        default_source=None,
        default_tax_rates=[],
        description=None,
        discounts=[],
        due_date=None,
        effective_at=this_second(),
        ending_balance=0,
        footer=None,
        hosted_invoice_url=None,
        invoice_pdf=None,
        issuer={"type": "self"},
        metadata={},
        next_payment_attempt=None,
        number=None if status == "draft" else "0759376C-0001",
        on_behalf_of=None,
        parent=parent_of(subscription),
        payment_settings={
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        period_end=this_second(),
        period_start=this_second(),
        post_payment_credit_notes_amount=0,
        pre_payment_credit_notes_amount=0,
        receipt_number=None,
        starting_balance=0,
        statement_descriptor=None,
        status=status,
        status_transitions={
            "finalized_at": None if status == "draft" else this_second(),
            "marked_uncollectible_at": this_second() if status == "uncollectible" else None,
            "paid_at": this_second() if status == "paid" else None,
            "voided_at": this_second() if status == "void" else None,
        },
        subtotal=total,
        subtotal_excluding_tax=total,
        test_clock=None,
        total=total,
        total_discount_amounts=[],
        total_excluding_tax=total,
        total_taxes=[],
        webhooks_delivered_at=this_second(),
    )
    if status != "draft":
        body |= {name: url for name, url in urls_of(body["id"]).items() if name not in over}
    own = [dict(line, invoice=body["id"]) for line in lines]
    return body | {"lines": list_of(own, f"/v1/invoices/{body['id']}/lines")}


def urls_of(id_: str) -> Json:
    """Return the URLs of an invoice that is finalized."""
    url = f"https://invoice.stripe.com/i/{id_}"
    return {"hosted_invoice_url": url, "invoice_pdf": f"{url}/pdf"}


def invoice_payment(*, amount: int = 1000, payment_intent: str = "", **over: Any) -> Json:
    """Return a payment of an invoice: since 2025-03-31.basil the only link from an invoice to its money.

    Args:
        amount: in minor units.
        payment_intent: id of the PaymentIntent that paid.
        over: other keys of the invoice payment.
    """
    return make(
        "invoice_payment",
        over,
        amount_paid=amount,
        amount_requested=amount,
        currency="usd",
        invoice=id_of_type("invoice"),
        is_default=True,
        payment={
            "payment_intent": payment_intent or id_of_type("payment_intent"),
            "type": "payment_intent",
        },
        status="paid",
        status_transitions={"canceled_at": None, "paid_at": this_second()},
    )
