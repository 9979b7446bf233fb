"""Customers, what they pay with, their discounts, tax ids and entitlements."""

from tests.sync.shapes.reasons import ADDRESS, ELSEWHERE, HOW, ONE_KIND, PRIVATE, RISK, SAME_WORD, TEST_CLOCK, TEXT
from tests.sync.shapes.shape import FEB, JAN, Shape, list_of

CARD = {
    "id": "card_1",
    "object": "card",
    "brand": "Visa",
    "country": "DE",
    "customer": "cus_1",
    "cvc_check": "pass",
    "exp_month": 8,
    "exp_year": 2027,
    "fingerprint": "abc",
    "funding": "credit",
    "last4": "4242",
    "name": None,
}
BANK = {
    "id": "ba_1",
    "object": "bank_account",
    "account_holder_name": "Ada",
    "account_holder_type": "individual",
    "bank_name": "A bank",
    "country": "US",
    "currency": "usd",
    "customer": "cus_1",
    "last4": "6789",
    "routing_number": "110000000",
    "status": "verified",
}
COUPON_2015 = {
    "id": "SUMMER",
    "object": "coupon",
    "amount_off": None,
    "currency": None,
    "duration": "repeating",
    "duration_in_months": 3,
    "percent_off": 25,
    "valid": True,
}
DISCOUNT = {"object": "discount", "customer": "cus_1", "end": FEB, "start": JAN}
DISCOUNTED = {"coupon": "SUMMER", "customer": "cus_1", "start": JAN, "end": FEB}
ADA = {"created": JAN, "email": "ada@example.com", "balance": -500, "currency": "eur", "delinquent": False}
SAME_EVER_SINCE = {
    "id": "cus_1",
    "object": "customer",
    "created": JAN,
    "currency": "eur",
    "delinquent": False,
    "email": "ada@example.com",
    "livemode": False,
}

