"""Process a recorded event: verify it, settle the order, and in one transaction sync it, call its receivers, mark it.

If some receivers fail, the transaction is kept all the same: the sync, what the others did, and a receipt for each of
them. The next attempt calls only those that have not succeeded.
"""

from __future__ import annotations

import logging
from asyncio import CancelledError
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from pinax.stripe.event_json import is_thin
from pinax.stripe.exceptions import BeingProcessed, ConcurrentUpdate, EventDeleted, StepFailed, UnreadableDelivery
from pinax.stripe.inbox.attempts import Stage, lock, schedule_after
from pinax.stripe.inbox.confirmation import confirm, confirmation, mark_invalid, reload_if_confirmed
from pinax.stripe.inbox.deliveries import Delivery
from pinax.stripe.inbox.erased import blank_if_erased
from pinax.stripe.inbox.failures import as_failure, log_exception, record_failure, record_unreadable
from pinax.stripe.inbox.message import Outcome, read_stored
from pinax.stripe.inbox.receivers import call_receivers, record_on_commit_errors
from pinax.stripe.inbox.recording import mark_skipped
from pinax.stripe.inbox.rejections import reject
from pinax.stripe.inbox.reporting import report
from pinax.stripe.inbox.transactions import database, refuse_open_transaction, retry_on_conflict
from pinax.stripe.inbox.verification import Finding, verify
from pinax.stripe.models import Customer, Event, EventReceipt, OtherObject
from pinax.stripe.steps import Step, observed
from pinax.stripe.sync.freshness import Change, settle
from pinax.stripe.sync.lookup import primary_keys
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from pinax.stripe.inbox.receivers import Calls
    from pinax.stripe.models import StripeObject
    from pinax.stripe.webhooks import Webhook

logger = logging.getLogger("pinax.stripe")


def process_event(event: Event, *, only: str = "") -> Outcome:
    """Process a recorded event from the body that its row holds; one that is deleted meanwhile is skipped.

    Args:
        event: the event.
        only: the identity of the one receiver to call; empty: all that have not succeeded.

    Raises:
        InsideTransaction: a transaction is open.
    """
    refuse_open_transaction()
    if event.processed:
        return Outcome.DUPLICATE  # its body may be pruned
    try:
        message = read_stored(event)
    except UnreadableDelivery as error:
        report(event, Outcome.RETRY, [record_unreadable(event, error)])
        return Outcome.RETRY
    try:
        return process(Delivery(event, message, only=only, max_pages=None))
    except (Event.DoesNotExist, EventDeleted):
        logger.warning("%s: its row is gone, so there is nothing to do", event.stripe_id)
        return Outcome.SKIPPED


@observed(Step.PROCESS)
def process(delivery: Delivery) -> Outcome:
    """Process a recorded delivery, outside any transaction; the error of a step that fails is recorded with the event.

    Raises:
        django.db.Error: the database fails while the outcome is recorded.
        BaseException: an error that ends the process, such as SystemExit in a receiver, after it has been recorded.
    """
    try:
        outcome = delivery.outcome or _verified(delivery) or _synced_and_signalled(delivery)
    except BeingProcessed:
        return Outcome.RETRY  # the other process reports the outcome
    except EventDeleted:
        raise
    except BaseException as error:  # noqa: BLE001  (recorded; what ends the process is raised again below)
        outcome = _failed(delivery, error)
    is_invalid = outcome is Outcome.REJECTED and delivery.event.valid is False
    report(delivery.event, outcome, delivery.failures, delivery.not_yet, invalid=is_invalid)
    _raise_again(delivery.failures)
    return outcome


@retry_on_conflict
def _verified(delivery: Delivery) -> Outcome | None:
    """Verify the event (a request to Stripe, no lock held), and record the verdict; None if it is confirmed."""
    event, message = delivery.event, delivery.message
    if event.valid:
        return Outcome.DUPLICATE if event.processed else None
    delivery.stage = Stage.VERIFY
    verdict = verify(message)
    if verdict.error:
        event.verification_note = verdict.note
        raise verdict.error
    if verdict.copy:
        is_renamed = verdict.copy.is_thin and verdict.copy.twin_id not in {"", event.stripe_id}
        if delivery.is_stored and not is_renamed:  # saved together with the outcome: one UPDATE less
            event.assign_unsaved(confirmation(message, verdict.copy, verdict.note))
        else:
            confirm(delivery, verdict.copy, verdict.note)
        return delivery.outcome
    if reload_if_confirmed(delivery):
        return delivery.outcome
    end = _no_key if verdict.finding is Finding.NO_KEY else _contradicted
    return end(delivery, verdict.note)


