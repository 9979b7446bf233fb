"""State without order: which copy of an object is to be written, where Stripe promises no order.

A snapshot strictly newer than the row is written as it is. Older, or of the same second (Stripe's ``created`` has
whole ones): order is in doubt, and the object's current state is fetched instead, unless it has been since.

A fetched copy is as of the moment of Stripe's *answer*: an event that happened between our question and that answer
may be in the copy already, and must not pass for newer. What happened before the *question* is in it for certain.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pinax.stripe import client
from pinax.stripe.conf import conf
from pinax.stripe.exceptions import AccountRefused, NoKeyForMode, NoSuchObject, StripeUnreachable
from pinax.stripe.hooks import redacted_object
from pinax.stripe.plain_json import storable
from pinax.stripe.sync.completion import complete

if TYPE_CHECKING:
    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.snapshots import Snapshot
    from pinax.stripe.times import Asked


class Change(NamedTuple):
    """What is to be written over what: ``row`` as it was when we looked (None: no row), ``snapshot`` None: nothing."""

    row: StripeObject | None
    snapshot: Snapshot | None


def settle(snapshot: Snapshot, most_pages: int | None = None) -> Change:
    """Decide what a snapshot changes; asks Stripe for the current state if order is in doubt, and for cut lists.

    Never called inside a transaction.

    Args:
        snapshot: the object as an event carries it.
        most_pages: how many pages of one list may be waited for; None: all that it has.

    Raises:
        ListTooLong: a list has more pages than that.
        StripeUnreachable: order is in doubt or a list is cut, and Stripe could not be asked.
    """
    change = _ordered(snapshot)
    if change.snapshot is None:
        return change
    return change._replace(snapshot=complete(change.snapshot, most_pages=most_pages))


def _ordered(snapshot: Snapshot) -> Change:
    row = snapshot.row()
    if conf.SYNC != "latest":
        if _is_in(snapshot, row):
            return Change(row, None)
        if _is_newer(snapshot, row):
            return Change(row, snapshot)
    # By signature alone, no key is needed; and an account may have disconnected since. Then nobody can be asked.
    with suppress(NoKeyForMode, AccountRefused):
        request = _request_for(snapshot)
        if request is not None:
            return Change(row, _fetch(snapshot, row, *request))
    return Change(row, snapshot if _may_follow(snapshot, row) else None)


def in_order(snapshot: Snapshot, row: StripeObject | None) -> Change:
    """Decide what a snapshot changes without asking Stripe: nothing if order is in doubt."""
    follows = _is_newer(snapshot, row) and not _is_in(snapshot, row)
    return Change(row, snapshot if follows else None)


def current(snapshot: Snapshot) -> Change | None:
    """Fetch the object's current state, in doubt or not; None where Stripe does not give it by itself.

    Its lists may be cut. Never called inside a transaction.

    Raises:
        AccountRefused, NoKeyForMode, StripeUnreachable: Stripe could not be asked.
    """
    request = _request_for(snapshot)
    if request is None:
        return None
    row = snapshot.row()
    return Change(row, _fetch(snapshot, row, *request))


def _is_in(snapshot: Snapshot, row: StripeObject | None) -> bool:
    """Whether the row holds a state that was fetched after the snapshot: of a burst, only the first event asks."""
    return row is not None and row.fetched_at is not None and snapshot.as_of < row.fetched_at


def _is_newer(snapshot: Snapshot, row: StripeObject | None) -> bool:
    return row is None or row.as_of is None or row.as_of < snapshot.as_of


def _may_follow(snapshot: Snapshot, row: StripeObject | None) -> bool:
    """Where Stripe cannot be asked for an object by itself: newest wins, in one second the last, gone stays gone."""
    if row is None or _is_newer(snapshot, row):
        return True
    return row.as_of == snapshot.as_of and not row.is_deleted


def _request_for(snapshot: Snapshot) -> tuple[str, dict[str, str]] | None:
    """Return the path that retrieves the object, and what fills its braces; None where there is no such path."""
    for path in snapshot.model.paths_of(snapshot.data):
        places = snapshot.model.places_in(path, snapshot.data)
        if places is not None:
            return path, places
    return None


def _fetch(snapshot: Snapshot, row: StripeObject | None, path: str, places: dict[str, str]) -> Snapshot:
    try:
        answer = client.retrieve(path, places, snapshot.seen_in)
    except NoSuchObject as absent:
        # Nothing newer than the row is to be had: an old snapshot's content is none.
        data = snapshot.data if row is None else snapshot.remains
        return _as_fetched(snapshot, data, absent.asked, deleted=True)
    if answer.data.get("id") != snapshot.data.get("id"):
        raise StripeUnreachable(f"Stripe answered {path} with another object")
    gone = answer.data.get("deleted") is True
    return _as_fetched(snapshot, storable(redacted_object(answer.data)), answer.asked, deleted=gone)


def _as_fetched(snapshot: Snapshot, data: Json, asked: Asked | None, *, deleted: bool) -> Snapshot:
    as_of, fetched_at = (asked.answered_at, asked.at) if asked else (snapshot.as_of, None)
    return replace(snapshot, data=data, deleted=deleted, as_of=as_of, fetched_at=fetched_at)
