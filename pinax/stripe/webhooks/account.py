"""Connected accounts coming and going."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from pinax.stripe.models import Account, Event
from pinax.stripe.sync.references import primary_keys
from pinax.stripe.webhooks.base import Webhook

if TYPE_CHECKING:
    from pinax.stripe.sync.order import Change


class AccountApplicationAuthorized(Webhook):
    """An account has connected to us: it may act again, whatever was before."""

    name = "account.application.authorized"

    def sync(self, change: Change) -> Account | None:
        """Keep the application, and return the account, no longer marked as deauthorized."""
        super().sync(change)
        return _mark(self.event, deauthorized=False)


class AccountApplicationDeauthorized(Webhook):
    """An account has disconnected from us.

    From then on Stripe refuses our key for that account, so the event can no longer be fetched. The refusal itself,
    for an account that we know as connected, is the proof of what the event says; nothing else is. What the body says
    beyond that is not confirmed by anybody, and is not used.
    """

    name = "account.application.deauthorized"
    action = "signal"

    def confirmed_by_refusal(self) -> bool:
        """Whether we know the account as connected: by its row, or by a valid event of its."""
        event = self.event
        account = Account.all_objects.filter(stripe_id=event.stripe_account, livemode=event.livemode).first()
        if account is not None:
            return account.deauthorized_at is None
        return Event.objects.filter(stripe_account=event.stripe_account, livemode=event.livemode, valid=True).exists()

    def sync(self, change: Change) -> Account | None:
        """Mark the account as deauthorized and return it."""
        return _mark(self.event, deauthorized=True)


def _mark(event: Event, *, deauthorized: bool) -> Account | None:
    if not event.stripe_account:
        return None
    target = (Account, event.stripe_account)
    pk = primary_keys([target], event.stripe_account, event.livemode)[target]
    Account.all_objects.filter(pk=pk).update(deauthorized_at=timezone.now() if deauthorized else None)
    return Account.all_objects.get(pk=pk)
