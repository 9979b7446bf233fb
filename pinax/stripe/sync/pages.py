"""Stripe's lists, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe import client
from pinax.stripe.exceptions import NoSuchObject, StripeUnreachable
from pinax.stripe.plain_json import id_of
from pinax.stripe.sync.completion import SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.sync.kinds import Listing
    from pinax.stripe.sync.pace import Pace


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
        last = next(item for item in reversed(page.objects) if id_of(item))
        if last["id"] == after:
            raise StripeUnreachable(f"Stripe's list of {listing.kind.object_type} does not come to an end")
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
    if page.has_more and not any(id_of(item) for item in page.objects):
        raise StripeUnreachable(f"Stripe's answer is not a list of {listing.kind.object_type}")
    return page
