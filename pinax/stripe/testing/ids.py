"""Ids that look like Stripe's: random, or the same sequence in every run."""

import random
import string
import threading
from collections.abc import Mapping
from typing import Final

#: Object type → prefix; other types use the last part of their name.
PREFIXES: Final[Mapping[str, str]] = {
    "account": "acct",
    "application": "ca",
    "application_fee": "fee",
    "balance_transaction": "txn",
    "bank_account": "ba",
    "billing.alert": "alrt",
    "billing.credit_balance_transaction": "cbtxn",
    "billing.credit_grant": "credgr",
    "billing.meter": "mtr",
    "billing_portal.configuration": "bpc",
    "billing_portal.session": "bps",
    "bitcoin_receiver": "btcrcv",
    "bitcoin_transaction": "btctxn",
    "charge": "ch",
    "checkout.session": "cs_test",
    "coupon": "",
    "credit_note": "cn",
    "customer": "cus",
    "customer_balance_transaction": "cbtxn",
    "customer_cash_balance_transaction": "ccsbtxn",
    "discount": "di",
    "dispute": "du",
    "entitlements.active_entitlement": "ent",
    "entitlements.feature": "feat",
    "event": "evt",
    "fee_refund": "fr",
    "financial_connections.account": "fca",
    "identity.verification_report": "vr",
    "identity.verification_session": "vs",
    "invoice": "in",
    "invoice_payment": "inpay",
    "invoiceitem": "ii",
    "issuing.authorization": "iauth",
    "issuing.card": "ic",
    "issuing.cardholder": "ich",
    "issuing.dispute": "idp",
    "issuing.token": "intok",
    "issuing.transaction": "ipi",
    "line_item": "il",
    "order": "or",
    "payment_intent": "pi",
    "payment_link": "plink",
    "payment_method": "pm",
    "payout": "po",
    "product": "prod",
    "promotion_code": "promo",
    "quote": "qt",
    "radar.early_fraud_warning": "issfr",
    "recipient": "rp",
    "refund": "re",
    "reporting.report_run": "frr",
    "review": "prv",
    "scheduled_query_run": "sqr",
    "setup_attempt": "setatt",
    "setup_intent": "seti",
    "source": "src",
    "subscription": "sub",
    "subscription_item": "si",
    "subscription_schedule": "sub_sched",
    "tax_id": "txi",
    "tax_rate": "txr",
    "terminal.reader": "tmr",
    "test_helpers.test_clock": "clock",
    "topup": "tu",
    "transfer": "tr",
    "transfer_reversal": "trr",
    "treasury.credit_reversal": "credrev",
    "treasury.debit_reversal": "debrev",
    "treasury.financial_account": "fa",
    "treasury.inbound_transfer": "ibt",
    "treasury.outbound_payment": "obp",
    "treasury.outbound_transfer": "obt",
    "treasury.received_credit": "rc",
    "treasury.received_debit": "rd",
    "treasury.transaction": "trxn",
    "v2.core.event_destination": "ed",
    "webhook_endpoint": "we",
}

#: Prefix → number of characters after it; 24 for others.
LENGTHS: Final[Mapping[str, int]] = {"": 8, "acct": 16, "cus": 14, "prod": 14, "req": 14, "si": 14, "whsec": 32}

ALPHABET: Final = string.digits + string.ascii_letters

#: Where ids come from: the operating system, so that two processes never make the same one, or a seed.
_source: random.Random = random.SystemRandom()
_lock = threading.Lock()


def seed_ids(seed: int | str | None) -> None:
    """Make the same sequence of ids in every run, for a demo for example.

    Args:
        seed: the beginning of the sequence; None makes ids random again.
    """
    global _source  # noqa: PLW0603  (of the whole process: `build` belongs to no fake)
    _source = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - ids are not secrets


def new_id(prefix: str) -> str:
    """Return a new id of ``prefix``: ``cus`` gives ``cus_`` and 14 letters and digits."""
    with _lock:
        letters = _source.choices(ALPHABET, k=LENGTHS.get(prefix, 24))
    return "_".join(filter(None, [prefix, "".join(letters)]))


def id_of_type(object_type: str) -> str:
    """Return a new id for an object of this type."""
    return new_id(PREFIXES.get(object_type, object_type.rpartition(".")[2]))
