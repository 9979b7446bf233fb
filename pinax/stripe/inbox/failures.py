"""Record the error of an attempt that was rolled back; `pinax.stripe.inbox.attempts` says when the next one is due."""

from __future__ import annotations

import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import DatabaseError, OperationalError, transaction

from pinax.stripe.conf import without_secrets
from pinax.stripe.exceptions import (
    BeingProcessed,
    RateLimitExceeded,
    StepFailed,
    UnreadableRow,
)
from pinax.stripe.inbox.attempts import Stage, after_failure, lock
from pinax.stripe.inbox.erased import blank_if_erased
from pinax.stripe.inbox.reporting import described
from pinax.stripe.inbox.transactions import database, drop_lost_connection, retry_on_conflict
from pinax.stripe.models import EventProcessingException
from pinax.stripe.plain_json import storable

if TYPE_CHECKING:
    from pinax.stripe.exceptions import UnreadableDelivery
    from pinax.stripe.inbox.deliveries import Delivery
    from pinax.stripe.models import Event


def as_failure(error: BaseException, stage: Stage, receiver: str = "") -> StepFailed:
    """Return the error of a step as a `StepFailed`; errors that end a process or a task are included."""
    if isinstance(error, StepFailed):
        return error
    failure = StepFailed(stage, receiver)
    failure.__cause__ = error
    return failure


def record_failure(delivery: Delivery, failure: StepFailed) -> None:
    """Record the error of an attempt that was rolled back, and schedule the next one; in a transaction of its own.

    If Stripe could not be asked about a delivery whose body is not the stored one, or about an event that another
    delivery has confirmed meanwhile, nothing is kept: an unsigned body changes nothing of another delivery's event.
    """
    drop_lost_connection(failure.__cause__)
    if failure.stage == Stage.VERIFY and not delivery.is_stored:
        return
    if isinstance(failure.__cause__, RateLimitExceeded):
        # No attempt was made: none is counted and no error is kept, however many unsigned deliveries arrive.
        note = {"verification_note": delivery.event.verification_note}
        delivery.event.transition(note, processed=False, valid__isnull=True)
        return
    replaces = failure.stage == Stage.VERIFY and not delivery.message.signed
    with suppress(BeingProcessed):  # the other attempt decides what happens to the event
        try:
            _record(delivery.event, failure, replaces=replaces)
        except OperationalError:  # nothing is wrong with the event
            raise
        except DatabaseError:  # the database refuses Stripe's copy, which was to be written with the failure
            delivery.event.refresh_from_db(using=database())
            _record(delivery.event, failure, replaces=replaces)


def record_unreadable(event: Event, error: UnreadableDelivery) -> StepFailed:
    """Record the error of an event whose row cannot be read: it counts like any other, and is given up in the end."""
    failure = as_failure(UnreadableRow(f"the row cannot be read: {error}"), Stage.VERIFY)
    _record(event, failure)
    return failure


@retry_on_conflict
def _record(event: Event, failure: StepFailed, *, replaces: bool = False) -> None:
    """Count a failure in the event's row, as it is now.

    Args:
        event: the event.
        failure: the failure.
        replaces: the last failure stands for all before: anyone can post the same body again and again.
    """
    note = event.verification_note
    with transaction.atomic(database(), durable=True):
        if not lock(event) or (failure.stage == Stage.VERIFY and event.valid):
            return
        if replaces:
            event.exceptions.filter(stage=Stage.VERIFY).delete()
        log_exception(event, failure)
        values = after_failure(event, failure)
        event.transition({"attempts": event.attempts + 1, "verification_note": note, **values})
        blank_if_erased(event)


def log_exception(event: Event, failure: StepFailed) -> None:
    """Add an error to those of its event, without keys and secrets."""
    cause = failure.__cause__ or failure
    EventProcessingException.objects.create(
        event=event,
        stage=failure.stage,
        receiver=failure.receiver[:255],
        message=storable(described(failure)),
        traceback=storable(without_secrets("".join(traceback.format_exception(cause)))),
    )
