"""Connected accounts, and money that moves between accounts or out to a bank."""

from typing import Any, Final

from pinax.stripe.testing.ids import id_of_type
from pinax.stripe.testing.objects.shape import Json, list_of, make, this_second

_EURO: Final = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
_OTHERS: Final = """
AE:aed AU:aud BR:brl CA:cad CH:chf CZ:czk DK:dkk GB:gbp GI:gbp HK:hkd HU:huf IN:inr JP:jpy LI:chf MX:mxn MY:myr NO:nok
NZ:nzd PL:pln RO:ron SE:sek SG:sgd TH:thb
"""
#: Country → its currency; that of other countries is the US dollar.
CURRENCIES: Final = dict.fromkeys(_EURO.split(), "eur") | dict(pair.split(":") for pair in _OTHERS.split())


def account(*, country: str = "US", **over: Any) -> Json:
    """Return an account that may take charges and be paid out.

    Args:
        country: two letters; its currency is the account's.
        over: other keys of the account.
    """
    body = make(
        "account",
        over,
        business_profile={
            "mcc": None,
            "name": "Pinax",
            "product_description": None,
            "support_address": None,
            "support_email": None,
            "support_phone": None,
            "support_url": None,
            "url": "https://pinaxproject.example.com",
        },
        business_type="company",
        capabilities={"card_payments": "active", "transfers": "active"},
        charges_enabled=True,
        controller={"type": "account"},
        country=country,
        default_currency=CURRENCIES.get(country, "usd"),
        details_submitted=True,
        email="site@example.com",
        future_requirements=_requirements(),
        metadata={},
        payouts_enabled=True,
        requirements=_requirements(),
        settings={
            "card_payments": {"decline_on": {"avs_failure": False, "cvc_failure": False}},
            "dashboard": {"display_name": "Pinax", "timezone": "Etc/UTC"},
            "payments": {"statement_descriptor": "PINAX"},
            "payouts": {
                "debit_negative_balances": True,
                "schedule": {"delay_days": 2, "interval": "daily"},
                "statement_descriptor": None,
            },
        },
        tos_acceptance={"date": this_second()},
        type="standard",
    )
    body.setdefault("external_accounts", list_of([], f"/v1/accounts/{body['id']}/external_accounts"))
    return body


def person(**over: Any) -> Json:
    """Return a person of an account."""
    return make(
        "person",
        over,
        account=id_of_type("account"),
        dob={"day": 1, "month": 1, "year": 1970},
        email="jenny.rosen@example.com",
        first_name="Jenny",
        last_name="Rosen",
        metadata={},
        relationship={"director": False, "executive": False, "owner": True, "representative": True},
        requirements={"currently_due": [], "errors": [], "eventually_due": [], "past_due": []},
        verification={"status": "verified"},
    )


def capability(**over: Any) -> Json:
    """Return a capability, whose id is its name and repeats from account to account."""
    return make(
        "capability",
        {"id": "card_payments"} | over,
        account=id_of_type("account"),
        future_requirements=_requirements(),
        requested=True,
        requested_at=this_second(),
        requirements=_requirements(),
        status="active",
    )


def application_fee(**over: Any) -> Json:
    """Return a platform's fee on a charge of a connected account."""
    body = make(
        "application_fee",
        over,
        account=id_of_type("account"),
        amount=100,
        amount_refunded=0,
        application=id_of_type("application"),
        balance_transaction=id_of_type("balance_transaction"),
        charge=id_of_type("charge"),
        currency="usd",
        originating_transaction=None,
        refunded=False,
    )
    body.setdefault("refunds", list_of([], f"/v1/application_fees/{body['id']}/refunds"))
    return body


def fee_refund(**over: Any) -> Json:
    """Return a refund of an application fee, whose id is under ``fee``."""
    return make(
        "fee_refund",
        over,
        amount=100,
        balance_transaction=id_of_type("balance_transaction"),
        currency="usd",
        fee=id_of_type("application_fee"),
        metadata={},
    )


def transfer(**over: Any) -> Json:
    """Return a transfer to a connected account."""
    body = make(
        "transfer",
        over,
        amount=1000,
        amount_reversed=0,
        balance_transaction=id_of_type("balance_transaction"),
        currency="usd",
        description=None,
        destination=id_of_type("account"),
        destination_payment=None,
        metadata={},
        reversed=False,
        source_transaction=None,
        source_type="card",
        transfer_group=None,
    )
    body.setdefault("reversals", list_of([], f"/v1/transfers/{body['id']}/reversals"))
    return body


def transfer_reversal(**over: Any) -> Json:
    """Return a reversal of a transfer."""
    return make(
        "transfer_reversal",
        over,
        amount=1000,
        balance_transaction=id_of_type("balance_transaction"),
        currency="usd",
        destination_payment_refund=None,
        metadata={},
        source_refund=None,
        transfer=id_of_type("transfer"),
    )


def payout(**over: Any) -> Json:
    """Return a payout to a bank."""
    return make(
        "payout",
        over,
        amount=1000,
        arrival_date=this_second(),
        automatic=True,
        balance_transaction=id_of_type("balance_transaction"),
        currency="usd",
        description="STRIPE PAYOUT",
        destination=id_of_type("bank_account"),
        failure_balance_transaction=None,
        failure_code=None,
        failure_message=None,
        metadata={},
        method="standard",
        original_payout=None,
        reconciliation_status="in_progress",
        reversed_by=None,
        source_type="card",
        statement_descriptor=None,
        status="paid",
        type="bank_account",
    )


def _requirements() -> Json:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": [],
        "disabled_reason": None,
        "errors": [],
        "eventually_due": [],
        "past_due": [],
        "pending_verification": [],
    }
