"""Handlers of connected and disconnected accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from pinax.stripe.models import Account, Event
from pinax.stripe.models.primary import from_primary
from pinax.stripe.platforms import is_own
from pinax.stripe.sync.lookup import primary_keys
from pinax.stripe.webhooks.base import Webhook

if TYPE_CHECKING:
    from datetime import datetime

    from pinax.stripe.sync.freshness import Change


class AccountApplicationAuthorized(Webhook):
    """An account has connected to the platform, possibly again."""

    name = "account.application.authorized"

    def sync(self, change: Change) -> Account | None:
        """Sync the application, and mark the account as connected, unless it was disconnected later."""
        super().sync(change)
        moment = self.event.created
        not_later = Q(deauthorized_at__isnull=True) | Q(deauthorized_at__lte=moment)
        return _mark(self.event, not_later, authorized_at=moment, deauthorized_at=None)


class AccountApplicationDeauthorized(Webhook):
    """An account has disconnected from the platform.

    From then on Stripe denies the platform's key access to that account, so the event can no longer be fetched. The
    denial itself confirms the event if the delivery is signed, or if the account is known to be connected. The other
    content of an unsigned body is not confirmed, and is not used.
    """

    name = "account.application.deauthorized"

    def confirmed_by_refusal(self) -> bool:
        """Whether the delivery is signed, or the account is known to be connected.

        An account is known if its row is synced, or if there is a valid event of the account.
        """
        event = self.event
        if event.signed:
            return True
        home = {"stripe_account": Account.home_of(event.scope), "livemode": event.livemode}
        account = from_primary(Account.all_objects.filter(stripe_id=event.stripe_account, **home)).first()
        if account is not None and account.deauthorized_at is not None:
            return False
        if account is not None and not account.is_stub:
            return True
        valid_events = Event.objects.filter(valid=True, platform=event.platform, **event.scope.columns)
        return from_primary(valid_events).exists()

    def sync(self, change: Change) -> Account | None:
        """Sync the application, if Stripe confirms it, and mark the account, unless it was connected again later."""
        super().sync(change)
        # `created` of an unsigned event is not confirmed; a date in the future would override a later connection.
        moment = min(self.event.created, timezone.now())
        not_later = Q(authorized_at__isnull=True) | Q(authorized_at__lte=moment)
        return _mark(self.event, not_later, deauthorized_at=moment)


def _mark(event: Event, condition: Q, **values: datetime | None) -> Account | None:
    """Write the dates in one conditional UPDATE, so that no other event can be written between check and update."""
    if is_own(event.scope):
        return None
    target = (Account, event.stripe_account)
    accounts = Account.all_objects.filter(pk=primary_keys([target], event.scope)[target])
    accounts.filter(condition).update(**values)
    return from_primary(accounts).get()
