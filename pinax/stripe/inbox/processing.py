"""From recorded to done: verify, settle the order, and then one transaction: the sync, the receivers, the mark.

Where some receivers fail, the transaction is kept all the same: the sync, what the others did, and a receipt for each
of them. The next try calls those only that have not come through.
"""

from __future__ import annotations

import logging
import random
import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from pinax.stripe.exceptions import ConcurrentUpdate, StepFailed, UnreadableDelivery
from pinax.stripe.inbox.attempts import after_failure, lease_expires_at
from pinax.stripe.inbox.erased import blank_if_erased
from pinax.stripe.inbox.failures import Stage, apply, keep, log_exception, record_unreadable, step
from pinax.stripe.inbox.message import Outcome, read
from pinax.stripe.inbox.receivers import call_receivers
from pinax.stripe.inbox.recording import Delivery, confirm, current_delivery, mark_invalid, mark_skipped
from pinax.stripe.inbox.rejections import reject
from pinax.stripe.inbox.reporting import tell
from pinax.stripe.inbox.transactions import database, is_deadlock, refuse_open_transaction
from pinax.stripe.inbox.verification import Finding, verify
from pinax.stripe.models import Customer, Event, EventReceipt, OtherObject
from pinax.stripe.models.primary import from_primary
from pinax.stripe.sync.freshness import Change, settle
from pinax.stripe.sync.mapping import primary_keys
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from pinax.stripe.inbox.message import Message
    from pinax.stripe.inbox.receivers import Calls
    from pinax.stripe.models import StripeObject
    from pinax.stripe.webhooks import Webhook

logger = logging.getLogger("pinax.stripe")

#: How often the order is settled anew because somebody else has written the row meanwhile, or because the database
#: made this transaction give way; and the longest pause before the second time, in seconds.
ROUNDS = 8
PAUSE = 0.02


class Try(NamedTuple):
    """What came of a try whose transaction was kept.

    Attributes:
        outcome: what became of the event.
        failures: an error for each receiver that has not come through.
    """

    outcome: Outcome
    failures: list[StepFailed]


#: How many pages of one list inside an object a web request waits for; a longer one is left to `process_event`.
PAGES_IN_A_REQUEST = 3


def process_event(event: Event, *, only: str = "") -> Outcome:
    """Bring a recorded event to its end, from the body that its row holds; one that is deleted meanwhile is skipped.

    Args:
        event: the event.
        only: the name of the one receiver that is to be called; empty: all that have not come through.

    """
    if event.processed:
        return Outcome.DUPLICATE  # its body may be pruned
    try:
        message = read(event.webhook_message, signed_by=event.signed_by)
    except UnreadableDelivery as error:
        # Another version has written it, or somebody else.
        failure = record_unreadable(event, error)
        tell(event, Outcome.RETRY, [failure])
        return Outcome.RETRY
    try:
        return process(Delivery(event, message), only=only, most_pages=None)
    except Event.DoesNotExist:
        logger.warning("%s: its row is gone, so there is nothing to do", event.stripe_id)
        return Outcome.SKIPPED


def process(delivery: Delivery, *, only: str = "", most_pages: int | None = PAGES_IN_A_REQUEST) -> Outcome:
    """Bring a delivery to its end; what fails on the way is kept with the event.

    Args:
        delivery: the delivery.
        only: as in `process_event`.
        most_pages: how many pages of one list inside the object may be waited for; None: all that it has.

    Raises:
        InsideTransaction: a transaction is open.
        django.db.Error: the database fails at keeping what became of it.
    """
    refuse_open_transaction()
    event = delivery.event
    if delivery.outcome:
        return delivery.outcome
    if event.processed:
        return Outcome.DUPLICATE
    try:
        found = None if event.valid else _verified(delivery)
        if isinstance(found, Delivery):
            return process(found, only=only, most_pages=most_pages)
        outcome, failures = Try(found, []) if found else _synced_and_signalled(event, only, most_pages)
    except StepFailed as failure:
        outcome, failures = Outcome.RETRY, [failure]
        keep(delivery, failure)
    tell(event, outcome, failures, invalid=outcome is Outcome.REJECTED and delivery.is_stored)
    return outcome


def _verified(delivery: Delivery) -> Outcome | Delivery | None:
    """Ask Stripe (network, no lock held) and keep the verdict.

    Returns:
        None where the event is confirmed, what became of it where it is not, and what to go on with instead where
        another delivery was faster.
    """
    event, message = delivery.event, delivery.message
    with step(Stage.VERIFY):
        verdict = verify(message)
        event.verification_note = verdict.note
        if verdict.error:
            raise verdict.error
    if verdict.finding is Finding.CONFIRMED and verdict.copy:
        confirmed = _confirmed(delivery, verdict.copy, verdict.note)
        return None if confirmed is event else Delivery(confirmed, message)
    now = current_delivery(delivery)
    if now:
        return now
    if verdict.finding is Finding.NO_KEY:
        if delivery.is_stored:
            mark_skipped(event, verdict.note)
        return Outcome.SKIPPED
    reject(event, message, verdict.note)
    if delivery.is_stored:
        mark_invalid(event, verdict.note)
    return Outcome.REJECTED


