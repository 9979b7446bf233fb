"""What operators do to single rows in the admin. Each function writes down who asked for it and why.

All of them return what became of it in words, and raise `InsideTransaction` if a transaction is open.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.imports.accounts import platform_of, scope_of
from pinax.stripe.imports.rate_limiter import RateLimiter
from pinax.stripe.imports.retrieve import fetch_rows
from pinax.stripe.imports.stats import Stats, described
from pinax.stripe.inbox import erased
from pinax.stripe.inbox.attempts import lease_expires_at
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.inbox.transactions import database, refuse_open_transaction
from pinax.stripe.models import Event, EventReplay
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations import reconcile, replay
from pinax.stripe.operations.audit import Order, begin, finish
from pinax.stripe.operations.reconcile_stats import ReconcileStats

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinax.stripe.inbox.message import Outcome
    from pinax.stripe.models import Reconciliation, StripeObject

    #: Processes an event now, or hands it to somebody who does.
    Run = Callable[[Event], Outcome]

Action = EventReplay.Action

#: What became of an action that does not apply to the row.
NOTHING_TO_DO = "nothing to do"


class OutOfTime(Exception):
    """A sweep took longer than it was given."""


def process_now(event_pk: int, order: Order, run: Run = process_event) -> str:
    """Try a pending event now, also one that is given up."""
    refuse_open_transaction()
    event = _row(event_pk)
    if not event.is_pending:
        return _recorded(Action.PROCESS, event, order, NOTHING_TO_DO)
    return _run(Action.PROCESS, event, order, run)


def verify_again(event_pk: int, order: Order, run: Run = process_event) -> str:
    """Ask Stripe once more about an event that is not confirmed; if Stripe confirms it, it is processed."""
    refuse_open_transaction()
    event = _row(event_pk)
    if event.valid or event.skipped or event.pruned_at:
        return _recorded(Action.VERIFY, event, order, NOTHING_TO_DO)
    return _run(Action.VERIFY, event, order, run)


def replay_event(
    event_pk: int, order: Order, run: Run = process_event, *, receiver: str = "", again: bool = False
) -> str:
    """Run an event again, as `pinax.stripe.operations.replay.replay` does.

    Raises:
        UnknownReceiver: no receiver of this event has the name that is asked for.
    """
    request = replay.Request(order.by, order.reason, receiver, again, batch=order.batch)
    begun = replay.begin(event_pk, request)
    if begun is None:
        return _recorded(Action.REPLAY, _row(event_pk), order, NOTHING_TO_DO, receiver=receiver, again=again)
    event, kept = begun
    outcome = process_event(event, only=receiver) if receiver else run(event)
    return finish(kept, outcome.value)


def give_up(event_pk: int, order: Order) -> str:
    """Give a pending event up: it is no longer retried, until it is delivered or replayed."""
    refuse_open_transaction()
    with transaction.atomic(database(), durable=True):
        event = _locked_row(event_pk)
        if not event.is_pending or event.given_up_at:
            return _recorded(Action.GIVE_UP, event, order, NOTHING_TO_DO)
        event.transition({"given_up_at": timezone.now(), "next_attempt_at": None})
        erased.blank_if_erased(event)
        return _recorded(Action.GIVE_UP, event, order, "given up")


def retry(event_pk: int, order: Order, run: Run) -> str:
    """Take an event up again that was given up: its failures are forgotten, and it is retried."""
    refuse_open_transaction()
    with transaction.atomic(database(), durable=True):
        event = _locked_row(event_pk)
        if not event.is_pending or not event.given_up_at:
            return _recorded(Action.RETRY, event, order, NOTHING_TO_DO)
        event.transition({"given_up_at": None, "failures": 0, "next_attempt_at": timezone.now()})
    return _run(Action.RETRY, event, order, run)


def prune(event_pk: int, order: Order) -> str:
    """Blank the messages of an event that is processed or given up, and the texts of its errors."""
    refuse_open_transaction()
    with transaction.atomic(database(), durable=True):
        event = _locked_row(event_pk)
        if event.pruned_at or not (event.processed or event.given_up_at):
            return _recorded(Action.PRUNE, event, order, NOTHING_TO_DO)
        erased.blank(Event.objects.filter(pk=event_pk))
        return _recorded(Action.PRUNE, event, order, "pruned")


def fetch(row: StripeObject, order: Order) -> str:
    """Ask Stripe for the current state of an object, once, and write it."""
    refuse_open_transaction()
    kept = begin(Action.FETCH, row.stripe_id, order)
    stats = Stats(row.stripe_id)
    try:
        scope = scope_of(row.stripe_account, platform_of(row.stripe_account, livemode=row.livemode))
    except PinaxStripeError as error:
        return finish(kept, described(error))
    rows = type(row).all_objects.filter(pk=row.pk)
    fetch_rows(rows, scope, _AskedOnce(), stats, report=lambda _stats: None)
    words = stats.problems[0] if stats.problems else ", ".join(stats.counts) or NOTHING_TO_DO
    return finish(kept, words)


def reconcile_now(row: Reconciliation, order: Order, seconds: float) -> str:
    """Compare the events of an account and mode with Stripe's, for so many seconds at most.

    What is recorded by then stays recorded, and ``stripe_process`` processes it; the cursor stays where it is.
    """
    refuse_open_transaction()
    kept = begin(Action.RECONCILE, str(row), order)
    stats, ends_at = ReconcileStats(str(row)), monotonic() + seconds

    def stop_in_time(_stats: ReconcileStats) -> None:
        if monotonic() > ends_at:
            raise OutOfTime

    try:
        scope = scope_of(row.stripe_account, platform_of(row.stripe_account, livemode=row.livemode))
        reconcile.reconcile(scope, _AskedOnce(), stats, report=stop_in_time)
    except PinaxStripeError as error:
        return finish(kept, described(error))
    except OutOfTime:
        return finish(kept, f"interrupted after {seconds:.0f} s: run stripe_reconcile; {_numbers(stats)}")
    return finish(kept, "; ".join([*stats.problems[:1], _numbers(stats)]))


class _AskedOnce(RateLimiter):
    """Somebody waits for the page: a request that fails is not repeated."""

    def ask(self, question: Callable[[], Any]) -> Any:
        return question()


def _numbers(stats: ReconcileStats) -> str:
    return f"{stats.at_stripe} at Stripe, {stats.counts['recovered']} recovered, {stats.failed} failed"


def _row(event_pk: int) -> Event:
    return from_primary(Event.objects.filter(pk=event_pk)).get()


def _locked_row(event_pk: int) -> Event:
    return from_primary(Event.objects.filter(pk=event_pk)).select_for_update().get()


def _run(action: str, event: Event, order: Order, run: Run) -> str:
    kept = begin(action, event.stripe_id, order, event=event)
    event.transition({"next_attempt_at": lease_expires_at()}, processed=False, next_attempt_at__isnull=False)
    return finish(kept, run(event).value)


def _recorded(action: str, event: Event, order: Order, outcome: str, **values: Any) -> str:
    return finish(begin(action, event.stripe_id, order, event=event, **values), outcome)
