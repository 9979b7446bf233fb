"""Every object that has no model of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db import models

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject
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


def _type_of(data: Json) -> str:
    return str(data.get("object", ""))[:255]
