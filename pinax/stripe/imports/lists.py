"""The types of objects that can be imported, and the pages of their lists."""

from __future__ import annotations

from dataclasses import replace
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, NamedTuple

from pinax.stripe import client
from pinax.stripe.exceptions import NoSuchObject, StripeUnreachable, UnreadableObject
from pinax.stripe.hooks import redacted_object
from pinax.stripe.models import OtherObject, StripeObject, model_of, object_models
from pinax.stripe.models.paths import LISTED
from pinax.stripe.plain_json import id_of, storable
from pinax.stripe.platforms import connected_account_of
from pinax.stripe.sync.completion import SIZE
from pinax.stripe.sync.snapshots import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pinax.stripe.client import Page
    from pinax.stripe.imports.rate_limiter import RateLimiter
    from pinax.stripe.models.base import StripeList
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope
    from pinax.stripe.times import Asked


class ObjectType(NamedTuple):
    """A type of Stripe's objects, and its model."""

    object_type: str
    model: type[StripeObject]


class Listing(NamedTuple):
    """One of Stripe's lists.

    Attributes:
        kind: the type of its objects.
        scope: the account and the mode.
        source: the path, and how it can be filtered.
        since: objects created before this time, in Unix seconds, are left out; 0: none are.
    """

    kind: ObjectType
    scope: Scope
    source: StripeList
    since: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether it lists every object of its type, account and mode: what is missing in it may be deleted."""
        return not self.since and self.scope.stripe_account == self.kind.model.home_of(self.scope)


def object_types() -> list[ObjectType]:
    """Return every object type that has a typed model and a list, in the order in which they are imported.

    A model comes after those that it refers to, so that few stubs are inserted. References that are named ``"+"`` do
    not count: they refer back, as an invoice's payment does to the invoice's last charge.
    """
    models = sorted((model for model in object_models() if _is_listed(model)), key=_name)
    parents = {model: [parent for parent in models if parent in _parents(model)] for model in models}
    return [ObjectType(model.stripe_object, model) for model in TopologicalSorter(parents).static_order()]


def _is_listed(model: type[StripeObject]) -> bool:
    return model is not OtherObject and (model.stripe_list is not None or model.stripe_object in LISTED)


def _name(model: type[StripeObject]) -> str:
    return model.__name__


def _parents(model: type[StripeObject]) -> set[type[StripeObject]]:
    return {
        reference.related_model
        for reference in model.references()
        if reference.remote_field.related_name != "+" and reference.related_model is not model
    }


def object_type_named(name: str) -> ObjectType | None:
    """Return what ``"Customer"``, ``"customer"`` or ``"billing.meter"`` names; None if there is no such type."""
    for model in object_models():
        if name and name.lower() in {model.__name__.lower(), model.stripe_object} and model is not OtherObject:
            return ObjectType(model.stripe_object, model)
    return ObjectType(name, OtherObject) if name in LISTED else None


def listing(kind: ObjectType, scope: Scope, since: int = 0) -> Listing | None:
    """Return the list of objects of a type; None if Stripe has none.

    If Stripe cannot filter a list by date, ``since`` is ignored.
    """
    source = kind.model.list_of(kind.object_type, connected_account_of(scope))
    if source is None:
        return None
    return Listing(kind, scope, source, since if source.by_created else 0)


def object_type_of(row: StripeObject) -> ObjectType:
    """Return the object type of a row."""
    model = type(row)
    return ObjectType(model.stripe_object or getattr(row, "object_type", ""), model)


def pages(listing: Listing, limiter: RateLimiter, after: str = "", reached: int | None = None) -> Iterator[client.Page]:
    """Yield the pages of a list, the newest first. Never inside a transaction.

    Args:
        listing: the list.
        limiter: how many requests per second.
        after: the object to start after; empty: from the top.
        reached: when that was created, in Unix seconds: where to resume if it is deleted. Without it, or if Stripe
            cannot filter the list by date, the list starts over.

    Raises:
        NoSuchObject, AccountRefused, StripeUnreachable: Stripe does not return the list.
    """
    until: int | None = None
    while True:
        try:
            page = limiter.ask(lambda after=after, until=until: _page(listing, after, until))  # type: ignore[misc]  # same names
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


def thin_event_pages(scope: Scope, limiter: RateLimiter, since: datetime, types: Sequence[str]) -> Iterator[Page]:
    """Yield the pages of the list of thin events, the newest first. Never inside a transaction.

    Args:
        scope: the account and mode.
        limiter: how many requests per second.
        since: events created before this time are left out.
        types: Stripe's names of the event types to list, at most 20; empty: all.

    Raises:
        NoSuchObject, AccountRefused, RequestRefused, StripeUnreachable: Stripe does not return the list.

    Source: https://docs.stripe.com/api/v2/core/events/list
    """
    query = {"limit": str(SIZE), "created[gte]": since.isoformat().replace("+00:00", "Z")}
    query |= {f"types[{number}]": kind for number, kind in enumerate(types)}
    while True:
        page = limiter.ask(lambda query=query: client.page("/v2/core/events", {}, query, scope))  # type: ignore[misc]  # same names
        yield page
        if not page.has_more:
            return
        if page.next_query == query:
            raise StripeUnreachable("Stripe's list of thin events does not come to an end")
        query = dict(page.next_query)


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


def listed_snapshot(listing: Listing, data: Json, asked: Asked) -> Snapshot:
    """Return an object on a page of a list as it was when the page was requested.

    Raises:
        RedactionFailed: the project's hook failed.
        UnreadableObject: it is not of the list's type, or of the other mode.
    """
    model = model_of(data)
    if not id_of(data):
        raise UnreadableObject(f"Stripe listed something without an id among objects of {listing.kind.object_type}")
    if model is not listing.kind.model or data.get("object") != listing.kind.object_type:
        raise UnreadableObject(f"Stripe listed a {data.get('object')} among objects of {listing.kind.object_type}")
    if data.get("livemode") is (not listing.scope.livemode):
        raise UnreadableObject(f"Stripe listed {data['id']}, which is of the other mode")
    # What is inside an Account belongs to it, not to the platform that lists it.
    scope = listing.scope if model.kept_by_account else replace(listing.scope, stripe_account=data["id"])
    return Snapshot(storable(redacted_object(data)), model, scope, asked.answered_at, fetched_at=asked.at)