SHAPES = [
    Shape(
        "2015-10-16",
        "customer.updated",
        SAME_EVER_SINCE
        | {
            "account_balance": -500,
            "default_source": "card_1",
            "discount": DISCOUNT | {"coupon": COUPON_2015},
            "sources": list_of(CARD, BANK),
            "subscriptions": list_of({"id": "sub_1", "object": "subscription", "customer": "cus_1"}),
        },
        ADA | {"default_source_id": "card_1"},
        {"cards": {"card_1"}, "bank_accounts": {"ba_1"}},
    ),
    Shape(
        "2019-12-03",
        "customer.updated",
        SAME_EVER_SINCE
        | {
            "balance": -500,
            "default_source": {"id": "src_1", "object": "source"},
            "invoice_settings": {"default_payment_method": None},
            "sources": list_of({"id": "src_1", "object": "source", "customer": "cus_1", "type": "card"}),
        },
        ADA | {"default_source_id": "src_1"},
        {"legacy_sources": {"src_1"}},
    ),
    Shape(
        "2026-10-28.endive",
        "customer.updated",
        SAME_EVER_SINCE
        | {
            "balance": -500,
            "business_name": None,
            "customer_account": "acct_customer",
            "default_source": None,
            "invoice_settings": {"default_payment_method": "pm_1"},
            "name": "Ada",
            "phone": "+49",
            "tax_exempt": "reverse",
        },
        ADA
        | {
            "customer_account": "acct_customer",
            "default_payment_method": "pm_1",
            "default_source_id": "",
            "name": "Ada",
            "phone": "+49",
            "tax_exempt": "reverse",
        },
        {"cards": set()},
    ),
    Shape(
        "2015-10-16",
        "customer.source.created",
        CARD,
        {"customer": "cus_1", "brand": "Visa", "last4": "4242", "exp_month": 8, "exp_year": 2027, "funding": "credit"},
    ),
    Shape(
        "2026-10-28.endive",
        "account.external_account.created",
        CARD | {"account": "acct_1", "customer": None, "currency": "eur", "default_for_currency": True},
        {"account": "acct_1", "customer": None, "currency": "eur", "default_for_currency": True},
        account="acct_1",
    ),
    Shape(
        "2015-10-16",
        "customer.source.created",
        {key: value for key, value in BANK.items() if key != "account_holder_name"} | {"name": "Ada"},
        {"customer": "cus_1", "account_holder_name": "Ada", "last4": "6789", "status": "verified"},
    ),
    Shape(
        "2026-10-28.endive",
        "account.external_account.updated",
        BANK | {"account": "acct_1", "customer": None, "default_for_currency": True, "status": "errored"},
        {"account": "acct_1", "account_holder_name": "Ada", "default_for_currency": True, "status": "errored"},
        account="acct_1",
    ),
    Shape(
        "2017-06-05",
        "source.chargeable",
        {
            "id": "src_1",
            "object": "source",
            "amount": None,
            "currency": "eur",
            "flow": "redirect",
            "owner": {"email": "ada@example.com"},
            "sepa_debit": {"last4": "3000"},
            "status": "chargeable",
            "type": "sepa_debit",
            "usage": "reusable",
        },
        {"type": "sepa_debit", "last4": "3000", "email": "ada@example.com", "status": "chargeable", "customer": None},
    ),
    Shape(
        "2019-03-14",
        "payment_method.attached",
        {
            "id": "pm_1",
            "object": "payment_method",
            "billing_details": {"email": "ada@example.com", "name": "Ada"},
            "card": {"brand": "visa", "exp_month": 8, "exp_year": 2027, "funding": "credit", "last4": "4242"},
            "customer": "cus_1",
            "type": "card",
        },
        {"customer": "cus_1", "type": "card", "brand": "visa", "last4": "4242", "exp_month": 8, "name": "Ada"},
    ),
    Shape(
        "2026-10-28.endive",
        "payment_method.updated",
        {
            "id": "pm_1",
            "object": "payment_method",
            "allow_redisplay": "always",
            "customer": None,
            "customer_account": "acct_customer",
            "type": "us_bank_account",
            "us_bank_account": {"fingerprint": "abc", "last4": "6789"},
        },
        {"customer": None, "customer_account": "acct_customer", "last4": "6789", "fingerprint": "abc", "brand": ""},
    ),
    Shape(
        "2015-10-16",
        "customer.discount.created",
        DISCOUNT | {"coupon": COUPON_2015, "subscription": None},
        DISCOUNTED | {"stripe_id": "cus_1", "subscription": None},
    ),
    Shape(
        "2015-10-16",
        "customer.discount.created",
        DISCOUNT | {"coupon": COUPON_2015, "subscription": "sub_1"},
        DISCOUNTED | {"stripe_id": "sub_1", "subscription": "sub_1"},
    ),
    Shape(
        "2020-08-27",
        "customer.discount.updated",
        DISCOUNT | {"id": "di_1", "coupon": COUPON_2015, "invoice": None, "promotion_code": "promo_1"},
        DISCOUNTED | {"stripe_id": "di_1", "promotion_code": "promo_1"},
    ),
    Shape(
        "2026-10-28.endive",
        "customer.discount.updated",
        DISCOUNT
        | {
            "id": "di_1",
            "checkout_session": "cs_1",
            "source": {"coupon": "SUMMER", "type": "coupon"},
            "subscription_item": "si_1",
        },
        DISCOUNTED | {"checkout_session": "cs_1", "subscription_item": "si_1"},
    ),
    Shape(
        "2019-12-03",
        "customer.tax_id.created",
        {
            "id": "txi_1",
            "object": "tax_id",
            "country": "DE",
            "customer": "cus_1",
            "type": "eu_vat",
            "value": "DE123456789",
            "verification": {"status": "pending"},
        },
        {"customer": "cus_1", "type": "eu_vat", "value": "DE123456789", "verification_status": "pending"},
    ),
    Shape(
        "2026-10-28.endive",
        "customer.tax_id.updated",
        {
            "id": "txi_1",
            "object": "tax_id",
            "customer": None,
            "owner": {"customer": "cus_1", "type": "customer"},
            "type": "zz_new",
            "value": "1",
            "verification": None,
        },
        {"customer": "cus_1", "type": "zz_new", "verification_status": ""},
    ),
    Shape(
        "2026-10-28.endive",
        "entitlements.active_entitlement_summary.updated",
        {
            "object": "entitlements.active_entitlement_summary",
            "customer": "cus_1",
            "entitlements": list_of(
                {
                    "id": "ent_1",
                    "object": "entitlements.active_entitlement",
                    "feature": "feat_1",
                    "livemode": False,
                    "lookup_key": "api",
                },
                {
                    "id": "ent_2",
                    "object": "entitlements.active_entitlement",
                    "feature": {"id": "feat_2", "object": "entitlements.feature"},
                    "livemode": False,
                    "lookup_key": "sso",
                },
            ),
            "livemode": False,
        },
        {"stripe_id": "entitlements.active_entitlement_summary:cus_1"},
        {"entitlements": {"ent_1", "ent_2"}},
    ),
]

#: Fields that no column reads, by model and reason; see tests/sync/test_unread_fields.py.
UNREAD = {
    "BankAccount": {TEXT: "account_type"},
    "Card": {
        ADDRESS: "address_*",
        RISK: "cvc_check regulated_status",
        TEXT: "description issuer iin dynamic_last4 tokenization_method status",
        HOW: "allow_redisplay",
    },
    "Customer": {
        ELSEWHERE: "cash_balance discount subscriptions invoice_credit_balance",
        HOW: "invoice_prefix invoice_settings.footer next_invoice_sequence",
        TEST_CLOCK: "test_clock",
    },
    "Discount": {TEXT: "source.type"},
    "PaymentMethod": {
        ADDRESS: "billing_details.phone billing_details.tax_id",
        ONE_KIND: "*_debit.* bizum.* blik.* boleto.* card.* card_present.* cashapp.* custom.display_name custom.type"
        " fpx.account_holder_type ideal.* interac_present.* link.* naver_pay.* nz_bank_account.* paypal.* payto.* upi.*"
        " us_bank_account.*",
        HOW: "radar_options.session",
    },
    "Source": {
        SAME_WORD: "ach_debit.type code_verification.status redirect.status source_order.amount source_order.currency"
        " source_order.email three_d_secure.customer",
        ONE_KIND: "*.*",
        HOW: "allow_redisplay",
        PRIVATE: "client_secret",
        TEXT: "statement_descriptor",
    },
    "TaxId": {ELSEWHERE: "owner.account owner.application owner.type", ADDRESS: "verification.*"},
}
