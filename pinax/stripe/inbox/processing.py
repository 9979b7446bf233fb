"""From recorded to done: verify, settle the order, and then one transaction that holds everything or nothing."""

from __future__ import annotations

import logging
import random
import time
import traceback
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from pinax.stripe.conf import without_secrets
from pinax.stripe.exceptions import BrokenTransaction, RowMovedOn, StepFailed
from pinax.stripe.inbox.envelope import read
from pinax.stripe.inbox.outcome import Outcome
from pinax.stripe.inbox.recording import Delivery, confirm, mark_invalid, mark_skipped, overtaken, refuse
from pinax.stripe.inbox.transactions import database, is_deadlock, refuse_open_transaction
from pinax.stripe.inbox.verification import Finding, verify
from pinax.stripe.models import Customer, Event, EventProcessingException
from pinax.stripe.plain_json import storable
from pinax.stripe.signals import any_event, signal_for
from pinax.stripe.sync.order import Change, settle
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.models import StripeObject
    from pinax.stripe.webhooks import Webhook

logger = logging.getLogger("pinax.stripe")

Stage = EventProcessingException.Stage

#: How often the order is settled anew because somebody else has written the row meanwhile, or because the database
#: made this transaction give way; and the longest pause before the second time, in seconds.
ROUNDS = 8
PAUSE = 0.02


def process_event(event: Event) -> Outcome:
    """Bring a recorded event to its end, from the body that its row holds."""
    if event.processed:
        return Outcome.DUPLICATE  # its body may be pruned
    return process(Delivery(event, read(event.webhook_message, signed=event.signed)))


def process(delivery: Delivery) -> Outcome:
    """Bring a delivery to its end; what fails on the way is kept with the event.

    Raises:
        InsideTransaction: a transaction is open.
        django.db.Error: the database fails at keeping what became of it.
    """
    refuse_open_transaction()
    if delivery.outcome:
        return delivery.outcome
    if delivery.event.processed:
        return Outcome.DUPLICATE
    event = delivery.event
    try:
        outcome = None if event.valid else _verified(delivery)
        outcome = outcome or _synced_and_signalled(event)
    except StepFailed as failure:
        outcome = Outcome.RETRY
        _keep(delivery, failure)
    logger.info("%s %s: %s%s", event.stripe_id, event.kind, outcome.value, _note(event))
    return outcome


def _verified(delivery: Delivery) -> Outcome | None:
    """Ask Stripe (network, no lock held) and keep the verdict; None where the event is confirmed."""
    event, message = delivery.event, delivery.message
    with _step(Stage.VERIFY):
        verdict = verify(message)
        event.verification_note = verdict.note
        if verdict.error:
            raise verdict.error
    if verdict.finding is Finding.CONFIRMED and verdict.copy:
        confirmed = confirm(delivery, verdict.copy, verdict.note)
        return None if confirmed is event else process(Delivery(confirmed, message))
    if verdict.finding is Finding.NO_KEY:
        if delivery.is_stored:
            mark_skipped(event, verdict.note)
        return Outcome.SKIPPED
    now = overtaken(delivery)
    if now:
        return process(now)
    refuse(event, message, verdict.note)
    if delivery.is_stored:
        mark_invalid(event, verdict.note)
    return Outcome.REFUSED


def _synced_and_signalled(event: Event) -> Outcome:
    for number in range(ROUNDS):
        time.sleep(random.uniform(0, PAUSE * number))  # noqa: S311  (to get out of step, nothing more)
        with _step(Stage.FETCH):
            handler = registry.handler_for(event.kind)(event)
            snapshot = handler.snapshot()
            change = settle(snapshot) if snapshot else Change(None, None)  # network, no lock held
        try:
            return _committed(event, handler, change)
        except RowMovedOn:
            continue
        except StepFailed as failure:
            if not is_deadlock(failure.__cause__):
                raise
    raise StepFailed(Stage.SYNC) from RowMovedOn()


def _committed(event: Event, handler: Webhook, change: Change) -> Outcome:
    """Sync, receivers and the mark: all of it, or none."""
    committed: list[bool] = []
    try:
        with _step(Stage.COMMIT), transaction.atomic(database(), durable=True):
            transaction.on_commit(partial(committed.append, True), using=database())
            if not _claim(event):
                return Outcome.DUPLICATE
            with _step(Stage.SYNC):
                instance = handler.sync(change)
            _call_receivers(event, handler, instance)
            _mark_processed(event, instance)
    except StepFailed:
        if not committed:
            raise
        # What was to be done after the commit is not ours, and not the event's: that one is done.
        logger.exception("%s %s: done, but a function that was left to on_commit() failed", event.stripe_id, event.kind)
    return Outcome.DONE


def _claim(event: Event) -> bool:
    """Lock the event for this transaction; False where somebody else has done it meanwhile.

    An update, not a ``SELECT … FOR UPDATE``: it locks on every database, SQLite included.
    """
    mine = Event.objects.filter(pk=event.pk, processed=False, valid=True)
    return bool(mine.update(attempts=F("attempts") + 1))


def _call_receivers(event: Event, handler: Webhook, instance: StripeObject | None) -> None:
    sender = type(handler)
    for signal in (signal_for(event.kind), any_event):
        for name, receiver in signal.receivers_for(sender):
            with _step(Stage.RECEIVER, name), transaction.atomic(database()):
                receiver(signal=signal, sender=sender, event=event, instance=instance)
                if transaction.get_rollback(database()):
                    raise BrokenTransaction


def _mark_processed(event: Event, instance: StripeObject | None) -> None:
    event.processed, event.processed_at, event.skipped = True, timezone.now(), False
    event.customer_id = instance.pk if isinstance(instance, Customer) else getattr(instance, "customer_id", None)
    # What has no id at Stripe is found by the one that its row has.
    event.object_id = event.object_id or getattr(instance, "stripe_id", "")
    Event.objects.filter(pk=event.pk).update(
        processed=True,
        processed_at=event.processed_at,
        skipped=False,
        customer_id=event.customer_id,
        object_id=event.object_id,
    )


def _keep(delivery: Delivery, failure: StepFailed) -> None:
    """Keep an error with its event, in a transaction of its own.

    Not where Stripe could not be asked about a delivery that is not the row's, or that another one has overtaken: a
    stranger's body leaves no mark on an event that somebody else brought.
    """
    event = delivery.event
    event.processed = False
    cause = failure.__cause__ or failure
    message = storable(without_secrets(f"{type(cause).__name__}: {cause}"))
    logger.warning("%s %s: %s: %s", event.stripe_id, event.kind, failure, message)
    unfinished = Event.objects.filter(pk=event.pk, processed=False)
    if failure.stage == Stage.VERIFY:
        unfinished = unfinished.exclude(valid=True) if delivery.is_stored else unfinished.none()
    with transaction.atomic(database(), durable=True):
        if unfinished.update(attempts=F("attempts") + 1, verification_note=event.verification_note):
            EventProcessingException.objects.create(
                event=event,
                stage=failure.stage,
                receiver=failure.receiver[:255],
                message=message,
                traceback=storable(without_secrets("".join(traceback.format_exception(cause)))),
            )


@contextmanager
def _step(stage: Stage, receiver: str = "") -> Iterator[None]:
    """Let an error inside say at which step it happened."""
    try:
        yield
    except (RowMovedOn, StepFailed):
        raise
    except Exception as error:
        raise StepFailed(stage, receiver) from error


def _note(event: Event) -> str:
    return f" ({event.verification_note})" if event.verification_note else ""
