"""Fetch the rest of the lists inside an object: Stripe truncates most lists after ten items and omits some.

A list is always fetched from its first page, so that it is consistent. It may be newer than the object itself: every
change to a list has an event of its own, and processing the last of these writes the same list again.

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

    #: Runs the request for a page: directly, or with a rate limit and retries as an import does.
    RunRequest = Callable[[Callable[[], Page]], Page]

#: How many objects Stripe returns on one page at most.
SIZE: Final = 100

logger = logging.getLogger("pinax.stripe")


def complete(
    snapshot: Snapshot, run_request: RunRequest = lambda request: request(), *, max_pages: int | None = None
) -> Snapshot:
    """Return the snapshot with its lists complete; the same snapshot if no list is truncated.

    Must not be called inside a transaction. A list that cannot be fetched stays truncated, and the snapshot's
    `is_incomplete` is true.

    Args:
        snapshot: the object.
        run_request: runs the request for each page.
        max_pages: how many pages of one list to fetch at most; None: all.

    Raises:
        ListTooLong: a list has more than ``max_pages`` pages.
        RedactionFailed: the project's hook raised an error or returned an object that cannot be stored.
        StripeUnreachable: the request to Stripe failed.
    """
    data = completed(snapshot.data, snapshot, run_request, max_pages) if not snapshot.deleted else snapshot.data
    return snapshot if data is snapshot.data else replace(snapshot, data=data)


def completed(data: Json, snapshot: Snapshot, run_request: RunRequest, max_pages: int | None = None) -> Json:
    """Return an object's JSON with its lists complete; the same JSON if no list is truncated."""
    for declaration in snapshot.model.stripe_children:
        parameters = snapshot.model.path_parameters(declaration.rest, data) if declaration.is_cut(data) else None
        if parameters is None:
            continue
        try:
            members = _members(declaration, parameters, snapshot.inner_scope, run_request, max_pages)
        except (NoKeyForMode, AccountRefused, NoSuchObject, RequestRefused) as error:
            # If signatures alone confirm events, a key is optional; an account may have been disconnected; a
            # restricted key may lack the permission.
            parent = id_of(data) or snapshot.model.__name__
            logger.warning("%s: the list of its %s stays incomplete: %s", parent, declaration.name, error)
        else:
            data = declaration.completed(data, _redacted(declaration, data, members))
    return data


def _redacted(declaration: Children, data: Json, members: list[Json]) -> list[Json]:
    """Return list members after the project's redaction hook, which gets them inside their object."""
    whole = redacted_object(declaration.completed(data, members))
    return [storable(member) for member in declaration.read(whole)]


def _members(
    declaration: Children, parameters: dict[str, str], scope: Scope, run_request: RunRequest, max_pages: int | None
) -> list[Json]:
    """Fetch all members of a list."""
    members: list[Json] = []
    number = 0
    while True:
        if number == max_pages:
            raise ListTooLong(f"more than {number * SIZE} {declaration.name}: left to stripe_process")
        query = {"limit": str(SIZE)}
        if members:
            query["starting_after"] = members[-1]["id"]
        try:
            page = run_request(lambda query=query: client.page(declaration.rest, parameters, query, scope))  # type: ignore[misc]  # same names
        except NoSuchObject as error:
            if not members:
                raise
            raise StripeUnreachable(f"{declaration.name} changed while they were listed") from error
        if not all(id_of(item) for item in page.objects) or (page.has_more and not page.objects):
            raise StripeUnreachable(f"Stripe's answer is not a list of {declaration.name}")
        if page.has_more and page.objects[-1]["id"] in {item["id"] for item in members}:
            raise StripeUnreachable(f"Stripe's list of {declaration.name} does not end: a page repeats an object")
        members += page.objects
        number += 1
        if not page.has_more:
            return members
