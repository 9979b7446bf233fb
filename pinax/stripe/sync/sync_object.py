"""Write the row of an object that a project has just got from Stripe's API; no event is needed."""

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
    """Write the row of an object that the API has answered with: one that was created, changed, read or deleted.

    The rules of order are those of events: an answer that is newer than the row is written as it is; if that is in
    doubt, the object's current state is fetched. No receiver is called; Stripe sends an event of the change, too.

    Inside a transaction Stripe is not asked: if order is in doubt, the row stays as it is until the event comes, and
    an object with a cut list is written as `incomplete`.

    Args:
        data: the object, as stripe-python returns it or as plain JSON. When Stripe answered is read from the
            response that stripe-python keeps with it.
        scope: the account and the mode that it was asked for in.
        asked: when Stripe was asked and answered, if ``data`` does not say so. Without either, the object's current
            state is fetched if there is a row already.

    Returns:
        the row as it is now; a tombstone if the object is deleted.

    Raises:
        AccountRefused, NoKeyForMode: order is in doubt, and our key cannot be used for that account or mode.
        ConcurrentUpdate: others keep writing the same row.
        UnreadableObject: it is not an object of Stripe's, or it is a list of objects.
        RedactionFailed: the project's hook does not let it be kept.
        StripeUnreachable: order is in doubt or a list is cut, and Stripe could not be asked.
    """
    answered_at = asked.answered_at if asked else _answered_at(data)
    kept = redacted_object(_plain(data))
    snapshot = snapshot_of(kept, scope, answered_at or timezone.now())
    if not snapshot.model.kept_by_account:  # what is inside an account belongs to it
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
    assert row is not None  # noqa: S101  (there was one, or one was made; this is for the type checker)
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
        UnreadableObject: it is not one.
    """
    if not isinstance(data, Mapping) and hasattr(data, "to_dict"):
        data = data.to_dict(for_json=True)  # stripe-python from 15 on; before, its objects are dictionaries
    if not isinstance(data, Mapping) or not isinstance(data.get("object"), str):
        raise UnreadableObject(f'{type(data).__name__} is not an object of Stripe\'s: it has no "object"')
    if data["object"] == "list":
        raise UnreadableObject("this is a list of objects: call sync_object() for each of its data")
    if data.get("deleted") is True and not id_of(data):
        raise UnreadableObject("a deleted object has an id")
    plain: Json = json.loads(json.dumps(data, default=str))  # what is inside may be objects of stripe-python's, too
    return plain


def _answered_at(data: Any) -> Any:
    """Return when Stripe answered, from the response that stripe-python keeps with an object; None without one."""
    headers = getattr(getattr(data, "last_response", None), "headers", None) or {}
    return from_http_date(next((value for name, value in headers.items() if name.lower() == "date"), None))
