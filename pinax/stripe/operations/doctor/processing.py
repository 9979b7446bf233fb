"""Findings about what happens to recorded events: whether they are processed, reconciled, given up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pinax.stripe.conf import INLINE, conf
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations.doctor.finding import Severity, Symptom, diagnosis
from pinax.stripe.operations.health import OVERDUE, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.operations.doctor.facts import Facts

#: How long a worker may take to begin with an event.
QUEUED: Final = timedelta(minutes=5)
#: How old a cursor of stripe_reconcile may be; it belongs into cron, every night at least.
BEHIND: Final = timedelta(days=2)


@diagnosis("process.not_run", Severity.ERROR)
def process_not_run(facts: Facts) -> Iterator[Symptom]:
    """Failed events are not retried, and those whose worker has died are never processed."""
    now = facts.status.at
    due = from_primary(Event.objects.pending().filter(next_attempt_at__lt=now - OVERDUE)).count()
    if due:
        yield Symptom(
            f"{due} events have been due for more than {span(OVERDUE)}.",
            "Run stripe_process every minute, or let it run all the time: stripe_process --forever.",
        )


@diagnosis("workers.idle", Severity.ERROR)
def workers_idle(facts: Facts) -> Iterator[Symptom]:
    """Deliveries are answered 200, and nothing processes them but stripe_process."""
    if conf.DISPATCHER == INLINE:
        return
    waiting = Event.objects.pending().filter(attempts=0, valid__isnull=True, next_attempt_at__isnull=False)
    number = from_primary(waiting.filter(received_at__lt=facts.status.at - QUEUED)).count()
    if number:
        yield Symptom(
            f"{number} events were queued more than {span(QUEUED)} ago, and no worker has begun with them.",
            f"Start the workers of {conf.DISPATCHER}, and check the broker.",
        )


@diagnosis("events.given_up", Severity.ERROR)
def given_up(facts: Facts) -> Iterator[Symptom]:
    """They are not retried by themselves: what their receivers should have done is missing."""
    if facts.status.given_up:
        yield Symptom(
            f"{facts.status.given_up} events are given up.",
            "Correct the cause, which the admin shows, and run stripe_replay --given-up.",
        )


@diagnosis("events.contradicted", Severity.ERROR)
def contradicted(facts: Facts) -> Iterator[Symptom]:
    """The API does not repeat what a webhook secret signed: the key is of another account, or a secret leaked."""
    if facts.status.invalid_signed:
        yield Symptom(
            f"{facts.status.invalid_signed} signed events are contradicted by Stripe.",
            "Check that the key and the endpoint are of the same account; if they are, roll the secret.",
        )


@diagnosis("events.unreadable", Severity.ERROR)
def unreadable(facts: Facts) -> Iterator[Symptom]:
    """Stripe sent them, and nothing was recorded but the evidence."""
    if facts.status.unreadable:
        yield Symptom(
            f"{facts.status.unreadable} signed deliveries could not be read in three days.",
            "Look at the rejected deliveries in the admin: the reason says which field cannot be read.",
        )


@diagnosis("events.without_key", Severity.ERROR)
def without_key(facts: Facts) -> Iterator[Symptom]:
    """Live events are recorded and answered 200, but neither confirmed nor processed."""
    if facts.status.skipped[True]:
        yield Symptom(
            f"{facts.status.skipped[True]} live events are skipped: there is no key for live mode.",
            "Set the live key as PINAX_STRIPE_SECRET_KEY, the test key as PINAX_STRIPE_TEST_SECRET_KEY, and run "
            "stripe_replay.",
        )


@diagnosis("reconcile.never", Severity.WARNING)
def reconcile_never(facts: Facts) -> Iterator[Symptom]:
    """Events that were not delivered stay unnoticed, and Stripe lists them for 30 days only."""
    if not any(row.reached for row in facts.status.reconciliations):
        yield Symptom("stripe_reconcile has never run to its end.", "Run stripe_reconcile every night.")


@diagnosis("reconcile.late", Severity.WARNING)
def reconcile_late(facts: Facts) -> Iterator[Symptom]:
    """Events that were not delivered stay unnoticed, and Stripe lists them for 30 days only."""
    for row in facts.status.reconciliations:
        if row.reached and facts.status.behind(row) > BEHIND:
            yield Symptom(
                f"{row} was reconciled {span(facts.status.behind(row))} ago.", "Run stripe_reconcile every night."
            )
