"""Accounts, and money on its way between them."""

from decimal import Decimal

from tests.sync.shapes.reasons import ADDRESS, ELSEWHERE, HOW, TEXT
from tests.sync.shapes.shape import FEB, JAN, MAR, Shape, list_of

#: What a row holds, whatever the version.
SHOP = {
    "stripe_id": "acct_1",
    "type": "custom",
    "business_name": "A shop",
    "business_url": "https://shop.example",
    "business_type": "company",
    "display_name": "Shop",
    "email": "shop@example.com",
    "country": "DE",
    "default_currency": "eur",
    "charges_enabled": True,
    "payouts_enabled": False,
    "details_submitted": True,
    "disabled_reason": "fields_needed",
    "current_deadline": MAR,
    "tos_accepted_at": JAN,
}
SAME_EVER_SINCE = {
    "id": "acct_1",
    "object": "account",
    "charges_enabled": True,
    "country": "DE",
    "default_currency": "eur",
    "details_submitted": True,
    "email": "shop@example.com",
    "tos_acceptance": {"date": JAN, "ip": "127.0.0.1"},
}
BANK = {"id": "ba_1", "object": "bank_account", "account": "acct_1", "currency": "eur", "last4": "3000"}
TODAY = SAME_EVER_SINCE | {
    "business_profile": {"name": "A shop", "url": "https://shop.example"},
    "business_type": "company",
    "capabilities": {"card_payments": "active"},
    "payouts_enabled": False,
    "requirements": {"current_deadline": MAR, "currently_due": [], "disabled_reason": "fields_needed"},
    "settings": {"dashboard": {"display_name": "Shop", "timezone": "Etc/UTC"}},
}
TRANSFER = {
    "id": "tr_1",
    "object": "transfer",
    "amount": 1000,
    "amount_reversed": 100,
    "balance_transaction": "txn_1",
    "created": JAN,
    "currency": "eur",
    "livemode": False,
    "reversed": False,
    "reversals": list_of(
        {"id": "trr_1", "object": "transfer_reversal", "amount": 100, "currency": "eur", "transfer": "tr_1"}
    ),
    "source_transaction": "ch_1",
}
MOVED = {"amount": 1000, "amount_reversed": 100, "balance_transaction": "txn_1", "source_transaction": "ch_1"}

