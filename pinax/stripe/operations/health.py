"""How things stand: what came in, what waits, what was given up, how late events come, how far they are compared.

A fixed number of statements, each of which reads what an index gives it: what is pending, or what came in the last day.
The percentiles are taken where the rows are, and one number comes back for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, Min, OuterRef, Q
from django.utils import timezone

from pinax.stripe.conf import conf
from pinax.stripe.models import Account, Customer, Event, Reconciliation, RejectedDelivery
from pinax.stripe.models.event import SkipCause
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations.activity import PROCESS, last_active

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
        skipped: the signed or confirmed events that were skipped because no key is configured, by mode: live mode, and
            test mode.
        switched_off: those that were skipped because their type is switched off or the project does not want them, of
            lately.
        invalid_signed: the events that Stripe contradicts, although a webhook secret signed them; of any age.
        unreadable: the deliveries that Stripe has signed and that could not be read, as long as Stripe may still
            deliver them again.
        process_active_at: when ``stripe_process`` was last active; None if it has never run.
        unfinished_erasures: the erased customers of whom something may be left.
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
    skipped: dict[bool, int]
    switched_off: int
    invalid_signed: int
    unreadable: int
    process_active_at: datetime | None
    unfinished_erasures: int
    reconciliations: list[Reconciliation]

    @property
    def oldest_pending_age(self) -> timedelta | None:
        """How long the oldest event waits that is still tried."""
        return self.at - self.oldest_pending_at if self.oldest_pending_at else None

    @property
    def process_idle(self) -> timedelta | None:
        """How long ago ``stripe_process`` was last active."""
        return self.at - self.process_active_at if self.process_active_at else None

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
        received=Count("pk"),
        invalid=Count("pk", filter=Q(valid=False)),
        # Of an event that no delivery has brought, when it was recorded says nothing of how late deliveries are.
        confirmed=Count("pk", filter=Q(valid=True, deliveries__gt=0)),
        switched_off=Count("pk", filter=Q(skip_cause__in=[SkipCause.SWITCHED_OFF, SkipCause.NOT_WANTED])),
    )
    believed = Q(signed=True) | Q(valid=True)
    skipped = events.filter(believed, skip_cause=SkipCause.NO_KEY).aggregate(
        live=Count("pk", filter=Q(livemode=True)), test=Count("pk", filter=Q(livemode=False))
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
    confirmed = lately.filter(valid=True, deliveries__gt=0).order_by(_LAG).values_list(_LAG, flat=True)
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
        skipped={True: skipped["live"], False: skipped["test"]},
        switched_off=came["switched_off"],
        invalid_signed=events.filter(valid=False, signed=True).count(),
        unreadable=from_primary(unreadable).filter(received_at__gt=now - RETRIED).count(),
        process_active_at=last_active(PROCESS),
        unfinished_erasures=from_primary(Customer.all_objects.filter(erasure_unfinished=True)).count(),
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


class Level(IntEnum):
    """How bad it is; the numbers are the exit codes that monitoring knows."""

    FINE = 0
    WARNING = 1
    CRITICAL = 2


class Alert(NamedTuple):
    """One thing that somebody should look at, and how soon."""

    level: Level
    message: str


@dataclass(frozen=True)
class Limits:
    """What is still fine.

    Attributes:
        warn_age: how long the oldest pending event may wait before that is a warning.
        max_age: … and before it is critical.
        max_given_up: how many events may be given up; more is critical.
        max_invalid: how many invalid events may come in a day; more is a warning.
        max_lag: how late 95 of 100 events may come; more is a warning.
        max_silence: how long nothing may come; None: for ever. More is a warning.
        max_idle: how long ``stripe_process`` may not have run; more is a warning. That it has never run is a warning if
            receivers that fail are left to it.
        max_behind: how old a cursor of ``stripe_reconcile`` may be; older is critical: Stripe lists 30 days.
    """

    warn_age: timedelta = timedelta(minutes=15)
    max_age: timedelta = timedelta(hours=1)
    max_given_up: int = 0
    max_invalid: int = 10
    max_lag: timedelta = timedelta(minutes=5)
    max_silence: timedelta | None = None
    max_idle: timedelta = timedelta(hours=1)
    max_behind: timedelta = timedelta(days=25)


def alerts(status: Status, limits: Limits) -> list[Alert]:
    """Return what is beyond its limit, the worst first; nothing where all is fine."""
    return sorted(_found(status, limits), key=lambda alarm: -alarm.level)


def worst(found: list[Alert]) -> Level:
    """Return the level of the whole."""
    return max((alarm.level for alarm in found), default=Level.FINE)


def span(time: timedelta) -> str:
    """Return a length of time as people say it: ``12 s``, ``34 min``, ``5.2 h``, ``3.1 days``."""
    seconds = time.total_seconds()
    for unit, size, places in (("days", 86_400, 1), ("h", 3_600, 1), ("min", 60, 0)):
        if abs(seconds) >= 2 * size:
            return f"{seconds / size:.{places}f} {unit}"
    return f"{seconds:.3g} s" if abs(seconds) < 10 else f"{seconds:.0f} s"  # noqa: PLR2004  (one digit before the dot)


def _idle(status: Status, limits: Limits) -> Iterator[Alert]:
    idle = status.process_idle
    if idle is None and conf.ACKNOWLEDGE == "recorded":
        yield Alert(Level.WARNING, 'stripe_process has never run, and PINAX_STRIPE_ACKNOWLEDGE = "recorded" needs it')
    if idle is not None and idle > limits.max_idle:
        yield Alert(Level.WARNING, f"stripe_process has not run for {span(idle)}")


def _found(status: Status, limits: Limits) -> Iterator[Alert]:
    if status.given_up > limits.max_given_up:
        yield Alert(Level.CRITICAL, f"{status.given_up} given up")
    if status.skipped[True]:
        yield Alert(Level.CRITICAL, f"{status.skipped[True]} live events skipped: there is no key for live mode")
    if status.invalid_signed:
        yield Alert(Level.CRITICAL, f"{status.invalid_signed} signed by a webhook secret, but contradicted by Stripe")
    if status.unreadable:
        yield Alert(Level.CRITICAL, f"{status.unreadable} signed by Stripe and unreadable in 3 days")
    age = status.oldest_pending_age
    if age is not None and age > min(limits.warn_age, limits.max_age):
        level = Level.CRITICAL if age > limits.max_age else Level.WARNING
        counted = f"{status.due} due, {status.failing} failing"
        yield Alert(level, f"the oldest pending event waits for {span(age)}; {counted}")
    yield from _idle(status, limits)
    if status.invalid > limits.max_invalid:
        yield Alert(Level.WARNING, f"{status.invalid} invalid in 24 h")
    lag = status.lag[95]
    if lag is not None and lag > limits.max_lag:
        yield Alert(Level.WARNING, f"5 of 100 events came {span(lag)} late or more")
    if limits.max_silence is not None:
        silence = status.at - status.last_received_at if status.last_received_at else None
        if silence is None or silence > limits.max_silence:
            yield Alert(Level.WARNING, f"nothing received for {span(silence)}" if silence else "nothing received yet")
    for row in status.reconciliations:
        if status.behind(row) > limits.max_behind:
            yield Alert(Level.CRITICAL, f"{row} not reconciled for {span(status.behind(row))}")
