"""Where processing runs: here and now (inline), or in an engine that carries the event's primary key to a worker.

A dispatcher is any callable that takes the primary key of an event and returns once the event is processed or
enqueued. The app has no queue of its own: the event's row is the inbox, and the engine carries its primary key.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.module_loading import import_string

from pinax.stripe.conf import INLINE, conf
from pinax.stripe.dispatch.inline import inline
from pinax.stripe.inbox.attempts import lease, lease_expires_at, schedule_now
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.inbox.processing import process
from pinax.stripe.inbox.transactions import refuse_open_transaction

if TYPE_CHECKING:
    from pinax.stripe.inbox.deliveries import Delivery
    from pinax.stripe.models import Event

__all__ = ["Outcome", "dispatch", "inline", "process_later"]

CELERY: Final = "pinax.stripe.dispatch.celery.enqueue"
TASKS: Final = "pinax.stripe.dispatch.tasks.enqueue"

logger = logging.getLogger("pinax.stripe")


def dispatch(delivery: Delivery) -> Outcome:
    """Process a recorded delivery now, or hand its event to the engine that the settings name.

    The event's row is committed before the engine hears of it, since recording runs outside any transaction. So a
    worker finds the row, however fast it is.

    A delivery that is not the one in the event's row cannot be carried by the event's key: it is decided here and now.

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
    _enqueue(delivery.event)
    return Outcome.QUEUED


def process_later(event: Event) -> Outcome:
    """Hand a recorded event to the engine that the settings name; without one, ``stripe_process`` takes it."""
    has_engine = conf.DISPATCHER != INLINE
    event.transition({"next_attempt_at": lease_expires_at() if has_engine else timezone.now()}, processed=False)
    if has_engine:
        _enqueue(event)
    return Outcome.QUEUED


def _enqueue(event: Event) -> None:
    try:
        import_string(conf.DISPATCHER)(event.pk)
    except Exception:
        logger.exception("%s: recorded, but not enqueued: stripe_process will process it", event.stripe_id)
        schedule_now(event)


def announce() -> None:
    """Import the dispatcher, so that its engine's workers know the task before the first event arrives.

    One that cannot be imported, whatever its module raises, is left to the system checks, which say what is wrong with
    it: an error here would stop them.
    """
    with suppress(Exception):
        import_string(conf.DISPATCHER)
