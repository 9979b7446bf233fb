"""Invoices, their lines and payments, and the items that become lines."""

from tests.sync.shapes.reasons import ADDRESS, ELSEWHERE, HOW, LEGACY, NO_MODEL, TEST_CLOCK, TEXT, URL
from tests.sync.shapes.shape import FEB, JAN, MAR, Shape, list_of
from tests.sync.shapes.subscriptions import PLAN_2015, PLAN_2018, PRICE

#: What a row of a paid invoice holds, whatever the version.
PAID = {
    "created": FEB,
    "customer": "cus_1",
    "subscription": "sub_1",
    "charge": "ch_1",
    "status": "paid",
    "currency": "eur",
    "amount_due": 1190,
    "subtotal": 1000,
    "total": 1190,
    "tax": 190,
    "attempted": True,
    "attempt_count": 1,
    "period_start": JAN,
    "period_end": FEB,
    "number": "A-1",
    "receipt_number": "1000-1",
}
SAME_EVER_SINCE = {
    "id": "in_1",
    "object": "invoice",
    "amount_due": 1190,
    "attempt_count": 1,
    "attempted": True,
    "currency": "eur",
    "customer": "cus_1",
    "livemode": False,
    "number": "A-1",
    "period_end": FEB,
    "period_start": JAN,
    "receipt_number": "1000-1",
    "starting_balance": 0,
    "subtotal": 1000,
    "total": 1190,
    "webhooks_delivered_at": FEB,
}
LINE = {
    "object": "line_item",
    "amount": 1000,
    "currency": "eur",
    "description": "Gold",
    "livemode": False,
    "period": {"start": JAN, "end": FEB},
    "quantity": 2,
}
#: What a row of its line holds, whatever the version.
BILLED = {
    "amount": 1000,
    "currency": "eur",
    "description": "Gold",
    "price": "gold",
    "subscription": "sub_1",
    "type": "subscription_item_details",
    "proration": False,
    "quantity": 2,
    "period_start": JAN,
    "period_end": FEB,
    "unit_amount_decimal": 900,
}
#: How versions have said the same of that line.
LINES = {
    "2015-10-16": LINE
    | {"id": "sub_1", "type": "subscription", "plan": PLAN_2015, "proration": False, "subscription": None},
    "2019-12-03": LINE
    | {
        "id": "il_1",
        "type": "subscription",
        "plan": PLAN_2018,
        "proration": False,
        "subscription": "sub_1",
        "subscription_item": "si_1",
    },
    "2022-11-15": LINE
    | {
        "id": "il_1",
        "type": "subscription",
        "plan": PLAN_2018,
        "price": PRICE,
        "proration": False,
        "subscription": "sub_1",
        "subscription_item": "si_1",
    },
    "2026-10-28.endive": LINE
    | {
        "id": "il_1",
        "invoice": "in_1",
        "subtotal": 1000,
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "proration": False,
                "subscription": "sub_1",
                "subscription_item": "si_1",
            },
            "type": "subscription_item_details",
        },
        "pricing": {
            "price_details": {"price": "gold", "product": "prod_gold"},
            "type": "price_details",
            "unit_amount_decimal": "900",
        },
        "quantity_decimal": "2",
        "taxes": [],
    },
}
INVOICE_ITEM = {
    "object": "invoiceitem",
    "id": "ii_1",
    "amount": 500,
    "currency": "eur",
    "customer": "cus_1",
    "date": JAN,
    "description": "Set-up",
    "invoice": None,
    "period": {"start": JAN, "end": JAN},
    "proration": True,
    "quantity": 1,
}
BILLED_NEXT = {
    "created": JAN,
    "customer": "cus_1",
    "amount": 500,
    "price": "gold",
    "subscription": "sub_1",
    "proration": True,
    "quantity": 1,
    "period_start": JAN,
}

