"""The query set of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime

    from pinax.stripe.models.base import StripeObject
    from pinax.stripe.models.event import Event  # noqa: F401  (the type of the rows)


#: The events that still have to be processed: not verified yet, or confirmed and not processed.
PENDING: Final = Q(processed=False, skipped=False) & ~Q(valid=False)
#: Each pending event has one of the two, and both have an index.
SCHEDULED_OR_GIVEN_UP: Final = Q(next_attempt_at__isnull=False) | Q(given_up_at__isnull=False)


class EventQuerySet(models.QuerySet["Event"]):
    """Query methods for events."""

    def pending(self) -> Self:
        """Events that still have to be processed: not verified yet, or confirmed and not processed."""
        return self.filter(PENDING)

    def failed(self) -> Self:
        """Pending events that have failed at least once."""
        return self.pending().filter(attempts__gt=0)

    def due(self, now: datetime | None = None) -> Self:
        """Events whose next attempt is due."""
        return self.filter(next_attempt_at__lte=now or timezone.now())

    def given_up(self) -> Self:
        """Pending events that have failed too often and are not retried."""
        return self.pending().filter(given_up_at__isnull=False)

    def ended(self) -> Self:
        """Events that are not attempted again: processed, or given up."""
        return self.filter(Q(processed=True) | Q(given_up_at__isnull=False))

    def invalid(self) -> Self:
        """Events that Stripe does not confirm."""
        return self.filter(valid=False)

    def pruned(self) -> Self:
        """Events whose messages have been blanked."""
        return self.filter(pruned_at__isnull=False)

    def blank(self, now: datetime) -> int:
        """Blank the messages, and return the number of events; all other columns stay unchanged."""
        return self.update(webhook_message={}, validated_message=None, answer=None, pruned_at=now)

    def about(self, instance: StripeObject) -> Self:
        """Events that carry this object."""
        same = self.filter(object_id=instance.stripe_id, livemode=instance.livemode)
        return same.filter(stripe_account=instance.stripe_account) if instance.kept_by_account else same
