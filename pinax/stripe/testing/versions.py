"""Objects in the shape of older API versions, as far as the fake knows it.

Source: https://docs.stripe.com/changelog
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from pinax.stripe.plain_json import value_at
from pinax.stripe.testing.objects.shape import Json

BASIL: Final = "2025-03-31"
CLOVER: Final = "2025-09-30"


class Old(NamedTuple):
    """A key that objects of a type had before a version, and its value, from the object as it is today."""

    object_type: str
    key: str
    value: Callable[[Json], Any]
    until: str


def _at(path: str) -> Callable[[Json], Any]:
    return lambda obj: value_at(obj, path)


def _of_line(key: str) -> Callable[[Json], Any]:
    """Return what a line's ``parent`` says, of the item of a subscription or of an invoice item."""
    return lambda line: _details(line).get(key)


def _details(line: Json) -> Json:
    parent = line.get("parent") or {}
    return parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}


def _type_of_line(line: Json) -> str:
    return "invoiceitem" if value_at(line, "parent.type") == "invoice_item_details" else "subscription"


def _tax(invoice: Json) -> int | None:
    taxes = invoice.get("total_taxes")
    return sum(tax["amount"] for tax in taxes) if taxes else None


OLD_KEYS: Final = (
    Old("discount", "coupon", _at("source.coupon"), CLOVER),
    Old("promotion_code", "coupon", _at("promotion.coupon"), CLOVER),
    Old("invoice", "paid", lambda obj: obj.get("status") == "paid", BASIL),
    Old("invoice", "subscription", _at("parent.subscription_details.subscription"), BASIL),
    Old("invoice", "tax", _tax, BASIL),
    Old("invoiceitem", "subscription", _at("parent.subscription_details.subscription"), BASIL),
    Old("line_item", "invoice_item", _of_line("invoice_item"), BASIL),
    Old("line_item", "proration", _of_line("proration"), BASIL),
    Old("line_item", "subscription_item", _of_line("subscription_item"), BASIL),
    Old("line_item", "type", _type_of_line, BASIL),
    Old("subscription", "current_period_end", _at("items.data.0.current_period_end"), BASIL),
    Old("subscription", "current_period_start", _at("items.data.0.current_period_start"), BASIL),
)
#: Object type, key, and the version that has brought the key.
NEW_KEYS: Final = (
    ("discount", "source", CLOVER),
    ("promotion_code", "promotion", CLOVER),
    ("invoice", "parent", BASIL),
    ("invoice", "total_taxes", BASIL),
    ("invoiceitem", "parent", BASIL),
    ("invoiceitem", "pricing", BASIL),
    ("line_item", "parent", BASIL),
    ("line_item", "pricing", BASIL),
    ("subscription_item", "current_period_end", BASIL),
    ("subscription_item", "current_period_start", BASIL),
)


def event_in(event: Mapping[str, Any], version: str) -> Json:
    """Return a snapshot event as an endpoint of this API version gets it."""
    return {**event, "api_version": version, "data": data_in(event["data"], version)}


def data_in(data: Json, version: str) -> Json:
    """Return the ``data`` of an event in the shape of an API version: the object, and what its keys were before."""
    if not data.get("object"):
        return data
    now = in_version(data["object"], version)
    if not data.get("previous_attributes"):
        return {**data, "object": now}
    previous = data["previous_attributes"]
    was = in_version({**data["object"], **previous}, version)
    changed = {key: value for key, value in was.items() if key in previous or value != now.get(key)}
    return {**data, "object": now, "previous_attributes": changed}


def in_version(value: Any, version: str) -> Any:
    """Return an object, and those in it, in the shape of an API version, as far as the fake knows it.

    What cannot be derived from the object of today is left out: the charge and the payment intent of an invoice, the
    price of a line or an invoice item. Keys that the object has already stay as they are.

    Args:
        value: an object; other values are returned unchanged.
        version: the API version, such as ``"2024-06-20"``.
    """
    if isinstance(value, list):
        return [in_version(member, version) for member in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("object")
    gone = {key for object_type, key, since in NEW_KEYS if object_type == kind and version < since}
    old_keys = [old for old in OLD_KEYS if old.object_type == kind and version < old.until and old.key not in value]
    if gone and not gone & value.keys():
        old_keys = []  # it has the shape of an older version already
    added = {old.key: found for old in old_keys if (found := old.value(value)) is not None}
    kept = {key: in_version(inner, version) for key, inner in value.items() if key not in gone}
    return {**kept, **added}
