"""Stripe's lists, page by page, each object with the whole of its own lists."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pinax.stripe import client
from pinax.stripe.exceptions import NoSuchObject, StripeUnreachable
from pinax.stripe.plain_json import id_of, place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.models.fields import Children
    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.kinds import Listing
    from pinax.stripe.sync.pace import Pace

#: How many objects a page holds at most.
SIZE: Final = 100


def pages(listing: Listing, pace: Pace, after: str = "", reached: int | None = None) -> Iterator[client.Page]:
    """Yield the pages of a list, the newest first. Never inside a transaction.

    Args:
        listing: the list.
        pace: how fast to ask.
        after: the object to start after; empty: from the top.
        reached: when that was created, in Unix seconds: where to go on should it be gone. Without it, or where the
            list cannot be narrowed, the list starts over.

    Raises:
        NoSuchObject, AccountRefused, StripeUnreachable: Stripe does not give the list.
    """
    until: int | None = None
    while True:
        try:
            page = pace.ask(lambda after=after, until=until: _page(listing, after, until))  # type: ignore[misc]  # same names
        except NoSuchObject:
            if not after:
                raise
            after, until = "", reached
            continue
        yield page
        if not page.has_more:
            return
        last = page.objects[-1]
        after, until, created = last["id"], None, last.get("created")
        reached = created if isinstance(created, int) else None


def _page(listing: Listing, after: str, until: int | None) -> client.Page:
    query: dict[str, str] = {}
    if listing.source.in_pages:
        query["limit"] = str(SIZE)
        if after:
            query["starting_after"] = after
    if listing.source.by_created:
        bounds = {"created[gte]": listing.since or None, "created[lte]": until}
        query.update({name: str(bound) for name, bound in bounds.items() if bound is not None})
    account = listing.scope.stripe_account
    page = client.page(listing.source.path, {"account": account} if account else {}, query, listing.scope)
    if not all(id_of(item) for item in page.objects) or (page.has_more and not page.objects):
        raise StripeUnreachable(f"Stripe's answer is no list of {listing.kind.object_type}")
    return page


def complete(data: Json, listing: Listing, pace: Pace) -> None:
    """Add to an object's own lists what Stripe left out of them."""
    for declaration in listing.kind.model.stripe_children:
        holder = place(data, declaration.path.rpartition(".")[0])
        if declaration.rest and isinstance(holder, dict) and holder.get("has_more") and declaration.read(data):
            with suppress(NoSuchObject):  # the object is gone meanwhile, or the last one shown: an event will tell
                _add_rest(holder, declaration, data["id"], listing, pace)


def _add_rest(holder: Json, declaration: Children, identifier: str, listing: Listing, pace: Pace) -> None:
    found: list[Json] = list(holder["data"])
    has_more = True
    while has_more:
        query = {"limit": str(SIZE), "starting_after": str(found[-1].get("id"))}
        page = pace.ask(
            lambda query=query: client.page(  # type: ignore[misc]  # the same query
                declaration.rest, {"id": identifier}, query, listing.scope
            )
        )
        if page.has_more and not page.objects:
            raise StripeUnreachable(f"Stripe's answer is no list of {declaration.name}")
        found += page.objects
        has_more = page.has_more
    holder.update(data=found, has_more=False)
