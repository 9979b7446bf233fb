"""Connected accounts coming and going."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        """Keep the application, and return the account, no longer marked as deauthorized, unless it has gone since."""
        super().sync(change)
        account = _account_of(self.event)
        gone_since = account is not None and account.deauthorized_at and account.deauthorized_at > self.event.created
        return account if gone_since else _mark(account, None)


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
        """Keep the application where Stripe has repeated it; mark the account, unless it has connected again since."""
        super().sync(change)
        event = self.event
        again = Event.objects.filter(
            kind=AccountApplicationAuthorized.name,
            **event.scope.columns,
            processed=True,
            created__gt=event.created,
        )
        if from_primary(again).exists():
            return _account_of(event)
        # Nobody has confirmed when it was said to be, and a time to come would outlast a new connection.
        return _mark(_account_of(event), min(event.created, timezone.now()))


def _account_of(event: Event) -> Account | None:
    if not event.stripe_account:
        return None
    target = (Account, event.stripe_account)
    pk = primary_keys([target], event.scope)[target]
    return from_primary(Account.all_objects.filter(pk=pk)).get()


def _mark(account: Account | None, deauthorized_at: datetime | None) -> Account | None:
    if account is not None:
        account.deauthorized_at = deauthorized_at
        Account.all_objects.filter(pk=account.pk).update(deauthorized_at=deauthorized_at)
    return account
