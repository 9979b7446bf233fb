"""Active entitlements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject

if TYPE_CHECKING:
    from pinax.stripe.plain_json import Json


class ActiveEntitlement(StripeObject):
    """A feature that a customer is entitled to by their subscriptions.

    It has no events of its own: a summary of a customer's entitlements contains all of them.

    Source: https://docs.stripe.com/api/entitlements/active-entitlement/object
    """

    stripe_object = "entitlements.active_entitlement"
    stripe_paths = ("/v1/entitlements/active_entitlements/{id}",)

    customer = fields.Reference("Customer", related_name="entitlements")
    summary = fields.Reference("OtherObject", related_name="entitlements")
    #: A feature has no model of its own.
    feature = fields.Text()
    lookup_key = fields.Text(db_index=True)

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_activeentitlement"

    @classmethod
    def as_child(cls, data: Json, parent: Json) -> Json:
        """Return the entitlement with its customer, which only the summary contains."""
        return {**data, "customer": parent.get("customer")}
