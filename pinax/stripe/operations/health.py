"""The state of event processing: what was received, is pending or given up, how late events arrive, what is reconciled.

A fixed number of statements, each of which reads a part of an index: the pending events, or those of the last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, Min, OuterRef, Q
from django.utils import timezone

from pinax.stripe.conf import conf
from pinax.stripe.models import Account, Customer, Event, Reconciliation, RejectedDelivery
from pinax.stripe.models.event import SkipCause
from pinax.stripe.models.primary import from_primary
from pinax.stripe.monitoring import Alert, Level
from pinax.stripe.operations.activity import PROCESS, last_active

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime


#: The period of the numbers of events that were received.
LATELY: Final = timedelta(hours=24)
#: How long Stripe retries a delivery that is not answered with 2xx.
RETRIED: Final = timedelta(days=3)
#: How long after its time an event counts as overdue: ``stripe_process`` seems not to run.
OVERDUE: Final = timedelta(minutes=15)
#: The percentiles of the lag that are reported.
SHARES: Final = (50, 95, 99)
#: How many events the lag is computed from, the newest ones.
SAMPLE: Final = 1_000

_LAG: Final = ExpressionWrapper(F("received_at") - F("created"), output_field=DurationField())


@dataclass(frozen=True)
class Status:
    """The state of event processing at a time.

    Numbers are of events, unless they say otherwise.

    Attributes:
        at: the time.
        received: those recorded in the last 24 hours.
        invalid: those of them that Stripe contradicts.
        lag: percentiles of the time from ``created`` to ``received_at`` of confirmed events of the last 24 hours, the
            newest 1,000; None if there are none. An unconfirmed event may claim any ``created``, so it does not count.
        last_received_at: when the newest confirmed event was recorded.
        pending: those that are not processed yet, as in `Event.objects.pending`.
        due: those that are due now.
        failing: those that have failed, and are retried.
        given_up: those that are not retried any more.
        oldest_pending_at: when the oldest one was recorded that is still retried.
        skipped: signed or confirmed ones that are skipped because their mode has no key; by mode, ``True`` is live.
        switched_off: those of the last 24 hours that are skipped because their type is switched off or the project does
            not want them.
        invalid_signed: those that Stripe contradicts, although a webhook secret signed them; of any age.
        unreadable: the number of deliveries that a webhook secret signed and that could not be read, while Stripe may
            still retry them.
        process_active_at: when ``stripe_process`` was last active; None if it has never run.
        unfinished_erasures: the number of erased customers of whom something may be left.
        reconciliations: the reconciliation of each account and mode, the one furthest behind first, without accounts
            that have disconnected.
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
        """How long the oldest event waits that is still retried."""
        return self.at - self.oldest_pending_at if self.oldest_pending_at else None

    @property
    def process_idle(self) -> timedelta | None:
        """How long ago ``stripe_process`` was last active."""
        return self.at - self.process_active_at if self.process_active_at else None

    def behind(self, row: Reconciliation) -> timedelta:
        """Return the age of a cursor; if there is none yet, the time since the first reconciliation began."""
        return self.at - (row.reached or row.created_at)


def status() -> Status:
    """Return the state of event processing now.

    Raises:
        django.db.Error: the database cannot be queried.
    """
    now = timezone.now()
    events = from_primary(Event.objects.order_by())
    lately = events.filter(received_at__gt=now - LATELY)
    switched_off = lately.filter(skipped=True, skip_cause__in=[SkipCause.SWITCHED_OFF, SkipCause.NOT_WANTED])
    believed = Q(signed=True) | Q(valid=True)
    skipped = events.filter(believed, skip_cause=SkipCause.NO_KEY).aggregate(
        live=Count("pk", filter=Q(livemode=True)), test=Count("pk", filter=Q(livemode=False))
    )
    # Every pending event has either ``next_attempt_at`` or ``given_up_at``, and both have an index.
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
    # When an event was recorded that no delivery has brought says nothing about how late deliveries are.
    confirmed = lately.filter(valid=True, deliveries__gt=0).order_by("-received_at").values_list(_LAG, flat=True)
    return Status(
        at=now,
        received=lately.count(),
        invalid=lately.filter(valid=False).count(),
        lag=_percentiles(sorted(confirmed[:SAMPLE])),
        last_received_at=newest.first(),
        pending=tried["number"] + given_up["untried"],
        due=tried["due"],
        failing=tried["failing"],
        given_up=given_up["number"],
        oldest_pending_at=tried["oldest"],
        skipped={True: skipped["live"], False: skipped["test"]},
        switched_off=switched_off.count(),
        invalid_signed=events.filter(valid=False, signed=True).count(),
        unreadable=from_primary(unreadable).filter(received_at__gt=now - RETRIED).count(),
        process_active_at=last_active(PROCESS),
        unfinished_erasures=from_primary(Customer.all_objects.filter(erasure_unfinished=True)).count(),
        reconciliations=list(_reconciliations()),
    )