SHAPES = [
    Shape(
        "2015-10-16",
        "invoice.payment_succeeded",
        SAME_EVER_SINCE
        | {
            "charge": "ch_1",
            "closed": True,
            "date": FEB,
            "discount": {"object": "discount", "coupon": {"id": "SUMMER", "object": "coupon"}, "customer": "cus_1"},
            "ending_balance": 0,
            "forgiven": False,
            "lines": list_of(LINES["2015-10-16"]),
            "next_payment_attempt": None,
            "paid": True,
            "subscription": "sub_1",
            "tax": 190,
            "tax_percent": 19.0,
        },
        PAID | {"auto_advance": False, "ending_balance": 0},
        {"lines": {"in_1:sub_1"}},
    ),
    Shape(
        "2019-12-03",
        "invoice.payment_succeeded",
        SAME_EVER_SINCE
        | {
            "amount_paid": 1190,
            "amount_remaining": 0,
            "auto_advance": False,
            "billing_reason": "subscription_cycle",
            "charge": "ch_1",
            "collection_method": "charge_automatically",
            "created": FEB,
            "due_date": None,
            "lines": list_of(LINES["2019-12-03"]),
            "paid": True,
            "payment_intent": "pi_1",
            "status": "paid",
            "status_transitions": {
                "finalized_at": FEB,
                "marked_uncollectible_at": None,
                "paid_at": MAR,
                "voided_at": None,
            },
            "subscription": "sub_1",
            "tax": 190,
            "total_tax_amounts": [{"amount": 190, "inclusive": False, "tax_rate": "txr_1"}],
        },
        PAID
        | {
            "amount_paid": 1190,
            "amount_remaining": 0,
            "auto_advance": False,
            "billing_reason": "subscription_cycle",
            "collection_method": "charge_automatically",
            "payment_intent": "pi_1",
            "finalized_at": FEB,
            "paid_at": MAR,
        },
        {"lines": {"il_1"}},
    ),
    Shape(
        "2026-10-28.endive",
        "invoice.paid",
        SAME_EVER_SINCE
        | {
            "amount_overpaid": 0,
            "amount_paid": 1190,
            "amount_paid_off_stripe": 0,
            "amount_remaining": 0,
            "auto_advance": False,
            "billing_reason": "subscription_cycle",
            "collection_method": "charge_automatically",
            "created": FEB,
            "discounts": [],
            "lines": list_of(LINES["2026-10-28.endive"]),
            "parent": {
                "quote_details": {"quote": "qt_1"},
                "subscription_details": {"metadata": {}, "subscription": "sub_1"},
                "type": "subscription_details",
            },
            "payments": list_of(
                {
                    "id": "inpay_1",
                    "object": "invoice_payment",
                    "amount_paid": 1190,
                    "amount_requested": 1190,
                    "created": FEB,
                    "currency": "eur",
                    "invoice": "in_1",
                    "is_default": True,
                    "livemode": False,
                    "payment": {"charge": "ch_1", "payment_intent": "pi_1", "type": "payment_intent"},
                    "status": "paid",
                    "status_transitions": {"canceled_at": None, "paid_at": MAR},
                }
            ),
            "status": "paid",
            "status_transitions": {
                "finalized_at": FEB,
                "marked_uncollectible_at": None,
                "paid_at": MAR,
                "voided_at": None,
            },
            "total_excluding_tax": 1000,
            "total_taxes": [
                {"amount": 140, "tax_behavior": "exclusive", "type": "tax_rate_details"},
                {"amount": 50, "tax_behavior": "exclusive", "type": "tax_rate_details"},
            ],
        },
        PAID
        | {
            "amount_paid": 1190,
            "payment_intent": "pi_1",
            "quote": "qt_1",
            "finalized_at": FEB,
            "paid_at": MAR,
            "total_excluding_tax": 1000,
        },
        {"lines": {"il_1"}, "payments": {"inpay_1"}},
    ),
    *(
        Shape(
            "2015-10-16",
            "invoice.updated",
            SAME_EVER_SINCE | {"date": FEB, **flags},
            {"status": status, "auto_advance": goes_on, "tax": None, "subscription": None},
        )
        for flags, status, goes_on in [
            ({"paid": False, "closed": False, "forgiven": False}, "open", True),
            ({"paid": False, "closed": True, "forgiven": False}, "open", False),
            ({"paid": False, "closed": True, "forgiven": True}, "uncollectible", False),
            ({"paid": True, "closed": True, "forgiven": True}, "paid", False),
            ({}, "", None),
        ]
    ),
    Shape(
        "2019-12-03",
        "invoice.updated",
        SAME_EVER_SINCE | {"paid": False, "status": "draft", "auto_advance": True},
        {"status": "draft", "auto_advance": True},
    ),
    Shape(
        "2025-03-31.basil",
        "invoice.updated",
        SAME_EVER_SINCE | {"status": "draft", "total_taxes": []},
        {"status": "draft", "tax": 0},
    ),
    Shape(
        "2026-10-28.endive",
        "invoice.updated",
        SAME_EVER_SINCE | {"status": "open", "total_taxes": [{"amount": 1}, {"amount": None}]},
        {"status": "open", "tax": None},
    ),
    *(
        Shape(version, "brand.new.line", LINES[version] | {"id": "il_1", "subscription": "sub_1"}, BILLED)
        for version in LINES
    ),
    Shape(
        "2015-10-16",
        "invoiceitem.created",
        INVOICE_ITEM | {"plan": PLAN_2015, "subscription": "sub_1"},
        BILLED_NEXT | {"plan": "gold"},
    ),
    Shape(
        "2020-08-27",
        "invoiceitem.created",
        INVOICE_ITEM
        | {"plan": None, "price": PRICE, "subscription": "sub_1", "unit_amount": 500, "unit_amount_decimal": "500"},
        BILLED_NEXT | {"product": "prod_gold", "unit_amount_decimal": 500},
    ),
    Shape(
        "2026-10-28.endive",
        "invoiceitem.created",
        INVOICE_ITEM
        | {
            "net_amount": 400,
            "parent": {"subscription_details": {"subscription": "sub_1"}, "type": "subscription_details"},
            "pricing": {
                "price_details": {"price": "gold", "product": "prod_gold"},
                "type": "price_details",
                "unit_amount_decimal": "500.5",
            },
            "quantity_decimal": "1",
        },
        BILLED_NEXT | {"product": "prod_gold", "unit_amount_decimal": 500.5, "net_amount": 400},
    ),
    Shape(
        "2026-10-28.endive",
        "invoice_payment.paid",
        {
            "id": "inpay_1",
            "object": "invoice_payment",
            "amount_paid": 1190,
            "amount_requested": 1190,
            "currency": "eur",
            "invoice": "in_1",
            "is_default": True,
            "payment": {"charge": "ch_1", "type": "charge"},
            "status": "paid",
            "status_transitions": {"canceled_at": None, "paid_at": MAR},
        },
        {"invoice": "in_1", "charge": "ch_1", "payment_intent": None, "amount_paid": 1190, "paid_at": MAR},
    ),
    Shape(
        "2019-12-03",
        "credit_note.created",
        {
            "id": "cn_1",
            "object": "credit_note",
            "amount": 100,
            "currency": "eur",
            "customer": "cus_1",
            "invoice": "in_1",
            "number": "A-1-CN-01",
            "reason": "duplicate",
            "refund": "re_1",
            "status": "issued",
            "subtotal": 100,
            "total": 100,
            "type": "post_payment",
        },
        {"invoice": "in_1", "customer": "cus_1", "amount": 100, "status": "issued", "number": "A-1-CN-01"},
    ),
    Shape(
        "2026-10-28.endive",
        "credit_note.voided",
        {
            "id": "cn_1",
            "object": "credit_note",
            "amount": 100,
            "currency": "eur",
            "customer": "cus_1",
            "invoice": "in_1",
            "number": "A-1-CN-01",
            "post_payment_amount": 60,
            "pre_payment_amount": 40,
            "refunds": [],
            "status": "void",
            "type": "mixed",
            "voided_at": MAR,
        },
        {"invoice": "in_1", "status": "void", "pre_payment_amount": 40, "post_payment_amount": 60, "voided_at": MAR},
    ),
    Shape(
        "2026-10-28.endive",
        "quote.accepted",
        {
            "id": "qt_1",
            "object": "quote",
            "amount_subtotal": 1000,
            "amount_total": 1190,
            "currency": "eur",
            "customer": {"id": "cus_1", "object": "customer"},
            "expires_at": MAR,
            "invoice": "in_1",
            "number": "QT-1",
            "status": "accepted",
            "subscription": "sub_1",
            "subscription_schedule": None,
        },
        {"customer": "cus_1", "invoice": "in_1", "subscription": "sub_1", "amount_total": 1190, "status": "accepted"},
    ),
    Shape(
        "2020-08-27",
        "brand.new.tax_rate",
        {"id": "txr_1", "object": "tax_rate", "display_name": "VAT", "inclusive": True, "percentage": 19.0},
        {"display_name": "VAT", "inclusive": True, "percentage": 19, "effective_percentage": None},
    ),
    Shape(
        "2026-10-28.endive",
        "brand.new.tax_rate",
        {
            "id": "txr_1",
            "object": "tax_rate",
            "active": True,
            "country": "DE",
            "display_name": "VAT",
            "effective_percentage": 7.5,
            "inclusive": False,
            "percentage": 7.5,
            "rate_type": "percentage",
            "tax_type": "vat",
        },
        {"percentage": 7.5, "effective_percentage": 7.5, "tax_type": "vat", "rate_type": "percentage"},
    ),
]

