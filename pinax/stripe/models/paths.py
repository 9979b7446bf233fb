"""API paths of objects whose model does not declare them; most of these have no typed model."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

#: What a v2 account contains only if a request includes it.
ACCOUNT_INCLUDES: Final = (
    *("configuration.customer", "configuration.merchant", "configuration.recipient"),
    *("defaults", "future_requirements", "identity", "requirements"),
)

#: The paths that retrieve an object, by object type; names in braces are fields of the object, as in ``stripe_paths``.
PATHS: Final = MappingProxyType(
    {
        "apps.install": ("/v1/apps/installs/{id}",),
        "balance": ("/v1/balance",),
        "balance_settings": ("/v1/balance_settings",),
        "billing.alert": ("/v1/billing/alerts/{id}",),
        "billing.credit_balance_transaction": ("/v1/billing/credit_balance_transactions/{id}",),
        "billing.credit_grant": ("/v1/billing/credit_grants/{id}",),
        "billing.meter": ("/v1/billing/meters/{id}",),
        "billing_portal.configuration": ("/v1/billing_portal/configurations/{id}",),
        "cash_balance": ("/v1/customers/{customer}/cash_balance",),
        "climate.order": ("/v1/climate/orders/{id}",),
        "climate.product": ("/v1/climate/products/{id}",),
        "customer_balance_transaction": ("/v1/customers/{customer}/balance_transactions/{id}",),
        "customer_cash_balance_transaction": ("/v1/customers/{customer}/cash_balance_transactions/{id}",),
        "entitlements.feature": ("/v1/entitlements/features/{id}",),
        "file": ("/v1/files/{id}",),
        "financial_connections.account": ("/v1/financial_connections/accounts/{id}",),
        "financial_connections.transaction": ("/v1/financial_connections/transactions/{id}",),
        "identity.verification_report": ("/v1/identity/verification_reports/{id}",),
        "identity.verification_session": ("/v1/identity/verification_sessions/{id}",),
        "issuing.authorization": ("/v1/issuing/authorizations/{id}",),
        "issuing.card": ("/v1/issuing/cards/{id}",),
        "issuing.cardholder": ("/v1/issuing/cardholders/{id}",),
        "issuing.dispute": ("/v1/issuing/disputes/{id}",),
        "issuing.personalization_design": ("/v1/issuing/personalization_designs/{id}",),
        "issuing.token": ("/v1/issuing/tokens/{id}",),
        "issuing.transaction": ("/v1/issuing/transactions/{id}",),
        "payment_record": ("/v1/payment_records/{id}",),
        "reporting.report_run": ("/v1/reporting/report_runs/{id}",),
        "reporting.report_type": ("/v1/reporting/report_types/{id}",),
        "scheduled_query_run": ("/v1/sigma/scheduled_query_runs/{id}",),
        "shipping_rate": ("/v1/shipping_rates/{id}",),
        "tax.registration": ("/v1/tax/registrations/{id}",),
        "tax.settings": ("/v1/tax/settings",),
        "terminal.configuration": ("/v1/terminal/configurations/{id}",),
        "terminal.location": ("/v1/terminal/locations/{id}",),
        "terminal.reader": ("/v1/terminal/readers/{id}",),
        "test_helpers.test_clock": ("/v1/test_helpers/test_clocks/{id}",),
        "three_d_secure.authentication": ("/v1/three_d_secure/authentications/{id}",),
        "treasury.credit_reversal": ("/v1/treasury/credit_reversals/{id}",),
        "treasury.debit_reversal": ("/v1/treasury/debit_reversals/{id}",),
        "treasury.financial_account": ("/v1/treasury/financial_accounts/{id}",),
        "treasury.inbound_transfer": ("/v1/treasury/inbound_transfers/{id}",),
        "treasury.outbound_payment": ("/v1/treasury/outbound_payments/{id}",),
        "treasury.outbound_transfer": ("/v1/treasury/outbound_transfers/{id}",),
        "treasury.received_credit": ("/v1/treasury/received_credits/{id}",),
        "treasury.received_debit": ("/v1/treasury/received_debits/{id}",),
        "treasury.transaction": ("/v1/treasury/transactions/{id}",),
        "v2.commerce.product_catalog_import": ("/v2/commerce/product_catalog/imports/{id}",),
        # Without these, the fields are null. Source: https://docs.stripe.com/api/v2/core/accounts/retrieve
        "v2.core.account": (
            "/v2/core/accounts/{id}?"
            + urlencode({f"include[{number}]": name for number, name in enumerate(ACCOUNT_INCLUDES)}),
        ),
        "v2.core.account_person": ("/v2/core/accounts/{account}/persons/{id}",),
        "v2.core.event_destination": ("/v2/core/event_destinations/{id}",),
        **{
            f"v2.money_management.{name}": (f"/v2/money_management/{name}s/{{id}}",)
            for name in (
                *("adjustment", "financial_account", "financial_address", "inbound_transfer", "outbound_payment"),
                *("payout_intent", "payout_method", "received_credit", "recipient_verification", "transaction"),
            )
        },
        "webhook_endpoint": ("/v1/webhook_endpoints/{id}",),
    }
)

#: Types that Stripe lists without a parent's id; not all of these lists can be filtered by ``created``.
LISTED: Final = frozenset(
    """
    billing.alert billing.credit_grant billing.meter billing_portal.configuration climate.order climate.product
    entitlements.feature file financial_connections.account identity.verification_report
    identity.verification_session issuing.authorization issuing.card issuing.cardholder issuing.dispute
    issuing.personalization_design issuing.transaction reporting.report_run scheduled_query_run shipping_rate
    tax.registration terminal.configuration terminal.location terminal.reader test_helpers.test_clock
    treasury.financial_account webhook_endpoint
    """.split()
)

_PLURALS: Final = ((r"([^aeiou])y$", r"\1ies"), (r"(s|x|z|ch|sh)$", r"\1es"), (r"$", "s"))


def usual_path(object_type: str) -> str:
    """Return the path at which Stripe's API retrieves objects of a type, by its usual names; it may be another one.

    For types that Stripe adds later: ``"v2.core.claimable_sandbox"`` gives ``"/v2/core/claimable_sandboxes/{id}"``.
    """
    version, _, name = object_type.partition(".") if re.match(r"v\d+\.", object_type) else ("v1", "", object_type)
    *parents, last = re.sub(r"[^\w.]", "", name, flags=re.ASCII).split(".")
    plural = next(re.sub(ending, end, last) for ending, end in _PLURALS if re.search(ending, last))
    return "/".join(["", version, *parents, plural, "{id}"])
