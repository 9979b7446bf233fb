"""The connected accounts whose objects can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe import client
from pinax.stripe.models import Account
from pinax.stripe.sync.one_by_one import by_pk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.sync.pace import Pace


def connected_accounts(livemode: bool, pace: Pace) -> Iterator[str]:
    """Yield the ids of the accounts that are known and have not disconnected.

    Our own may be known, too, and is none of them: its objects are kept under no account. Stripe says which it is.

    Raises:
        NoKeyForMode, StripeUnreachable: Stripe could not be asked.
    """
    own = pace.ask(lambda: client.retrieve("/v1/account", {}, livemode=livemode)).data.get("id")
    known = Account.objects.get_queryset().filter(livemode=livemode, deauthorized_at__isnull=True)
    for account in by_pk(known.exclude(stripe_id=own).only("stripe_id")):
        yield account.stripe_id
