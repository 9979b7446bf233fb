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

#: Where a thin event references its object. The second one is of an event that Stripe failed to create.
#: Source: https://docs.stripe.com/webhooks/handle-irrecoverable-events
_REFERENCES: Final = ("related_object", "data.impact.related_object")


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
    reference = _reference(body)
    object_type, stripe_id = reference.get("type"), reference.get("id")
    if not isinstance(object_type, str):
        return {}
    return {"object": object_type, **({"id": stripe_id} if isinstance(stripe_id, str) else {})}


def url_in(body: Any) -> str:
    """Return the API path of the object that a thin event references; empty if it has none."""
    url = _reference(body).get("url") if is_thin(body) else None
    return url if isinstance(url, str) else ""


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


def _reference(body: Json) -> Json:
    found = (value_at(body, path) for path in _REFERENCES)
    return next((one for one in found if isinstance(one, dict)), {})


def _same_fields(before: Json, now: Json) -> Json:
    """Return the values of ``now`` for the fields that ``before`` has, in nested objects, too."""
    return {
        name: _same_fields(value, now[name]) if isinstance(value, dict) and isinstance(now[name], dict) else now[name]
        for name, value in before.items()
        if name in now
    }
