"""Every object that has no model of its own."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db import models

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject
from pinax.stripe.models.children import Children
from pinax.stripe.plain_json import id_of, place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope


#: Places that tell apart the objects of a type that has no ids.
OWNERS: Final = ("parent.subscription_details.subscription", "subscription", "customer", "alert")

#: Places that name the customer whom an object is about, in whatever type has them.
CUSTOMER: Final = (
    "customer",
    "related_customer",
    "account_holder.customer",
    "customer_details.customer",
    "owner.customer",
    "usage_threshold.filters.0.customer",
)

#: Types that have a model of their own, and come here as previews of what may be one day; an id says nothing then.
PREVIEWS: Final = frozenset({"invoice"})

#: How the types begin that describe the project's own devices, settings and reports. One that mentions a customer, as
#: a card reader does during a payment, is not about that customer.
PROJECTS: Final = (
    "apps.",
    "balance",
    "billing.meter",
    "billing_portal.configuration",
    "climate.",
    "entitlements.feature",
    "issuing.personalization_design",
    "reporting.",
    "scheduled_query_run",
    "shipping_rate",
    "tax.registration",
    "tax.settings",
    "terminal.",
    "test_helpers.",
    "v2.core.event_destination",
    "webhook_endpoint",
)

#: Where Stripe retrieves the objects that have no model here.
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
        "v2.core.account": ("/v2/core/accounts/{id}",),
        "v2.core.account_person": ("/v2/core/accounts/{account}/persons/{id}",),
        "v2.core.event_destination": ("/v2/core/event_destinations/{id}",),
        "webhook_endpoint": ("/v1/webhook_endpoints/{id}",),
    }
)

#: Types among them that Stripe lists without being told of whom; not all of them can be narrowed by ``created``.
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


class OtherObject(StripeObject):
    """An object of a type that has no model of its own, kept whole: nothing that Stripe tells is thrown away.

    Some of Stripe's objects have no id. A balance, for one, is the only one of its account: its type stands in
    for the id. What there is one of for each customer is told apart by the customer's id.
    """

    stripe_object = ""

    object_type = fields.Text("object", db_index=True)
    customer = fields.Reference("Customer", *CUSTOMER, related_name="other_objects")
    #: Of a customer's ``entitlements.active_entitlement_summary``.
    entitlements = Children(
        "entitlements.data",
        "ActiveEntitlement",
        owned=True,
        rest="/v1/entitlements/active_entitlements?customer={customer}",
    )

    class Meta:
        """One row for a type, an id, an account and a mode."""

        db_table = "pinaxstripe_otherobject"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["stripe_id", "object_type", "stripe_account", "livemode"],
                name="pinaxstripe_otherobject_once",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["created"])]

    @classmethod
    def key_of(cls, data: Json, scope: Scope) -> Mapping[str, Any]:
        """Return what finds the row of ``data``, its type included."""
        return {**super().key_of(data, scope), "object_type": _type_of(data)}

    @classmethod
    def key_columns(cls) -> tuple[str, ...]:
        """Return the names of the columns that together tell the rows apart, the type included."""
        return (*super().key_columns(), "object_type")

    @classmethod
    def identify(cls, data: Json) -> str:
        """Return the id; where there is none, or a preview's, the type and the owners stand in for it."""
        identifier = None if _type_of(data) in PREVIEWS else id_of(data)
        owners = filter(None, (id_of(place(data, path)) for path in OWNERS))
        return (identifier or ":".join([_type_of(data), *owners]))[: fields.LONGEST_ID]

    @classmethod
    def customer_of(cls, data: Json) -> str:
        """Return the id of the customer whom Stripe's object ``data`` is, or names; empty if it names none."""
        if data.get("object") == "customer":
            return id_of(data) or ""
        return next((column.read(data) for column in cls.columns() if column.name == "customer"), None) or ""

    @classmethod
    def list_of(cls, object_type: str, stripe_account: str) -> StripeList | None:  # noqa: ARG003  (none needs one)
        """Return where Stripe lists objects of this type, where it does."""
        path = PATHS[object_type][0].removesuffix("/{id}") if object_type in LISTED else ""
        return StripeList(path, by_created=False) if path else None

    @classmethod
    def paths_of(cls, data: Json) -> tuple[str, ...]:
        """Return where Stripe retrieves an object of this type, where it does."""
        return PATHS.get(str(data.get("object")), ())


def _type_of(data: Json) -> str:
    return str(data.get("object", ""))[:255]
