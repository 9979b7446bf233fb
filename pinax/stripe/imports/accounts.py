"""The connected accounts whose objects can be fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe import client, keys
from pinax.stripe.imports.retrieve import by_pk
from pinax.stripe.models import Account, Event
from pinax.stripe.models.primary import from_primary
from pinax.stripe.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.imports.rate_limiter import RateLimiter


def own_account(livemode: bool, limiter: RateLimiter) -> str:
    """Return the id of the account that the key belongs to; empty if it belongs to an organisation.

    Raises:
        NoKeyForMode, StripeUnreachable: Stripe could not be asked.
    """
    scope = Scope(livemode=livemode)
    if keys.needs_account(scope):
        return ""
    return limiter.ask(lambda: client.own_account(scope))


def scope_of(stripe_account: str, livemode: bool) -> Scope:
    """Return the scope of an account, with the context that an organisation's key needs for it.

    The context is in the events of the account; a member of the organisation needs none.

    Raises:
        NoKeyForMode, StripeUnreachable: the settings hold no key for the mode.
    """
    scope = Scope(stripe_account, livemode=livemode)
    if not stripe_account or not keys.needs_account(scope):
        return scope
    newest = from_primary(Event.objects.filter(valid=True, pruned_at__isnull=True, **scope.columns)).first()
    return newest.scope if newest else scope


def connected_accounts(livemode: bool, limiter: RateLimiter) -> Iterator[str]:
    """Yield the ids of the connected accounts that have a row and have not disconnected.

    The platform account may have a row, too, and is left out: its objects have an empty ``stripe_account``. Stripe is
    asked which one it is. With an organisation's key, all accounts are members, or connected to a member.

    Raises:
        NoKeyForMode, StripeUnreachable: Stripe could not be asked.
    """
    own = own_account(livemode, limiter)
    known = Account.objects.get_queryset().filter(livemode=livemode, deauthorized_at__isnull=True)
    for account in by_pk(known.exclude(stripe_id=own).only("stripe_id")):
        yield account.stripe_id


def accounts_heard_of(livemode: bool, limiter: RateLimiter) -> Iterator[str]:
    """Yield the ids of the connected accounts, and of accounts without a row that have confirmed events.

    Raises:
        NoKeyForMode, StripeUnreachable: Stripe could not be asked.
    """
    yield from connected_accounts(livemode, limiter)
    with_row = Account.all_objects.filter(livemode=livemode).values("stripe_id")
    named = from_primary(Event.objects.filter(valid=True, livemode=livemode)).exclude(stripe_account="")
    named = named.exclude(stripe_account__in=with_row).order_by("stripe_account")
    yield from named.values_list("stripe_account", flat=True).distinct()
