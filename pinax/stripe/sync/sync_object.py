"""Write the row of an object that a project has just received from Stripe's API, without an event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from pinax.stripe.exceptions import ConcurrentUpdate, UnreadableObject
from pinax.stripe.hooks import redacted_object
from pinax.stripe.models.primary import primary
from pinax.stripe.plain_json import id_of
from pinax.stripe.retries import retry
from pinax.stripe.sync.completion import complete
from pinax.stripe.sync.freshness import Change, current, in_order, settle
from pinax.stripe.sync.snapshots import snapshot_of
from pinax.stripe.sync.write import write
from pinax.stripe.times import Asked, from_http_date

if TYPE_CHECKING:
    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope
    from pinax.stripe.sync.snapshots import Snapshot


def sync_object(data: Any, scope: Scope, *, asked: Asked | None = None) -> StripeObject:
    """Write the row of an object that the API has returned after it was created, updated, retrieved or deleted.

    The same rules apply as for events: an object that is newer than its row is written as it is; if the order is in
    doubt, its current state is fetched. No receiver is called, because Stripe also sends an event for the change.

    Inside a transaction, no request is sent to Stripe: if the order is in doubt, the row stays unchanged until the
    event is processed, and an object with a truncated list is written as `incomplete`.

    Args:
        data: the object, as stripe-python returns it or as plain JSON. The time of the response is read from the
            response that stripe-python attaches to the object.
        scope: the account and mode of the request.
        asked: when the request was sent and answered, if ``data`` has no response. If neither is known and there is a
            row already, the object's current state is fetched.

    Returns:
        the current row; a tombstone if the object is deleted.

    Raises:
        AccountRefused, NoKeyForMode: the order is in doubt, and no key can be used for that account or mode.
        ConcurrentUpdate: other processes kept writing the same row.
        UnreadableObject: ``data`` is not a Stripe object, or it is a list of objects.
        RedactionFailed: the project's hook raised an error or returned an object that cannot be stored.
        StripeUnreachable: the order is in doubt or a list is truncated, and the request to Stripe failed.
    """
    answered_at = asked.answered_at if asked else _answered_at(data)
    kept = redacted_object(_plain(data))
    snapshot = snapshot_of(kept, scope, answered_at or timezone.now())
    if not snapshot.model.kept_by_account:  # the objects inside an account belong to it
        snapshot = replace(snapshot, scope=replace(scope, stripe_account=snapshot.key["stripe_id"]))
    may_ask = not transaction.get_connection(primary(snapshot.model)).in_atomic_block
    if asked and (may_ask or not snapshot.is_incomplete):
        snapshot = replace(snapshot, fetched_at=asked.at)
    return _written(snapshot, is_dated=answered_at is not None, may_ask=may_ask)


@retry(lambda error: isinstance(error, ConcurrentUpdate))
def _written(snapshot: Snapshot, *, is_dated: bool, may_ask: bool) -> StripeObject:
    change = _change(snapshot, is_dated=is_dated, may_ask=may_ask)
    with transaction.atomic(primary(snapshot.model)):
        row = write(change)
    assert row is not None  # noqa: S101  (the row exists or was created; this is for the type checker)
    return row


def _change(snapshot: Snapshot, *, is_dated: bool, may_ask: bool) -> Change:
    row = snapshot.row()
    if row is None or row.is_stub or is_dated:
        return settle(snapshot) if may_ask else in_order(snapshot, row)
    change = current(snapshot) if may_ask else None
    if change is None or change.snapshot is None:
        return Change(row, None)
    return change._replace(snapshot=complete(change.snapshot))


def _plain(data: Any) -> Json:
    """Return an object as plain JSON.

    Raises:
        UnreadableObject: ``data`` is not a Stripe object.
    """
    if not isinstance(data, Mapping) and hasattr(data, "to_dict"):
        data = data.to_dict(for_json=True)  # since stripe-python 15; before, its objects were dictionaries
    if not isinstance(data, Mapping) or not isinstance(data.get("object"), str):
        raise UnreadableObject(f'{type(data).__name__} is not a Stripe object: it has no "object"')
    if data["object"] == "list":
        raise UnreadableObject("this is a list of objects: call sync_object() for each object in its data")
    if data.get("deleted") is True and not id_of(data):
        raise UnreadableObject("a deleted object must have an id")
    plain: Json = json.loads(json.dumps(data, default=str))  # nested objects may be stripe-python's
    return plain


def _answered_at(data: Any) -> Any:
    """Return the time of the response that stripe-python attaches to an object; None if it has none."""
    headers = getattr(getattr(data, "last_response", None), "headers", None) or {}
    return from_http_date(next((value for name, value in headers.items() if name.lower() == "date"), None))
