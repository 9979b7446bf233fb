"""The current discounts of subscriptions and customers; those that have ended become tombstones.

A subscription lists its discounts, as objects or as ids. In API versions before 2025-03-31 it has a single ``discount``
object, as a customer does. A discount that its owner no longer shows has ended, even if no
``customer.discount.deleted`` event was received.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils import timezone

from pinax.stripe.models import Customer, Discount, StripeObject, Subscription
from pinax.stripe.models.discount import OWNERS
from pinax.stripe.plain_json import id_of
from pinax.stripe.sync.implied import ImpliedUpdate, write_implied_updates
from pinax.stripe.sync.lookup import Belonging

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.models import Expression, QuerySet

    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.lookup import FoundRows, Target
    from pinax.stripe.sync.snapshots import Snapshot

#: Models whose objects show all of their discounts.
HAVE_DISCOUNTS: Final = (Customer, Subscription)
_PLACES: Final = ("discount", "discounts")


def discounts_in(data: Json) -> Iterator[Target]:
    """Yield the discounts in a subscription or a customer."""
    for name in _PLACES:
        value = data.get(name)
        for one in value if isinstance(value, list) else [value]:
            stripe_id = Discount.identify(Discount.as_child(one, data)) if isinstance(one, dict) else id_of(one)
            if stripe_id:
                yield Discount, stripe_id


def unexpanded_discounts(snapshot: Snapshot) -> set[Target]:
    """Return the discounts that are given as ids only; a row that has to be created for one is a stub."""
    value = snapshot.data.get("discounts")
    if snapshot.model not in HAVE_DISCOUNTS or snapshot.deleted or not isinstance(value, list):
        return set()
    return {(Discount, one) for one in value if isinstance(one, str) and one}


def shows_discounts(snapshot: Snapshot) -> bool:
    """Whether the snapshot shows all discounts of its object; a deleted object has none."""
    return snapshot.model in HAVE_DISCOUNTS and (snapshot.deleted or any(name in snapshot.data for name in _PLACES))


def current_discounts(model: type[StripeObject], owners: Collection[int] | Expression) -> QuerySet[StripeObject]:
    """Return the discounts that the local rows of these subscriptions or customers have; see `Discount.of`."""
    return Discount.all_objects.filter(Discount.of(model.stripe_object, owners), deleted_at__isnull=True)


def discounts_of(owner: StripeObject) -> Belonging:
    """Return how to read the current discounts of a subscription or a customer together with other rows."""
    model = type(owner)
    name = f"Discount of {model.__name__}"
    return Belonging(name, Discount, lambda pk: current_discounts(model, pk), owner.pk)


def owners_of_stubs(snapshot: Snapshot, owner: StripeObject, found: FoundRows) -> set[ImpliedUpdate]:
    """Return the updates that set the owner of the discount stubs that were just created."""
    column = OWNERS.get(snapshot.model.stripe_object, "") + "_id"
    return {
        ImpliedUpdate(Discount, found[target], column, owner.pk)
        for target in unexpanded_discounts(snapshot) & found.made
    }


def restore_discounts(owners: Iterable[Snapshot], found: FoundRows) -> None:
    """Restore discounts that were tombstoned too early: a fetched copy may be older than an event."""
    owners = list(owners)
    shown = {target for snapshot in owners for target in unexpanded_discounts(snapshot) if target in found.states}
    tombstones = [found[target] for target in shown if found.states[target].deleted_at]
    if tombstones:
        snapshot = owners[0]  # all snapshots have the same `as_of`
        rows = Discount.all_objects.filter(_older_than(snapshot), pk__in=tombstones)
        rows.update(deleted_at=None, as_of=snapshot.as_of, synced_at=timezone.now())


def update_discounts(snapshot: Snapshot, owner: StripeObject, found: FoundRows, *, is_new: bool) -> None:
    """Write what a subscription or a customer that has just been written says of its discounts.

    Args:
        snapshot: the owner.
        owner: its row.
        found: the rows that were looked up for it.
        is_new: its row was created just now, so no discount can have ended.
    """
    write_implied_updates(owners_of_stubs(snapshot, owner, found))
    restore_discounts([snapshot], found)
    if shows_discounts(snapshot) and not is_new:
        shown = set() if snapshot.deleted else {*discounts_in(snapshot.data)}
        if any(model is Discount for model, _ in found.keys() - shown):
            tombstone_missing_discounts({owner.pk: snapshot}, shown)


def _older_than(snapshot: Snapshot) -> Q:
    """Return the filter for discounts whose state is older than their owner's snapshot, which then decides.

    A fetched copy can be wrong if the discount was added or removed during the request. The owner's event for that
    change is then still to be processed; its order is in doubt, and the fetch that follows corrects the row.
    """
    limit = {"as_of__lte" if snapshot.fetched_at else "as_of__lt": snapshot.as_of}
    return Q(as_of__isnull=True) | Q(**limit)


def tombstone_missing_discounts(owners: dict[int, Snapshot], kept: set[Target]) -> None:
    """Tombstone the discounts that their owners no longer show, unless their rows are newer than the snapshots.

    Args:
        owners: snapshots of one model with the same `as_of`, by the primary keys of the rows they were written to.
        kept: the discounts that the owners show.
    """
    if not owners:
        return
    snapshot = next(iter(owners.values()))
    ended = current_discounts(snapshot.model, owners.keys()).exclude(stripe_id__in={stripe_id for _, stripe_id in kept})
    ended.filter(_older_than(snapshot)).update(
        deleted_at=snapshot.as_of, as_of=snapshot.as_of, synced_at=timezone.now()
    )
