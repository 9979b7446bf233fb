"""Complete the lists inside an object: Stripe cuts them, most of them after ten, and leaves some out altogether.

A list is asked for from its beginning, so that all of it is of one moment. That is later than the object's own moment:
whatever changes a list has an event of its own, and the last of these brings the same list again.

Source: https://docs.stripe.com/api/pagination
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pinax.stripe import client
from pinax.stripe.exceptions import (
    AccountRefused,
    ListTooLong,
    NoKeyForMode,
    NoSuchObject,
    RequestRefused,
    StripeUnreachable,
)
from pinax.stripe.hooks import redacted_object
from pinax.stripe.plain_json import id_of, storable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinax.stripe.client import Page
    from pinax.stripe.models.children import Children
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope
    from pinax.stripe.sync.snapshots import Snapshot

    #: How a page is asked for: at once, or paced and repeated as an import does.
    Ask = Callable[[Callable[[], Page]], Page]

#: How many objects a page holds at most.
SIZE: Final = 100

logger = logging.getLogger("pinax.stripe")


def complete(snapshot: Snapshot, ask: Ask = lambda question: question(), *, most_pages: int | None = None) -> Snapshot:
    """Return a snapshot with the whole of its own lists; the same one if nothing is cut. Never inside a transaction.

    A list that nobody can be asked for stays as it is, and the snapshot says `is_incomplete`.

    Args:
        snapshot: the object.
        ask: how a page is asked for.
        most_pages: how many pages one list may take; None: all that it has.

    Raises:
        ListTooLong: a list has more pages than that.
        RedactionFailed: the project's hook does not let the object be kept.
        StripeUnreachable: Stripe could not be asked.
    """
    data = completed(snapshot.data, snapshot, ask, most_pages) if not snapshot.deleted else snapshot.data
    return snapshot if data is snapshot.data else replace(snapshot, data=data)


def completed(data: Json, snapshot: Snapshot, ask: Ask, most_pages: int | None = None) -> Json:
    """Return an object's JSON with the whole of its lists, the same one if nothing is cut."""
    for declaration in snapshot.model.stripe_children:
        places = snapshot.model.places_in(declaration.rest, data) if declaration.is_cut(data) else None
        if places is None:
            continue
        try:
            members = _members(declaration, places, snapshot.seen_in, ask, most_pages)
        except (NoKeyForMode, AccountRefused, NoSuchObject, RequestRefused) as error:
            # By signature alone, no key is needed; an account may have disconnected; a key may lack the permission.
            whose = id_of(data) or snapshot.model.__name__
            logger.warning("%s: the list of its %s stays incomplete: %s", whose, declaration.name, error)
        else:
            data = declaration.completed(data, _redacted(declaration, data, members))
    return data


def _redacted(declaration: Children, data: Json, members: list[Json]) -> list[Json]:
    """Return listed members as the project keeps them: its hook sees them inside their object, and only them."""
    whole = redacted_object(declaration.completed(data, members))
    return [storable(member) for member in declaration.read(whole)]


def _members(
    declaration: Children, places: dict[str, str], scope: Scope, ask: Ask, most_pages: int | None
) -> list[Json]:
    members: list[Json] = []
    number = 0
    while True:
        if number == most_pages:
            raise ListTooLong(f"more than {number * SIZE} {declaration.name}: left to stripe_process")
        query = {"limit": str(SIZE)}
        if members:
            query["starting_after"] = members[-1]["id"]
        try:
            page = ask(lambda query=query: client.page(declaration.rest, places, query, scope))  # type: ignore[misc]  # same names
        except NoSuchObject as gone:
            if not members:
                raise
            raise StripeUnreachable(f"{declaration.name} changed while they were listed") from gone
        if not all(id_of(item) for item in page.objects) or (page.has_more and not page.objects):
            raise StripeUnreachable(f"Stripe's answer is not a list of {declaration.name}")
        if page.has_more and page.objects[-1]["id"] in {item["id"] for item in members}:
            raise StripeUnreachable(f"Stripe's list of {declaration.name} does not come to an end")
        members += page.objects
        number += 1
        if not page.has_more:
            return members
