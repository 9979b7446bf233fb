"""The paths of the API, and the objects they return."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_plus

#: Object types whose path is their name in the plural: checkout.session → /v1/checkout/sessions.
REGULAR: Final = """
    account application_fee balance_transaction charge confirmation_token country_spec coupon
    credit_note customer dispute event exchange_rate file file_link invoice invoice_payment
    invoice_rendering_template invoiceitem mandate payment_attempt_record payment_intent
    payment_link payment_method payment_method_configuration payment_method_domain payment_record
    payout plan price product promotion_code quote refund review setup_attempt setup_intent
    shipping_rate source subscription subscription_item subscription_schedule tax_code tax_id
    tax_rate token topup transfer webhook_endpoint

    apps.install billing.alert billing.credit_balance_transaction billing.credit_grant
    billing.feedback_option billing.meter billing_portal.configuration checkout.session
    climate.order climate.product climate.supplier entitlements.active_entitlement
    entitlements.feature financial_connections.account financial_connections.session
    financial_connections.transaction forwarding.request identity.verification_report
    identity.verification_session issuing.authorization issuing.card issuing.cardholder
    issuing.dispute issuing.personalization_design issuing.physical_bundle issuing.token
    issuing.transaction product_catalog.trial_offer radar.early_fraud_warning radar.value_list
    radar.value_list_item reporting.report_run reporting.report_type tax.calculation tax.location
    tax.registration tax.transaction terminal.configuration terminal.location terminal.reader
    test_helpers.test_clock three_d_secure.authentication treasury.credit_reversal
    treasury.debit_reversal treasury.financial_account treasury.inbound_transfer
    treasury.outbound_payment treasury.outbound_transfer treasury.received_credit
    treasury.received_debit treasury.transaction
