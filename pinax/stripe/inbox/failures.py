"""What a try has left to be done: its errors, kept with the event, and when it is tried again."""

from __future__ import annotations

import traceback
from asyncio import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from pinax.stripe.conf import without_secrets
from pinax.stripe.exceptions import ConcurrentUpdate, RateLimitExceeded, StepFailed, UnreadableRow
from pinax.stripe.inbox.attempts import after_failure
from pinax.stripe.inbox.erased import blank_if_erased
from pinax.stripe.inbox.reporting import described
from pinax.stripe.inbox.transactions import database, drop_lost_connection
from pinax.stripe.models import Event, EventProcessingException
from pinax.stripe.plain_json import storable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.exceptions import UnreadableDelivery
    from pinax.stripe.inbox.recording import Delivery


def keep(delivery: Delivery, failure: StepFailed) -> None:
    """Keep the error of a try that was taken back, in a transaction of its own.

    Not where Stripe could not be asked about a delivery that is not the row's, or that another one has overtaken:
    an unsigned body changes nothing of an event that another delivery brought.
    """
    drop_lost_connection(failure.__cause__)
    event = delivery.event
    unfinished = Event.objects.filter(pk=event.pk, processed=False)
    if failure.stage == Stage.VERIFY:
        unfinished = unfinished.exclude(valid=True) if delivery.is_stored else unfinished.none()
    if isinstance(failure.__cause__, RateLimitExceeded):
        # Nobody has tried: no attempt is counted and no error kept, however many strangers post.
        unfinished.update(verification_note=event.verification_note)
        return
    values = after_failure(event, failure)
    with transaction.atomic(database(), durable=True):
        if not unfinished.update(attempts=F("attempts") + 1, verification_note=event.verification_note, **values):
            return
        if failure.stage == Stage.VERIFY and not delivery.message.signed:
            # Anybody can post it again and again: the last failure stands for all of them.
            event.exceptions.filter(stage=Stage.VERIFY).delete()
        log_exception(event, failure)
        apply(event, values)
        blank_if_erased(event)


def record_unreadable(event: Event, error: UnreadableDelivery) -> StepFailed:
    """Keep the error of an event whose row cannot be read: it counts like any other, and is given up in the end."""
    failure = StepFailed(Stage.VERIFY)
    failure.__cause__ = UnreadableRow(f"the row cannot be read: {error}")
    values = after_failure(event, failure)
    with transaction.atomic(database(), durable=True):
        Event.objects.filter(pk=event.pk, processed=False).update(attempts=F("attempts") + 1, **values)
        log_exception(event, failure)
        apply(event, values)
        blank_if_erased(event)
    return failure


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


def apply(event: Event, values: dict[str, Any]) -> None:
    """Let the event in memory say what its row says now."""
    for name, value in values.items():
        setattr(event, name, event.failures + 1 if name == "failures" else value)


Stage = EventProcessingException.Stage


@contextmanager
def step(stage: Stage, receiver: str = "") -> Iterator[None]:
    """Let an error inside say at which step it happened."""
    try:
        yield
    except (ConcurrentUpdate, StepFailed):
        raise
    except (Exception, CancelledError) as error:  # the latter is how the task of an async receiver may end
        raise StepFailed(stage, receiver) from error