#: Fields that no column reads, by model and reason; see tests/sync/test_unread_fields.py.
UNREAD = {
    "CreditNote": {
        ELSEWHERE: "amount_shipping discount_amount customer_balance_transaction",
        TEXT: "lines",
        URL: "pdf",
    },
    "Invoice": {
        TEXT: "account_country account_name footer statement_descriptor parent.type",
        ELSEWHERE: "amount_shipping p*_payment_credit_notes_amount latest_revision parent.subscription_details.*"
        " webhooks_*",
        NO_MODEL: "application",
        HOW: "automatically_finalizes_at",
        ADDRESS: "customer_email customer_name customer_phone customer_tax_exempt",
        LEGACY: "default_source",
        URL: "hosted_invoice_url invoice_pdf",
        TEST_CLOCK: "test_clock",
    },
    "InvoiceItem": {HOW: "discountable", TEXT: "parent.type pricing.type", TEST_CLOCK: "test_clock"},
    "InvoiceLineItem": {HOW: "discountable", TEXT: "pricing.type"},
    "Quote": {
        NO_MODEL: "application",
        ELSEWHERE: "application_fee_percent",
        TEXT: "description footer header line_items",
        TEST_CLOCK: "test_clock",
    },
    "TaxRate": {TEXT: "description jurisdiction_level"},
}