@retry_on_conflict
def _synced_and_signalled(delivery: Delivery) -> Outcome:
    """Write the object, call the receivers and mark the event as processed: all of it in one transaction."""
    event, alias = delivery.event, database()
    delivery.stage = Stage.FETCH
    handler = registry.handler_for(event.kind)(event)
    change = _change(event, handler, delivery.max_pages)  # may send requests to Stripe, no lock held
    before = vars(event).copy()
    delivery.stage = Stage.COMMIT
    try:
        with transaction.atomic(alias, durable=True):
            if not lock(event):
                return Outcome.DUPLICATE
            delivery.stage = Stage.SYNC
            instance = handler.sync(change)
            record_on_commit_errors(event, alias)
            delivery.stage = Stage.COMMIT
            calls = call_receivers(event, handler, instance, delivery.only)
            _mark(event, instance, calls)
    except ConcurrentUpdate:
        raise  # the lock may have read the event's current state
    except BaseException:
        vars(event).update(before)  # as the row, which was rolled back
        raise
    delivery.failures, delivery.not_yet = calls.failures, calls.not_yet
    return Outcome.PROCESSED if event.processed else Outcome.RETRY


def _failed(delivery: Delivery, error: BaseException) -> Outcome:
    failure = as_failure(error, delivery.stage)
    delivery.failures = [failure]
    record_failure(delivery, failure)
    return Outcome.RETRY


def _no_key(delivery: Delivery, note: str) -> Outcome:
    if delivery.is_stored:
        mark_skipped(delivery.event, Event.SkipCause.NO_KEY, note)
    return Outcome.SKIPPED


def _contradicted(delivery: Delivery, note: str) -> Outcome:
    """Keep the delivery as evidence, and mark the event as invalid if it is the stored one."""
    event, message = delivery.event, delivery.message
    reject(event, message, note)
    if delivery.is_stored and message.is_thin is is_thin(event.webhook_message):  # else its twin is stored
        mark_invalid(event, note)
    return Outcome.REJECTED


def _change(event: Event, handler: Webhook, max_pages: int | None) -> Change:
    """Decide what to write; nothing if an earlier attempt has committed the object and only receivers failed."""
    snapshot = handler.snapshot()
    if snapshot is None:
        return Change(None, None)
    return Change(snapshot.row(), None) if event.synced_at else settle(snapshot, max_pages)


def _mark(event: Event, instance: StripeObject | None, calls: Calls) -> None:
    """Save the result: the event is processed, or each receiver that succeeded has a receipt and a retry is due."""
    now = timezone.now()
    values: dict[str, Any] = {
        "customer_id": _customer_of(event, instance),
        # An object without an id at Stripe is found by the id of its row.
        "object_id": event.object_id or getattr(instance, "stripe_id", ""),
        "skipped": False,
        "skip_cause": "",
        "attempts": event.attempts + 1,
        "receivers": calls.succeeded,
    }
    if event.synced_at or not calls.are_complete:
        EventReceipt.objects.bulk_create(EventReceipt(event=event, receiver=name) for name in calls.succeeded)
        values["synced_at"] = event.synced_at or now
    if calls.are_complete:
        values |= {"processed": True, "processed_at": now}
    values |= schedule_after(event, calls)
    for failure in calls.failures:
        log_exception(event, failure)
    event.transition(values)
    blank_if_erased(event, instance)


def _customer_of(event: Event, instance: StripeObject | None) -> int | None:
    """Return the customer whom the event is about, made as a stub if it has not been seen yet.

    The row knows in most cases. It does not if its columns have no place for a customer, if there is no row, or if the
    object has lost its customer since: then the event's own copy says, or what it names as changed.
    """
    known = instance.pk if isinstance(instance, Customer) else getattr(instance, "customer_id", None)
    if known is not None:
        return known
    before = {"customer": event.previous_attributes.get("customer")}
    named = OtherObject.customer_of(event.object) or OtherObject.customer_of(before)
    if not named:
        return None
    target = (Customer, named)
    return primary_keys([target], event.scope)[target]


def _raise_again(failures: list[StepFailed]) -> None:
    """Raise SystemExit and other errors that end the process or its task again, after they were recorded."""
    for failure in failures:
        # An async receiver whose task was cancelled has failed, and nothing more.
        if failure.__cause__ and not isinstance(failure.__cause__, Exception | CancelledError):
            raise failure.__cause__
