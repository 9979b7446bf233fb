"""Stripe's list of thin events, as far as they concern the project."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pinax.stripe.catalog import CATALOG
from pinax.stripe.imports.lists import thin_event_pages
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations.endpoints.needs import thin_only

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinax.stripe.client import Page
    from pinax.stripe.imports.rate_limiter import RateLimiter
    from pinax.stripe.scope import Scope

#: By how many types Stripe can filter a list of events.
MOST_TYPES: Final = 20


def listed_thin_events(scope: Scope, limiter: RateLimiter, since: int, types: Sequence[str]) -> Iterator[Page]:
    """Return the pages of thin events since a time; none if thin events do not concern the project.

    They do if Stripe has delivered some of this account and mode, or if a receiver is connected to a type that is only
    sent so. Stripe lists thin events whether or not they are delivered; without this, a project that receives snapshot
    events would get all its events a second time, and types that it never subscribed to.

    Args:
        scope: the account and mode.
        limiter: how many requests per second.
        since: in Unix seconds.
        types: event types or patterns; more are listed if Stripe cannot filter by them.
    """
    known = Event.objects.filter(thin_id__isnull=False, **scope.columns)
    # Asked here: the pages may be requested in a thread that has no connection to the database.
    if not (thin_only() or from_primary(known).exists()):
        return iter(())
    names = [_name_of(kind) for kind in types] if is_filter(types) else []
    return thin_event_pages(scope, limiter, datetime.fromtimestamp(since, tz=UTC), names)


def is_filter(types: Sequence[str]) -> bool:
    """Return whether Stripe can filter a list of events by these types: there are some, not too many, no patterns."""
    return 0 < len(types) <= MOST_TYPES and not any("*" in kind for kind in types)


def _name_of(kind: str) -> str:
    """Return Stripe's name of the thin event of a type."""
    row = CATALOG.get(kind)
    return row.thin_name if row else kind
