"""The common keys of Stripe objects: id, type, creation time, mode."""

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pinax.stripe.testing.ids import id_of_type

#: Stripe's own JSON.
Json = dict[str, Any]

#: Objects without ``id``.
IDLESS: Final = frozenset(
    {
        "balance",
        "balance_settings",
        "billing.alert_triggered",
        "billing.meter_event",
        "cash_balance",
        "entitlements.active_entitlement_summary",
        "tax.settings",
    }
)

#: Objects without ``livemode``.
MODELESS: Final = frozenset(
    {
        "account",
        "application",
        "balance_settings",
        "balance_transaction",
        "bank_account",
        "capability",
        "card",
        "country_spec",
        "discount",
        "exchange_rate",
        "fee_refund",
        "file",
        "item",
        "person",
        "refund",
        "subscription_item",
        "tax_code",
        "transfer_reversal",
    }
)

#: Objects without ``created``.
UNDATED: Final = (IDLESS - {"billing.alert_triggered", "billing.meter_event"}) | {
    "application",
    "bank_account",
    "billing.alert",
    "billing.feedback_option",
    "capability",
    "card",
    "climate.supplier",
    "country_spec",
    "credit_note_line_item",
    "discount",
    "entitlements.active_entitlement",
    "entitlements.feature",
    "exchange_rate",
    "financial_connections.authorization",
    "financial_connections.session",
    "financial_connections.transaction",
    "invoiceitem",
    "issuing.physical_bundle",
    "item",
    "line_item",
    "mandate",
    "payment_link",
    "payment_method_configuration",
    "product_catalog.trial_offer",
    "reporting.report_type",
    "tax.calculation",
    "tax.location",
    "tax_code",
    "terminal.configuration",
    "terminal.location",
    "terminal.reader",
}


def plain(body: Mapping[str, Any], **mode: bool) -> Json:
    """Return a deep copy of ``body`` as the JSON that Stripe would send.

    Args:
        body: what JSON can say, and nothing else.
        mode: ``livemode=…``, which every object inside then says too, where it says one at all.

    Raises:
        TypeError: a datetime, a Decimal or another value that JSON does not have.
    """

    def in_mode(part: Json) -> Json:
        return part | mode if "object" in part and "livemode" in part else part

    copy: Json = json.loads(json.dumps(body), object_hook=in_mode)
    return copy


def this_second() -> int:
    """Return the current time in Unix seconds, as in Stripe's timestamps."""
    return int(time.time())


def as_decimal(amount: int | None) -> str | None:
    """Return an amount in minor units as in Stripe's ``*_decimal`` keys."""
    return None if amount is None else str(amount)


def make(object_type: str, over: Mapping[str, Any], **fields: Any) -> Json:
    """Return an object of ``object_type`` with ``fields``, overridden by ``over``."""
    body: Json = {"object": object_type}
    if object_type not in IDLESS:
        body["id"] = over.get("id") or id_of_type(object_type)
    if object_type not in UNDATED:
        body["created"] = this_second()
    if object_type not in MODELESS:
        body["livemode"] = False
    return plain(body | fields | dict(over))


def list_of(members: Iterable[Mapping[str, Any]], url: str) -> Json:
    """Return Stripe's list object, complete, as objects carry it for their children."""
    data = [dict(member) for member in members]
    return {"object": "list", "data": data, "has_more": False, "total_count": len(data), "url": url}
