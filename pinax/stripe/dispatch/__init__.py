"""Where processing runs: inline, in the request, or in a worker that gets the event's primary key from a task queue.

A dispatcher is any callable that takes the primary key of an event, and returns when the event is processed or
enqueued. This package has no queue of its own: the event's row is the inbox, and the task queue delivers its key.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from django.utils.module_loading import import_string

from pinax.stripe.conf import conf
from pinax.stripe.dispatch.inline import inline
from pinax.stripe.inbox.attempts import lease, schedule_now
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.inbox.processing import process
from pinax.stripe.inbox.transactions import refuse_open_transaction

if TYPE_CHECKING:
    from pinax.stripe.inbox.recording import Delivery

__all__ = ["Outcome", "dispatch", "inline"]

#: The dispatcher that needs no task queue.
INLINE: Final = "pinax.stripe.dispatch.inline"
CELERY: Final = "pinax.stripe.dispatch.celery.enqueue"
TASKS: Final = "pinax.stripe.dispatch.tasks.enqueue"

logger = logging.getLogger("pinax.stripe")


def dispatch(delivery: Delivery) -> Outcome:
    """Process a recorded delivery now, or pass its event to the dispatcher of the settings.

    The event's row is committed before it is enqueued: recording runs outside any transaction, and an open one is an
    error here. So the worker always finds the row.

    A delivery other than the one in the event's row cannot be enqueued by the event's key: it is processed inline.

    Raises:
        InsideTransaction: a transaction is open.
    """
    refuse_open_transaction()
    if delivery.outcome is not None:
        return delivery.outcome
    if conf.DISPATCHER == INLINE or not delivery.is_stored:
        return process(delivery)
    if delivery.event.next_attempt_at is None:
        lease(delivery.event)
    try:
        import_string(conf.DISPATCHER)(delivery.event.pk)
    except Exception:
        logger.exception("%s: recorded, but not enqueued: stripe_process will process it", delivery.event.stripe_id)
        schedule_now(delivery.event)
    return Outcome.QUEUED


def announce() -> None:
    """Import the dispatcher, so that workers know its task before the first event arrives.

    If it cannot be imported, the system checks report why: an error here would prevent them from running.
    """
    with suppress(Exception):
        import_string(conf.DISPATCHER)
