"""The snapshots of a page's objects, with their complete lists; an object that fails does not stop the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinax.stripe.exceptions import RedactionFailed, StripeUnreachable, UnreadableObject
from pinax.stripe.imports.lists import listed_snapshot
from pinax.stripe.imports.stats import described
from pinax.stripe.plain_json import id_of
from pinax.stripe.sync.completion import complete

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pinax.stripe.client import Page
    from pinax.stripe.imports.lists import Listing
    from pinax.stripe.imports.rate_limiter import RateLimiter
    from pinax.stripe.imports.stats import Stats
    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.snapshots import Snapshot

#: For how many objects in a row Stripe may not answer with their lists before the whole list fails.
UNANSWERED: Final = 3


def listed_snapshots(
    listing: Listing,
    page: Page,
    objects: Sequence[Json],
    stats: Stats,
    failed: Callable[[Json], object],
) -> Iterator[Snapshot]:
    """Yield the snapshots of objects on a page, without deleted ones; one that fails is counted.

    Args:
        listing: the list.
        page: the page.
        objects: those of its objects that are wanted.
        stats: where to count failures.
        failed: called with an object for which the project's hook failed.
    """
    for data in objects:
        if data.get("deleted") is True:
            continue
        try:
            yield listed_snapshot(listing, data, page.asked)
        except (RedactionFailed, UnreadableObject) as error:
            stats.fail(f"{id_of(data) or 'an object'}: {described(error)}")
            if isinstance(error, RedactionFailed):
                failed(data)


def completed(
    snapshots: Iterable[Snapshot], limiter: RateLimiter, stats: Stats, failed: Callable[[Json], object]
) -> Iterator[Snapshot]:
    """Yield objects with their complete lists; one that cannot be completed is counted, and stays incomplete.

    Args:
        snapshots: the objects.
        limiter: how many requests per second.
        stats: where to count failures.
        failed: called with an object for which the project's hook failed.

    Raises:
        StripeUnreachable: several in a row could not be completed: nothing is wrong with the objects.
    """
    unanswered = 0
    for snapshot in snapshots:
        try:
            whole = complete(snapshot, limiter.ask)
        except RedactionFailed as error:
            stats.fail(f"{snapshot.data['id']}: {described(error)}")
            failed(snapshot.data)
            continue
        except StripeUnreachable as error:
            unanswered += 1
            if unanswered == UNANSWERED:
                raise
            stats.fail(f"{snapshot.data['id']}: incomplete: {described(error)}")
            whole = snapshot
        else:
            unanswered = 0 if whole is not snapshot else unanswered
        yield whole
