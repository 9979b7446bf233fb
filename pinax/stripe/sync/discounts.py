"""The discounts of subscriptions and customers: which they have, and which they have no longer.

A subscription lists its discounts, as objects or as ids; in API versions before 2025-03-31 it held one as a whole, as a
customer does. One that is not shown any more is gone, whether or not ``customer.discount.deleted`` has come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils import timezone

from pinax.stripe.models import Customer, Discount, StripeObject, Subscription
from pinax.stripe.models.discount import OWNERS
from pinax.stripe.plain_json import id_of
from pinax.stripe.sync.implied import Fact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.models import QuerySet

    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.mapping import Found, Target
    from pinax.stripe.sync.snapshots import Snapshot

#: Models whose objects show all the discounts that they have.
_HAVE_DISCOUNTS: Final = (Customer, Subscription)
_PLACES: Final = ("discount", "discounts")


def shown_in(data: Json) -> Iterator[Target]:
    """Yield the discounts that a subscription or a customer shows."""
    for name in _PLACES:
        value = data.get(name)
        for one in value if isinstance(value, list) else [value]:
            stripe_id = Discount.identify(Discount.as_child(one, data)) if isinstance(one, dict) else id_of(one)
            if stripe_id:
                yield Discount, stripe_id


def named_in(snapshot: Snapshot) -> set[Target]:
    """Return the discounts that are shown by their ids only; their rows are stubs until more is known."""
    value = snapshot.data.get("discounts")
    if snapshot.model not in _HAVE_DISCOUNTS or snapshot.deleted or not isinstance(value, list):
        return set()
    return {(Discount, one) for one in value if isinstance(one, str) and one}


def says_which(snapshot: Snapshot) -> bool:
    """Whether it says which discounts the object has, if any; what is deleted has none."""
    has_any = any(name in snapshot.data for name in _PLACES)
    return snapshot.model in _HAVE_DISCOUNTS and (has_any or snapshot.deleted)


def standing(model: type[StripeObject], owners: Collection[int]) -> QuerySet[StripeObject]:
    """The discounts that these subscriptions or customers have, as far as our rows know."""
    return Discount.all_objects.filter(Discount.of(model.stripe_object, owners), deleted_at__isnull=True)


def link_made(snapshot: Snapshot, owner: StripeObject, found: Found) -> set[Fact]:
    """Return what the stubs that were just made for discounts are to say: whose they are."""
    column = OWNERS.get(snapshot.model.stripe_object, "") + "_id"
    return {Fact(Discount, found[target], column, owner.pk) for target in named_in(snapshot) & found.made}


def revive_named(owners: Iterable[Snapshot], found: Found) -> None:
    """Bring back the discounts that were taken for gone too early: a fetched copy may be older than an event."""
    owners = list(owners)
    named = {target for snapshot in owners for target in named_in(snapshot) if target in found.states}
    gone = [found[target] for target in named if found.states[target].deleted_at]
    if gone:
        snapshot = owners[0]  # all of them are as of one moment
        rows = Discount.all_objects.filter(_known_before(snapshot), pk__in=gone)
        rows.update(deleted_at=None, as_of=snapshot.as_of, synced_at=timezone.now())


def _known_before(snapshot: Snapshot) -> Q:
    """The filter for rows that an owner's copy decides on: whether it has a discount, it knows best itself.

    If a fetched copy decides wrongly, because the discount came or went while Stripe was asked, then the owner's event
    of that is still to come; it is in doubt, and the next fetch puts it right.
    """
    limit = {"as_of__lte" if snapshot.fetched_at else "as_of__lt": snapshot.as_of}
    return Q(as_of__isnull=True) | Q(**limit)


def tombstone_missing(owners: dict[int, Snapshot], kept: set[Target]) -> None:
    """Mark the discounts that their owners have no longer, unless they are known to be newer than these.

    Args:
        owners: rows of one model, by their primary keys, and what was written to them; all as of one moment.
        kept: the discounts that are shown.
    """
    if not owners:
        return
    snapshot = next(iter(owners.values()))
    gone = standing(snapshot.model, owners.keys()).exclude(stripe_id__in={stripe_id for _, stripe_id in kept})
    gone.filter(_known_before(snapshot)).update(
        deleted_at=snapshot.as_of, as_of=snapshot.as_of, synced_at=timezone.now()
    )
