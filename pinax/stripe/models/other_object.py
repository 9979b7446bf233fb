"""Objects of types without a model of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db import models

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject
from pinax.stripe.models.children import Children
from pinax.stripe.plain_json import id_of, value_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope


#: Paths of ids that identify an object whose type has no id.
OWNERS: Final = ("parent.subscription_details.subscription", "subscription", "customer", "alert")

#: Paths of an object's customer, in all object types.
CUSTOMER: Final = (
    "customer",
    "related_customer",
    "account_holder.customer",
    "customer_details.customer",
    "owner.customer",
    "usage_threshold.filters.0.customer",
)

#: Types with a model of their own whose previews are stored here; the id of a preview is not used.
PREVIEWS: Final = frozenset({"invoice"})

#: Prefixes of the types that describe the project's own devices, settings and reports. If such an object references a
#: customer, as a card reader does during a payment, it does not belong to that customer.
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
    """An object of a type without a model of its own, stored as JSON.

    Some of Stripe's objects have no id. If there is one for each account, such as the balance, its type is used as
    the id; if there is one for each customer, the customer's id is appended.
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
        """Return the lookup of the row of ``data``, including its type."""
        return {**super().key_of(data, scope), "object_type": _type_of(data)}

    @classmethod
    def key_columns(cls) -> tuple[str, ...]:
        """Return the names of the columns that are unique together, including the type."""
        return (*super().key_columns(), "object_type")

    @classmethod
    def identify(cls, data: Json) -> str:
        """Return the id; for a preview or an object without an id, the type and the owners' ids."""
        identifier = None if _type_of(data) in PREVIEWS else id_of(data)
        owners = filter(None, (id_of(value_at(data, path)) for path in OWNERS))
        return (identifier or ":".join([_type_of(data), *owners]))[: fields.LONGEST_ID]

    @classmethod
    def customer_of(cls, data: Json) -> str:
        """Return the id of the customer that Stripe's object ``data`` is or references; empty if there is none."""
        if data.get("object") == "customer":
            return id_of(data) or ""
        return next((column.read(data) for column in cls.columns() if column.name == "customer"), None) or ""


def _type_of(data: Json) -> str:
    return str(data.get("object", ""))[:255]
