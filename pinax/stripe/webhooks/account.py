"""Connected accounts coming and going."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from pinax.stripe.models import Account, Event
from pinax.stripe.models.primary import from_primary
from pinax.stripe.sync.mapping import primary_keys
from pinax.stripe.webhooks.base import Webhook

if TYPE_CHECKING:
    from datetime import datetime

    from pinax.stripe.sync.freshness import Change


class AccountApplicationAuthorized(Webhook):
    """An account has connected to us: it may act again, whatever was before."""

    name = "account.application.authorized"

    def sync(self, change: Change) -> Account | None:
        """Keep the application, and mark the account as connected, unless it has disconnected since."""
        super().sync(change)
        moment = self.event.created
        not_since = Q(deauthorized_at__isnull=True) | Q(deauthorized_at__lte=moment)
        return _mark(self.event, not_since, authorized_at=moment, deauthorized_at=None)


class AccountApplicationDeauthorized(Webhook):
    """An account has disconnected from us.

    From then on Stripe refuses our key for that account, so the event can no longer be fetched. The refusal itself
    confirms the event if a webhook secret signed the delivery, or if we know the account as connected; nothing else
    does. What an unsigned body says beyond that is not confirmed by anybody, and is not used.
    """

    name = "account.application.deauthorized"

    def confirmed_by_refusal(self) -> bool:
        """Whether the delivery is signed, or we know the account as connected.

        Known is an account by its own data, or by a valid event that names it; a stub says nothing.
        """
        event = self.event
        if event.signed:
            return True
        known = Account.all_objects.filter(stripe_id=event.stripe_account, livemode=event.livemode)
        account = from_primary(known).first()
        if account is not None and account.deauthorized_at is not None:
            return False
        if account is not None and not account.is_stub:
            return True
        heard_of = Event.objects.filter(valid=True, **event.scope.columns)
        return from_primary(heard_of).exists()

    def sync(self, change: Change) -> Account | None:
        """Keep the application, if Stripe has repeated it; mark the account, unless it has connected again since."""
        super().sync(change)
        # The moment of an unsigned event is not confirmed, and one in the future would outlast a new connection.
        moment = min(self.event.created, timezone.now())
        not_since = Q(authorized_at__isnull=True) | Q(authorized_at__lte=moment)
        return _mark(self.event, not_since, deauthorized_at=moment)


def _mark(event: Event, not_since: Q, **moments: datetime | None) -> Account | None:
    """Write the moments in one conditional UPDATE, so that no other event can come between a look and a write."""
    if not event.stripe_account:
        return None
    target = (Account, event.stripe_account)
    accounts = Account.all_objects.filter(pk=primary_keys([target], event.scope)[target])
    accounts.filter(not_since).update(**moments)
    return from_primary(accounts).get()
