"""How things stand: what came in, what waits, what was given up, how late events come, how far they are compared.

A fixed number of statements, each of which reads what an index gives it: what is pending, or what came in the last day.
The percentiles are taken where the rows are, and one number comes back for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, Min, OuterRef, Q
from django.utils import timezone

from pinax.stripe.models import Account, Event, Reconciliation, RejectedDelivery
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

#: What counts as lately.
LATELY: Final = timedelta(hours=24)
#: How long Stripe goes on delivering what is not answered 2xx.
RETRIED: Final = timedelta(days=3)
#: The shares of events, in hundredths, for which it is told how late they came at most.
SHARES: Final = (50, 95, 99)

_LAG: Final = ExpressionWrapper(F("received_at") - F("created"), output_field=DurationField())


@dataclass(frozen=True)
class Status:
    """How things stand at a moment.

    Attributes:
        at: the moment.
        received: the events that were recorded lately.
        invalid: those of them that Stripe does not confirm.
        lag: for each share in hundredths, from ``created`` to ``received_at`` at most, among the confirmed events of
            lately; None where there are none. Anybody can post an event of long ago, so others do not count.
        last_received_at: when the newest confirmed event was recorded.
        pending: the events that still have to be done, as `Event.objects.pending` says.
        due: those that are to be tried now.
        failing: those that have failed, and are tried again.
        given_up: those that are not tried again by themselves.
        oldest_pending_at: when the oldest was recorded that is still tried.
        unreadable: the deliveries that Stripe has signed and that could not be read, as long as Stripe may still
            deliver them again.
        reconciliations: how far each account and mode is compared with Stripe, the one furthest behind first, without
            accounts that have disconnected.
    """

    at: datetime
    received: int
    invalid: int
    lag: dict[int, timedelta | None]
    last_received_at: datetime | None
    pending: int
    due: int
    failing: int
    given_up: int
    oldest_pending_at: datetime | None
    unreadable: int
    reconciliations: list[Reconciliation]

    @property
    def oldest_pending_age(self) -> timedelta | None:
        """How long the oldest event waits that is still tried."""
        return self.at - self.oldest_pending_at if self.oldest_pending_at else None

    def behind(self, row: Reconciliation) -> timedelta:
        """Return how old a cursor is; where there is none yet, how long ago the first sweep began."""
        return self.at - (row.reached or row.created_at)


def status() -> Status:
    """Return how things stand now.

    Raises:
        django.db.Error: the database cannot be asked.
    """
    now = timezone.now()
    events = from_primary(Event.objects.order_by())
    lately = events.filter(received_at__gt=now - LATELY)
    came = lately.aggregate(
        received=Count("pk"), invalid=Count("pk", filter=Q(valid=False)), confirmed=Count("pk", filter=Q(valid=True))
    )
    # Every pending event has one of the two moments, and an index leads to those that have.
    waiting = from_primary(Event.objects.pending()).filter(next_attempt_at__isnull=False)
    tried = waiting.aggregate(
        number=Count("pk"),
        due=Count("pk", filter=Q(next_attempt_at__lte=now)),
        failing=Count("pk", filter=Q(attempts__gt=0, given_up_at__isnull=True)),
        oldest=Min("received_at"),
    )
    unreadable = RejectedDelivery.objects.filter(cause=RejectedDelivery.Cause.UNREADABLE).order_by()
    untried = Q(next_attempt_at__isnull=True)
    given_up = from_primary(Event.objects.given_up()).aggregate(number=Count("pk"), untried=Count("pk", filter=untried))
    newest = events.filter(valid=True).order_by("-received_at").values_list("received_at", flat=True)
    confirmed = lately.filter(valid=True).order_by(_LAG).values_list(_LAG, flat=True)
    return Status(
        at=now,
        received=came["received"],
        invalid=came["invalid"],
        lag={
            share: confirmed[rank : rank + 1].first() if rank is not None else None
            for share, rank in _ranks(came["confirmed"])
        },
        last_received_at=newest.first(),
        pending=tried["number"] + given_up["untried"],
        due=tried["due"],
        failing=tried["failing"],
        given_up=given_up["number"],
        oldest_pending_at=tried["oldest"],
        unreadable=from_primary(unreadable).filter(received_at__gt=now - RETRIED).count(),
        reconciliations=list(_reconciliations()),
    )


def _ranks(number: int) -> Iterator[tuple[int, int | None]]:
    """Yield for each share the place of its value among ``number`` in order, counted from 0 (nearest rank)."""
    for share in SHARES:
        yield share, -(-number * share // 100) - 1 if number else None


def _reconciliations() -> list[Reconciliation]:
    gone = Account.all_objects.filter(
        stripe_id=OuterRef("stripe_account"), livemode=OuterRef("livemode"), deauthorized_at__isnull=False
    )
    rows = from_primary(Reconciliation.objects.exclude(Exists(gone)))
    return list(rows.order_by(F("reached").asc(nulls_first=True), "pk"))
