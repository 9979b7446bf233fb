"""The connected accounts whose objects can be fetched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinax.stripe import client, keys, platforms
from pinax.stripe.imports.retrieve import by_pk
from pinax.stripe.models import Account, Event
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.imports.rate_limiter import RateLimiter
    from pinax.stripe.scope import Scope


def own_account(platform: Scope, limiter: RateLimiter) -> str:
    """Return the id of the account that a platform's key belongs to; empty if it belongs to an organisation.

    Args:
        platform: the scope of a platform's own objects.
        limiter: how many requests per second.

    Raises:
        NoKeyForMode, StripeUnreachable: Stripe could not be asked.
    """
    if keys.needs_account(platform):
        return ""
    return limiter.ask(lambda: client.own_account(platform))


def scope_of(stripe_account: str, platform: Scope) -> Scope:
    """Return the scope of a platform's account, with the context that an organisation's key needs for it.

    The context is in the events of the account; a member of the organisation needs none.

    Args:
        stripe_account: the account; that of ``platform`` for the platform itself.
        platform: the scope of a platform's own objects.

    Raises:
        NoKeyForMode, StripeUnreachable: the settings hold no key for the mode.
    """
    scope = replace(platform, stripe_account=stripe_account)
    if not stripe_account or not keys.needs_account(scope):
        return scope
    newest = from_primary(Event.objects.filter(valid=True, pruned_at__isnull=True, **scope.columns)).first()
    return newest.scope if newest else scope


def platform_of(stripe_account: str, *, livemode: bool) -> Scope:
    """Return the scope of the platform that an account is, or is connected to; the default one if that is not known.

    Args:
        stripe_account: the ``stripe_account`` of a row.
        livemode: the mode.
    """
    named = {platforms.account_of(name): name for name in platforms.names()}
    if stripe_account not in named:
        connected = Account.objects.filter(stripe_id=stripe_account, livemode=livemode, deauthorized_at__isnull=True)
        homes = from_primary(connected).values_list("stripe_account", flat=True)
        stripe_account = next((home for home in homes if home in named), "")
    return platforms.scope_of(named[stripe_account], livemode=livemode)


def connected_accounts(platform: Scope, limiter: RateLimiter) -> Iterator[str]:
    """Yield the ids of a platform's connected accounts that have a row and have not disconnected.

    The platform account may have a row, too, and is left out: Stripe is asked which one it is. With an organisation's
    key, all accounts are members, or connected to a member.

    Raises:
        NoKeyForMode, StripeUnreachable: Stripe could not be asked.
    """
    own = own_account(platform, limiter)
    known = Account.objects.get_queryset().filter(deauthorized_at__isnull=True, **platform.columns)
    for account in by_pk(known.exclude(stripe_id=own).only("stripe_id")):
        yield account.stripe_id


def accounts_heard_of(platform: Scope, limiter: RateLimiter) -> Iterator[str]:
    """Yield the ids of a platform's connected accounts, and of accounts without a row that have confirmed events.

    Raises:
        NoKeyForMode, StripeUnreachable: Stripe could not be asked.
    """
    yield from connected_accounts(platform, limiter)
    with_row = Account.all_objects.filter(**platform.columns).values("stripe_id")
    events = Event.objects.filter(valid=True, platform=platform.platform, livemode=platform.livemode)
    named = from_primary(events).exclude(stripe_account=platform.stripe_account)
    named = named.exclude(stripe_account__in=with_row).order_by("stripe_account")
    yield from named.values_list("stripe_account", flat=True).distinct()
