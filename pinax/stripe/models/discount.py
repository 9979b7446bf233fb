"""Discounts."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.db.models import Expression, Q

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject
from pinax.stripe.plain_json import id_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pinax.stripe.plain_json import Json

#: The object types that can have a discount, the most specific first, and the columns that reference them.
OWNERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "checkout.session": "checkout_session",
        "invoiceitem": "invoice_item",
        "invoice": "invoice",
        "subscription_item": "subscription_item",
        "subscription": "subscription",
        "customer": "customer",
    }
)
#: Object types whose discounts do not always reference them.
_NAMED_BY_THEIR_PLACE: Final = frozenset({"customer", "subscription", "subscription_item"})


class Discount(StripeObject):
    """A coupon that is applied to a customer, a subscription or an invoice.

    An object that contains a discount need not be its owner: an invoice also contains those of its subscription.

    In old API versions, discounts had no id, and a subscription or customer had at most one: its id is then used.

    Source: https://docs.stripe.com/api/discounts/object
    """

    stripe_object = "discount"

    coupon = fields.Reference("Coupon", "source.coupon", "coupon", related_name="discounts")
    promotion_code = fields.Reference("PromotionCode", related_name="discounts")
    customer = fields.Reference("Customer", related_name="discounts")
    customer_account = fields.Text()
    subscription = fields.Reference("Subscription", related_name="discounts")
    subscription_item = fields.Reference("SubscriptionItem", related_name="discounts")
    invoice = fields.Reference("Invoice", related_name="discounts")
    invoice_item = fields.Reference("InvoiceItem", related_name="discounts")
    checkout_session = fields.Reference("CheckoutSession", related_name="discounts")
    start = fields.Timestamp()
    end = fields.Timestamp()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_discount"

    @classmethod
    def identify(cls, data: Json) -> str:
        """Return the discount's id, or that of the subscription or customer that has it."""
        owners = (id_of(data.get(name)) for name in ("subscription", "customer"))
        return super().identify(data) or next(filter(None, owners), "")

    @classmethod
    def as_child(cls, data: Json, parent: Json) -> Json:
        """Return the discount with a reference to the subscription, item or customer that has it."""
        column = OWNERS.get(str(parent.get("object")), "")
        if parent.get("object") not in _NAMED_BY_THEIR_PLACE or id_of(data.get(column)):
            return data
        return {**data, column: id_of(parent)}

    @classmethod
    def owner_of(cls, data: Json, parent: Json) -> tuple[type[StripeObject], str] | None:
        """Return the owner of the discount, if that is not ``parent``."""
        for object_type, column in OWNERS.items():
            owner = id_of(data.get(column))
            if owner:
                itself = (object_type, owner) == (parent.get("object"), id_of(parent))
                return None if itself else (cls._meta.get_field(column).related_model, owner)  # type: ignore[return-value]  # a reference
        return None

    @classmethod
    def of(cls, object_type: str, keys: Collection[int] | Expression) -> Q:
        """Return the filter for the discounts of subscriptions, or for those of customers without a subscription.

        Args:
            object_type: the type of the owners.
            keys: the primary keys of their rows, or an expression for one.
        """
        columns = list(OWNERS.values())
        column = OWNERS[object_type]
        others = {f"{name}__isnull": True for name in columns[: columns.index(column)]}
        lookup = "exact" if isinstance(keys, Expression) else "in"
        return Q(**{f"{column}__{lookup}": keys}, **others)