def _confirmed(delivery: Delivery, copy: Message, note: str) -> Event:
    try:
        return confirm(delivery, copy, note)
    except OperationalError:  # nothing is wrong with the event
        raise
    except DatabaseError as error:
        raise StepFailed(Stage.VERIFY) from error


def _synced_and_signalled(event: Event, only: str, most_pages: int | None) -> Try:
    for number in range(ROUNDS):
        time.sleep(random.uniform(0, PAUSE * number))  # noqa: S311  (to get out of step, nothing more)
        with step(Stage.FETCH):
            handler = registry.handler_for(event.kind)(event)
            change = _change(event, handler, most_pages)  # network, no lock held
        try:
            return _committed(event, handler, change, only)
        except ConcurrentUpdate:
            continue
        except StepFailed as failure:
            if not is_deadlock(failure.__cause__):
                raise
    raise StepFailed(Stage.SYNC) from ConcurrentUpdate()


def _change(event: Event, handler: Webhook, most_pages: int | None) -> Change:
    """Return what is to be written; nothing, where an earlier try has been kept but for some receivers."""
    snapshot = handler.snapshot()
    if snapshot is None:
        return Change(None, None)
    return Change(snapshot.row(), None) if event.synced_at else settle(snapshot, most_pages)


def _committed(event: Event, handler: Webhook, change: Change, only: str) -> Try:
    """Sync, receivers and the mark: all of it, or none."""
    committed: list[bool] = []
    result, before = Try(Outcome.DUPLICATE, []), vars(event).copy()
    try:
        with step(Stage.COMMIT), transaction.atomic(database(), durable=True):
            transaction.on_commit(partial(committed.append, True), using=database())
            if not _claim(event):
                return result
            with step(Stage.SYNC):
                instance = handler.sync(change)
            result = _marked(event, instance, call_receivers(event, handler, instance, only))
    except StepFailed:
        if not committed:
            vars(event).update(before)
            raise
        # What was to be done after the commit is not ours, and not the event's: that one is done.
        logger.exception("%s %s: kept, but a function that was left to on_commit() failed", event.stripe_id, event.kind)
    return result


def _claim(event: Event) -> bool:
    """Lock the event for this transaction; False where somebody else has done it meanwhile, or it is gone.

    An update, not a ``SELECT … FOR UPDATE``: it locks on every database, SQLite included.

    Raises:
        ConcurrentUpdate: somebody else has brought it half the way.
    """
    unfinished = Event.objects.filter(pk=event.pk, processed=False, valid=True)
    if unfinished.filter(synced_at=event.synced_at).update(attempts=F("attempts") + 1):
        return True
    now = from_primary(unfinished).values("synced_at").first()
    if now is None:
        return False
    event.synced_at = now["synced_at"]
    raise ConcurrentUpdate


def _marked(event: Event, instance: StripeObject | None, calls: Calls) -> Try:
    """Note what was done: all of it, or who has come through and who has not."""
    now = timezone.now()
    done = not (calls.failures or calls.left_out)
    values: dict[str, Any] = {
        "customer_id": _customer_of(event, instance),
        # What has no id at Stripe is found by the one that its row has.
        "object_id": event.object_id or getattr(instance, "stripe_id", ""),
        "skipped": False,
    }
    if done:
        values |= {"processed": True, "processed_at": now, "next_attempt_at": None, "given_up_at": None}
    else:
        values["synced_at"] = event.synced_at or now
        values["next_attempt_at"] = lease_expires_at()  # of those that were left out, nobody else may think
        EventReceipt.objects.bulk_create(EventReceipt(event=event, receiver=name) for name in calls.succeeded)
    if calls.failures:
        values |= after_failure(event, calls.failures[0])
    for failure in calls.failures:
        log_exception(event, failure)
    Event.objects.filter(pk=event.pk).update(**values)
    apply(event, values)
    blank_if_erased(event, instance)
    return Try(Outcome.PROCESSED if done else Outcome.RETRY, calls.failures)


def _customer_of(event: Event, instance: StripeObject | None) -> int | None:
    """Return the customer whom the event is about, made as a stub if it has not been seen yet.

    The row knows in most cases. It does not if its columns have no place for a customer, if there is no row, or if the
    object has lost its customer since: then the event's own copy says, or what it names as changed.
    """
    known = instance.pk if isinstance(instance, Customer) else getattr(instance, "customer_id", None)
    before = {"customer": event.previous_attributes.get("customer")}
    named = OtherObject.customer_of(event.object) or OtherObject.customer_of(before)
    if known is not None or not named:
        return known
    target = (Customer, named)
    return primary_keys([target], event.scope)[target]