def _percentiles(lags: Sequence[timedelta]) -> dict[int, timedelta | None]:
    """Return each percentile of sorted values (nearest rank); None if there are no values."""
    return {share: lags[-(-len(lags) * share // 100) - 1] if lags else None for share in SHARES}


def _reconciliations() -> list[Reconciliation]:
    accounts = Account.all_objects.filter(stripe_id=OuterRef("stripe_account"), livemode=OuterRef("livemode"))
    gone, connected = (accounts.filter(deauthorized_at__isnull=is_connected) for is_connected in (False, True))
    rows = from_primary(Reconciliation.objects.exclude(Exists(gone) & ~Exists(connected)))
    return list(rows.order_by(F("reached").asc(nulls_first=True), "pk"))


@dataclass(frozen=True)
class Limits:
    """The limits of `alerts`.

    Attributes:
        warn_age: how long the oldest pending event may wait; more is a warning.
        max_age: the same; more is critical.
        max_given_up: how many events may be given up; more is critical.
        max_invalid: how many invalid events may be received in 24 hours; more is a warning.
        max_lag: how late 95 of 100 events may be received; more is a warning.
        max_silence: how long no event may be received, more is a warning; None: not checked.
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
    """Return the exceeded limits, the worst first."""
    return sorted(_found(status, limits), key=lambda alert: -alert.level)


def worst(found: list[Alert]) -> Level:
    """Return the worst level; FINE if there are no alerts."""
    return max((alert.level for alert in found), default=Level.FINE)


def span(time: timedelta) -> str:
    """Return a duration in words: ``12 s``, ``34 min``, ``5.2 h``, ``3.1 days``."""
    seconds = time.total_seconds()
    for unit, size, places in (("days", 86_400, 1), ("h", 3_600, 1), ("min", 60, 0)):
        if abs(seconds) >= 2 * size:
            return f"{seconds / size:.{places}f} {unit}"
    return f"{seconds:.3g} s" if abs(seconds) < 10 else f"{seconds:.0f} s"  # noqa: PLR2004  (one digit before the dot)


def _idle(status: Status, limits: Limits) -> Iterator[Alert]:
    idle = status.process_idle
    if idle is None and conf.ACKNOWLEDGE == "recorded":
        yield Alert(
            Level.WARNING,
            'stripe_process has never run, and PINAX_STRIPE_ACKNOWLEDGE = "recorded" needs it',
            "process_idle",
        )
    if idle is not None and idle > limits.max_idle:
        yield Alert(Level.WARNING, f"stripe_process has not run for {span(idle)}", "process_idle")


def _found(status: Status, limits: Limits) -> Iterator[Alert]:
    if status.given_up > limits.max_given_up:
        yield Alert(Level.CRITICAL, f"{status.given_up} given up", "given_up")
    if status.skipped[True]:
        yield Alert(
            Level.CRITICAL, f"{status.skipped[True]} live events skipped: there is no key for live mode", "no_live_key"
        )
    if status.invalid_signed:
        yield Alert(
            Level.CRITICAL,
            f"{status.invalid_signed} signed by a webhook secret, but contradicted by Stripe",
            "invalid_signed",
        )
    if status.unreadable:
        yield Alert(Level.CRITICAL, f"{status.unreadable} signed by Stripe and unreadable in 3 days", "unreadable")
    age = status.oldest_pending_age
    if age is not None and age > min(limits.warn_age, limits.max_age):
        level = Level.CRITICAL if age > limits.max_age else Level.WARNING
        counted = f"{status.due} due, {status.failing} failing"
        yield Alert(level, f"the oldest pending event waits for {span(age)}; {counted}", "oldest_pending")
    yield from _idle(status, limits)
    if status.invalid > limits.max_invalid:
        yield Alert(Level.WARNING, f"{status.invalid} invalid in 24 h", "invalid")
    lag = status.lag[95]
    if lag is not None and lag > limits.max_lag:
        yield Alert(Level.WARNING, f"5 of 100 events came {span(lag)} late or more", "lag")
    if limits.max_silence is not None:
        silence = status.at - status.last_received_at if status.last_received_at else None
        if silence is None or silence > limits.max_silence:
            message = f"nothing received for {span(silence)}" if silence else "nothing received yet"
            yield Alert(Level.WARNING, message, "silence")
    for row in status.reconciliations:
        if status.behind(row) > limits.max_behind:
            message = f"{row} not reconciled for {span(status.behind(row))}"
            yield Alert(Level.CRITICAL, message, "reconciliation_behind", str(row))
