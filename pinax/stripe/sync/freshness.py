"""Decide which copy of an object to write: Stripe does not deliver events in order.

A snapshot that is strictly newer than the row is written as it is. If it is older, or of the same second (Stripe's
``created`` is in whole seconds), the order is in doubt: the object's current state is fetched and written instead,
unless it was already fetched after the event.

The `as_of` of a fetched copy is the time of Stripe's *response*: the copy may already include a change that happened
during the request, so the event of that change must not count as newer. A change before the *request* is included
for certain. `pinax.stripe.sync.write` refuses to write if another process has changed the row meanwhile.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from pinax.stripe import client
from pinax.stripe.conf import conf
from pinax.stripe.exceptions import AccountRefused, NoKeyForMode, NoSuchObject, RequestRefused, StripeUnreachable
from pinax.stripe.hooks import redacted_object
from pinax.stripe.models.paths import usual_path
from pinax.stripe.plain_json import storable
from pinax.stripe.sync.completion import complete
from pinax.stripe.sync.read import read

if TYPE_CHECKING:
    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.lookup import FoundRows
    from pinax.stripe.sync.snapshots import Snapshot
    from pinax.stripe.times import Asked

#: What Stripe answers to a path that does not exist, or not in the version of the API that is used.
_WRONG_PATH: Final = (400, 404, 405)


class Change(NamedTuple):
    """A snapshot to write to a row.

    Attributes:
        row: the row as it was read; None if there is none.
        snapshot: what to write; None if the row stays unchanged.
        found: the rows that the snapshot references, as far as they have been looked up.
    """

    row: StripeObject | None
    snapshot: Snapshot | None
    found: FoundRows | None = None


def settle(snapshot: Snapshot, max_pages: int | None = None) -> Change:
    """Decide what a snapshot changes; fetches the current state if the order is in doubt, and truncated lists.

    Must not be called inside a transaction.

    Args:
        snapshot: the object as the event carries it.
        max_pages: how many pages of one list to fetch at most; None: all.

    Raises:
        ListTooLong: a list has more than ``max_pages`` pages.
        StripeUnreachable: the order is in doubt or a list is truncated, and the request to Stripe failed.
    """
    change = _ordered(snapshot)
    if change.snapshot is None:
        return change
    return change._replace(snapshot=complete(change.snapshot, max_pages=max_pages))


def _ordered(snapshot: Snapshot) -> Change:
    row, found = read(snapshot)
    if conf.SYNC != "latest":
        if _is_included(snapshot, row):
            return Change(row, None)
        if _is_newer(snapshot, row) and not snapshot.is_reference:
            return Change(row, snapshot, found)
    # If signatures alone confirm events, a key is optional; and an account may have been disconnected since.
    with suppress(NoKeyForMode, AccountRefused):
        request = _request_for(snapshot)
        if request is not None:
            return Change(row, _fetch(snapshot, row, *request), found)
    is_known = snapshot.deleted if snapshot.is_reference else True
    return Change(row, snapshot if is_known and _may_follow(snapshot, row) else None, found)


def in_order(snapshot: Snapshot, row: StripeObject | None) -> Change:
    """Decide what a snapshot changes without a request to Stripe: nothing if the order is in doubt."""
    follows = _is_newer(snapshot, row) and not _is_included(snapshot, row)
    return Change(row, snapshot if follows else None)


def current(snapshot: Snapshot) -> Change | None:
    """Fetch the object's current state; None if Stripe's API cannot retrieve objects of its type.

    Its lists may be truncated. Must not be called inside a transaction.

    Raises:
        AccountRefused, NoKeyForMode, StripeUnreachable: the object could not be fetched.
    """
    request = _request_for(snapshot)
    if request is None:
        return None
    row = snapshot.row()
    return Change(row, _fetch(snapshot, row, *request))


def _is_included(snapshot: Snapshot, row: StripeObject | None) -> bool:
    """Whether the row was fetched after the snapshot: in a burst of events, only the first one causes a request."""
    return row is not None and row.fetched_at is not None and snapshot.as_of < row.fetched_at


def _is_newer(snapshot: Snapshot, row: StripeObject | None) -> bool:
    return row is None or row.as_of is None or row.as_of < snapshot.as_of


def _may_follow(snapshot: Snapshot, row: StripeObject | None) -> bool:
    """Whether to write a snapshot whose object cannot be fetched.

    The newer one wins, the last one within the same second; a deleted object stays deleted.
    """
    if row is None or _is_newer(snapshot, row):
        return True
    return row.as_of == snapshot.as_of and not row.is_deleted


def _request_for(snapshot: Snapshot) -> tuple[str, dict[str, str]] | None:
    """Return the path that retrieves the object and the path's parameters; None if there is no such path."""
    paths = snapshot.model.paths_of(snapshot.data)
    if snapshot.is_reference and not paths:
        paths = (usual_path(snapshot.data["object"]),)
    for path in paths:
        parameters = snapshot.model.path_parameters(path, snapshot.data)
        if parameters is not None:
            return path, parameters
    return None


def _fetch(snapshot: Snapshot, row: StripeObject | None, path: str, parameters: dict[str, str]) -> Snapshot | None:
    is_guess = not snapshot.model.paths_of(snapshot.data)
    try:
        answer = client.retrieve(path, parameters, snapshot.inner_scope)
    except RequestRefused as refused:
        if is_guess and refused.status in _WRONG_PATH:
            return None
        raise
    except NoSuchObject as absent:
        if is_guess:
            return None  # the path may be wrong
        # The snapshot may be older than the row, so its content is written only if there is no row.
        data = snapshot.data if row is None else snapshot.deleted_data
        return _as_fetched(snapshot, data, absent.asked, deleted=True)
    if answer.data.get("id") != snapshot.data.get("id"):
        raise StripeUnreachable(f"Stripe answered {path} with another object")
    deleted = answer.data.get("deleted") is True
    return _as_fetched(snapshot, storable(redacted_object(answer.data)), answer.asked, deleted=deleted)


def _as_fetched(snapshot: Snapshot, data: Json, asked: Asked | None, *, deleted: bool) -> Snapshot:
    as_of, fetched_at = (asked.answered_at, asked.at) if asked else (snapshot.as_of, None)
    return replace(snapshot, data=data, deleted=deleted, as_of=as_of, fetched_at=fetched_at, is_reference=False)