SHAPES = [
    Shape(
        "2015-10-16",
        "account.updated",
        SAME_EVER_SINCE
        | {
            "business_name": "A shop",
            "business_url": "https://shop.example",
            "display_name": "Shop",
            "external_accounts": list_of(BANK),
            "legal_entity": {"type": "company", "verification": {"status": "verified"}},
            "managed": True,
            "transfers_enabled": False,
            "verification": {"disabled_reason": "fields_needed", "due_by": MAR, "fields_needed": []},
        },
        SHOP,
        {"bank_accounts": {"ba_1"}},
        account="acct_1",
    ),
    Shape(
        "2019-12-03",
        "account.updated",
        TODAY | {"created": JAN, "external_accounts": list_of(BANK), "type": "custom"},
        SHOP | {"created": JAN, "controller_type": ""},
        {"bank_accounts": {"ba_1"}},
        account="acct_1",
    ),
    Shape(
        "2026-10-28.endive",
        "account.updated",
        TODAY | {"controller": {"type": "application"}, "type": "none"},
        SHOP | {"type": "none", "controller_type": "application"},
        account="acct_1",
    ),
    Shape(
        "2015-10-16",
        "account.updated",
        {"id": "acct_1", "object": "account", "managed": False},
        {"type": "standard", "charges_enabled": None},
        account="acct_1",
    ),
    Shape(
        "2026-10-28.endive",
        "capability.updated",
        {
            "id": "card_payments",
            "object": "capability",
            "account": "acct_1",
            "requested": True,
            "requested_at": JAN,
            "requirements": {"disabled_reason": "pending.review"},
            "status": "pending",
        },
        {"account": "acct_1", "status": "pending", "requested_at": JAN, "disabled_reason": "pending.review"},
        account="acct_1",
    ),
    Shape(
        "2019-02-19",
        "person.created",
        {
            "id": "person_1",
            "object": "person",
            "account": "acct_1",
            "first_name": "Ada",
            "last_name": "L",
            "relationship": {"account_opener": True, "owner": True, "percent_ownership": 50.0},
            "verification": {"status": "unverified"},
        },
        {"account": "acct_1", "first_name": "Ada", "owner": True, "verification_status": "unverified"},
        account="acct_1",
    ),
    Shape(
        "2026-10-28.endive",
        "person.updated",
        {
            "id": "person_1",
            "object": "person",
            "account": "acct_1",
            "email": "ada@example.com",
            "relationship": {"director": True, "executive": False, "representative": True},
        },
        {"email": "ada@example.com", "director": True, "executive": False, "representative": True, "owner": None},
        account="acct_1",
    ),
    Shape(
        "2015-10-16",
        "transfer.paid",
        TRANSFER
        | {
            "application_fee": None,
            "bank_account": BANK,
            "date": FEB,
            "destination": "ba_1",
            "failure_code": None,
            "statement_descriptor": None,
            "status": "paid",
            "type": "bank_account",
        },
        MOVED | {"destination": None, "status": "paid", "type": "bank_account", "arrival_date": FEB},
        {"reversals": {"trr_1"}},
    ),
    Shape(
        "2026-10-28.endive",
        "transfer.created",
        TRANSFER | {"destination": "acct_2", "destination_payment": "py_1", "source_type": "card"},
        MOVED | {"destination": "acct_2", "destination_payment": "py_1", "status": "", "arrival_date": None},
        {"reversals": {"trr_1"}},
    ),
    Shape(
        "2017-04-06",
        "payout.paid",
        {
            "id": "po_1",
            "object": "payout",
            "amount": 1000,
            "arrival_date": FEB,
            "automatic": True,
            "currency": "eur",
            "destination": "ba_1",
            "method": "standard",
            "status": "paid",
            "type": "bank_account",
        },
        {"amount": 1000, "arrival_date": FEB, "destination_id": "ba_1", "status": "paid", "type": "bank_account"},
    ),
    Shape(
        "2026-10-28.endive",
        "payout.failed",
        {
            "id": "po_1",
            "object": "payout",
            "amount": 1000,
            "balance_transaction": "txn_1",
            "destination": BANK,
            "failure_code": "account_closed",
            "failure_message": "The account is closed.",
            "original_payout": "po_2",
            "reconciliation_status": "not_applicable",
            "status": "failed",
        },
        {
            "balance_transaction": "txn_1",
            "destination_id": "ba_1",
            "failure_code": "account_closed",
            "original_payout": "po_2",
            "reconciliation_status": "not_applicable",
        },
    ),
    Shape(
        "2018-05-21",
        "topup.succeeded",
        {
            "id": "tu_1",
            "object": "topup",
            "amount": 1000,
            "balance_transaction": "txn_1",
            "currency": "eur",
            "expected_availability_date": FEB,
            "source": {"id": "src_1", "object": "source"},
            "status": "succeeded",
        },
        {"amount": 1000, "balance_transaction": "txn_1", "expected_availability_date": FEB, "status": "succeeded"},
    ),
    Shape(
        "2015-10-16",
        "application_fee.refunded",
        {
            "id": "fee_1",
            "object": "application_fee",
            "account": "acct_2",
            "amount": 50,
            "amount_refunded": 50,
            "charge": "ch_1",
            "currency": "eur",
            "refunded": True,
            "refunds": list_of({"id": "fr_1", "object": "fee_refund", "amount": 50, "fee": "fee_1"}),
        },
        {"account": "acct_2", "amount": 50, "charge": "ch_1", "refunded": True},
        {"refunds": {"fr_1"}},
    ),
    Shape(
        "2015-10-16",
        "brand.new.balance_transaction",
        {
            "id": "txn_1",
            "object": "balance_transaction",
            "amount": 1000,
            "available_on": FEB,
            "created": JAN,
            "currency": "eur",
            "fee": 59,
            "net": 941,
            "source": "ch_1",
            "sourced_transfers": list_of(),
            "status": "available",
            "type": "charge",
        },
        {"amount": 1000, "fee": 59, "net": 941, "source_id": "ch_1", "available_on": FEB, "reporting_category": ""},
    ),
    Shape(
        "2026-10-28.endive",
        "brand.new.balance_transaction",
        {
            "id": "txn_1",
            "object": "balance_transaction",
            "amount": 1000,
            "balance_type": "payments",
            "exchange_rate": 1.08123,
            "fee": 59,
            "net": 941,
            "reporting_category": "charge",
            "source": {"id": "ch_1", "object": "charge"},
            "type": "charge",
        },
        {"net": 941, "source_id": "ch_1", "reporting_category": "charge", "exchange_rate": Decimal("1.08123")},
    ),
]

#: Fields that no column reads, by model and reason; see tests/sync/test_unread_fields.py.
UNREAD = {
    "Account": {
        TEXT: "business_profile.* controller.requirement_collection tos_acceptance.service_agreement",
        HOW: "controller.is_controller settings.dashboard.timezone",
        ADDRESS: "tos_acceptance.ip tos_acceptance.user_agent",
        ELSEWHERE: "individual",
    },
    "ApplicationFee": {TEXT: "fee_source.type", ELSEWHERE: "fee_source.payout"},
    "Capability": {ELSEWHERE: "requirements.current_deadline"},
    "Payout": {
        ELSEWHERE: "application_fee application_fee_amount failure_balance_transaction",
        TEXT: "payout_method statement_descriptor",
    },
    "Person": {
        ADDRESS: "first_name_* last_name_* maiden_name gender nationality phone political_exposure *_provided",
        TEXT: "relationship.* verification.*",
    },
    "TopUp": {ELSEWHERE: "payment_method source", TEXT: "initiated_by statement_descriptor"},
}
