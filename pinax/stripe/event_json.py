"""Read an event's JSON, which may be a snapshot event or a thin event.

A snapshot event contains its object, in ``data.object``. A thin event only references it, in ``related_object``; the
copy from Stripe's API also has the changed values, in ``changes``. If Stripe has made both for the same occurrence, the
thin event names the other one in ``snapshot_event``: they are twins.

Source: https://docs.stripe.com/api/events/object and https://docs.stripe.com/api/v2/core/events/object
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pinax.stripe.plain_json import value_at

if TYPE_CHECKING:
    from pinax.stripe.plain_json import Json

SNAPSHOT: Final = "event"
THIN: Final = "v2.core.event"


def is_thin(body: Any) -> bool:
    """Whether an event's JSON is a thin event."""
    return isinstance(body, dict) and body.get("object") == THIN


def object_in(body: Any) -> Json:
    """Return the object in an event, empty if there is none.

    Of a thin event, it is the object's ``object`` and, unless there is one for each account, its ``id``.
    """
    if not is_thin(body):
        found = value_at(body, "data.object")
        return found if isinstance(found, dict) else {}
    return object_of(body.get("related_object"))


def object_of(reference: Any) -> Json:
    """Return the ``object`` and the ``id`` of the object that ``{"type": ..., "id": ..., "url": ...}`` references."""
    object_type, stripe_id = value_at(reference, "type"), value_at(reference, "id")
    if not isinstance(object_type, str):
        return {}
    return {"object": object_type, **({"id": stripe_id} if isinstance(stripe_id, str) else {})}


def changes_in(body: Any) -> Json:
    """Return the changed values of an event's object, as ``{"before": {...}, "after": {...}}``.

    Each of the two is empty if there is no such value, as ``before`` of a new object.
    """
    if is_thin(body):
        before, after = value_at(body, "changes.before"), value_at(body, "changes.after")
    else:
        before = value_at(body, "data.previous_attributes")
        after = _same_fields(before, object_in(body)) if isinstance(before, dict) else {}
    return {
        "before": before if isinstance(before, dict) else {},
        "after": after if isinstance(after, dict) else {},
    }


def _same_fields(before: Json, now: Json) -> Json:
    """Return the values of ``now`` for the fields that ``before`` has, in nested objects, too."""
    return {
        name: _same_fields(value, now[name]) if isinstance(value, dict) and isinstance(now[name], dict) else now[name]
        for name, value in before.items()
        if name in now
    }