"""

#: Path after /v1/ → object type.
COLLECTIONS: Final[Mapping[str, str]] = {
    **{kind.replace(".", "/") + "s": kind for kind in REGULAR.split()},
    "apple_pay/domains": "apple_pay_domain",
    "sigma/scheduled_query_runs": "scheduled_query_run",
    "treasury/transaction_entries": "treasury.transaction_entry",
}

#: A collection and a sub-collection → the object types, and the key with the parent's id.
CHILDREN: Final[Mapping[tuple[str, str], tuple[tuple[str, ...], str]]] = {
    ("accounts", "capabilities"): (("capability",), "account"),
    ("accounts", "external_accounts"): (("bank_account", "card"), "account"),
    ("accounts", "persons"): (("person",), "account"),
    ("application_fees", "refunds"): (("fee_refund",), "fee"),
    ("customers", "balance_transactions"): (("customer_balance_transaction",), "customer"),
    ("customers", "cash_balance_transactions"): (("customer_cash_balance_transaction",), "customer"),
    ("customers", "payment_methods"): (("payment_method",), "customer"),
    ("customers", "sources"): (("source", "card", "bank_account"), "customer"),
    ("customers", "tax_ids"): (("tax_id",), "customer"),
    ("invoices", "lines"): (("line_item",), "invoice"),
    ("sources", "source_transactions"): (("source_transaction",), "source"),
    ("transfers", "reversals"): (("transfer_reversal",), "transfer"),
}

#: Paths of objects that exist once per account.
SINGLETONS: Final[Mapping[str, str]] = {
    "account": "account",
    "balance": "balance",
    "balance_settings": "balance_settings",
    "tax/settings": "tax.settings",
}

#: Types that can be retrieved, but not listed.
UNLISTED: Final = frozenset(
    {
        "confirmation_token",
        "financial_connections.session",
        "mandate",
        "source",
        "tax.calculation",
        "tax.transaction",
        "token",
    }
)

#: Type → the required parameter of its list.
LISTED_BY: Final[Mapping[str, str]] = {
    "entitlements.active_entitlement": "customer",
    "financial_connections.transaction": "account",
    "issuing.token": "card",
    "payment_attempt_record": "payment_record",
    "radar.value_list_item": "value_list",
    "setup_attempt": "setup_intent",
    "subscription_item": "subscription",
    "tax.location": "type",
    "treasury.credit_reversal": "financial_account",
    "treasury.debit_reversal": "financial_account",
    "treasury.inbound_transfer": "financial_account",
    "treasury.outbound_payment": "financial_account",
    "treasury.outbound_transfer": "financial_account",
    "treasury.received_credit": "financial_account",
    "treasury.received_debit": "financial_account",
    "treasury.transaction": "financial_account",
    "treasury.transaction_entry": "financial_account",
}


@dataclass(frozen=True, slots=True)
class Route:
    """What a path refers to."""

    kinds: tuple[str, ...]
    #: The id of an object; ``""`` if it exists once per account; None for a list.
    id: str | None = None
    #: The key with the parent's id in the objects, and that id.
    parent: tuple[str, str] | None = None

    @property
    def ids(self) -> list[str]:
        """The ids in the path."""
        return [id_ for id_ in (self.id, self.parent and self.parent[1]) if id_]

    @property
    def account(self) -> str:
        """The account in the path, or ``""``."""
        if self.parent and self.parent[0] == "account":
            return self.parent[1]
        return (self.id or "") if self.kinds == ("account",) else ""


def find(path: str) -> Route | None:
    """Return what ``path`` refers to, or None if the API has no such path."""
    root, *parts = [unquote_plus(part) for part in path.strip("/").split("/")]
    if root != "v1" or not parts:
        return None
    return _one_of_its_kind(parts) or _in_collection(parts) or _in_parent(parts)


def _one_of_its_kind(parts: Sequence[str]) -> Route | None:
    match parts:
        case ["customers", customer, "cash_balance"]:
            return Route(("cash_balance",), customer)
        case ["checkout", "sessions", session, "line_items"]:
            return Route(("item",), None, ("checkout.session", session))
        case _:
            kind = SINGLETONS.get("/".join(parts))
            return Route((kind,), "") if kind else None


def _in_collection(parts: Sequence[str]) -> Route | None:
    *parents, last = parts
    if kind := COLLECTIONS.get("/".join(parts)):
        return None if kind in UNLISTED else Route((kind,))
    if kind := COLLECTIONS.get("/".join(parents)):
        return Route((kind,), last)
    return None


def _in_parent(parts: Sequence[str]) -> Route | None:
    match parts:
        case [collection, parent, children, *rest] if len(rest) <= 1 and (collection, children) in CHILDREN:
            kinds, key = CHILDREN[collection, children]
            return Route(kinds, rest[0] if rest else None, (key, parent))
        case _:
            return None


#: The object types of API v2 whose path is not their name in the plural → their path.
UNUSUAL_V2: Final[Mapping[str, str]] = {
    "v2.commerce.product_catalog_import": "/v2/commerce/product_catalog/imports",
    "v2.core.account_person": "/v2/core/accounts/{account}/persons",
}


def path_of(obj: Mapping[str, Any]) -> str:
    """Return the path that retrieves an object; of a type that is not listed here, by Stripe's usual names."""
    kind, id_ = obj["object"], obj.get("id")
    for path, singleton in SINGLETONS.items():
        if kind == singleton and path != "account":
            return f"/v1/{path}"
    for (collection, children), (kinds, key) in CHILDREN.items():
        if kind in kinds and obj.get(key) and (collection, kind) != ("customers", "payment_method"):
            return f"/v1/{collection}/{obj[key]}/{children}/{id_}"
    if kind == "cash_balance":
        return f"/v1/customers/{obj['customer']}/cash_balance"
    known = next((path for path, its_kind in COLLECTIONS.items() if its_kind == kind), None)
    if known:
        return f"/v1/{known}/{id_}"
    if kind in UNUSUAL_V2:
        return f"{UNUSUAL_V2[kind].format(**obj)}/{id_}"
    path = kind.replace(".", "/") + ("es" if kind.endswith(("x", "ch", "s")) else "s")
    return f"/{path if kind.startswith('v2.') else f'v1/{path}'}/{id_}"
