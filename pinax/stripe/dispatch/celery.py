"""Celery carries the event: ``PINAX_STRIPE_DISPATCHER = "pinax.stripe.dispatch.celery.enqueue"``.

A message is acknowledged when its event has been tried, not before, so a worker that dies gives it back. The event's
row makes twice the same as once.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.db import Error as DatabaseTrouble

from pinax.stripe.dispatch.worker import work
from pinax.stripe.exceptions import NotProcessed

try:
    from celery import current_app, shared_task
    from celery.utils.time import get_exponential_backoff_interval
except ModuleNotFoundError as error:
    if error.name != "celery":
        raise
    raise ImportError('Celery is not installed: pip install "pinax-stripe[celery]"') from error

if TYPE_CHECKING:
    from collections.abc import Mapping

#: How a message is published: a connection that has gone stale is made anew, once. A broker that is down is an error
#: at once, since Stripe waits for the answer.
PUBLISHING: Final[Mapping[str, float]] = MappingProxyType(
    {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
)


@shared_task(  # type: ignore[untyped-decorator]  # Celery has no types
    bind=True,
    name="pinax.stripe.process",
    acks_late=True,
    reject_on_worker_lost=True,
    ignore_result=True,
    max_retries=5,
    retry_backoff=5,
    retry_backoff_max=600,
    throws=(NotProcessed,),
)
def process(self: Any, event_pk: int) -> None:
    """Bring an event to its end; one that fails is tried again a few times, after a longer pause each time.

    The pauses are random, up to 5, 10, 20, 40 and 80 seconds (``retry_backoff``), and never longer than ten minutes
    (``retry_backoff_max``): a broker takes a message that a worker holds for long as lost. What is still not done then
    is recovery's.

    Raises:
        NotProcessed: it has been tried for the last time.
        celery.exceptions.Retry: Celery's way to say that it will be tried again.
    """
    try:
        work(event_pk)
    except (NotProcessed, DatabaseTrouble) as error:
        pause = get_exponential_backoff_interval(
            self.retry_backoff, self.request.retries, self.retry_backoff_max, full_jitter=True
        )
        raise self.retry(exc=error, countdown=pause) from error


def enqueue(event_pk: int) -> None:
    """Publish the primary key of an event, to the queue that Celery's routes name for ``pinax.stripe.process``.

    Raises:
        kombu.exceptions.OperationalError: the broker cannot be reached.
    """
    process.apply_async((event_pk,), retry=True, retry_policy=dict(PUBLISHING))


def has_app() -> bool:
    """Whether the project has made a Celery app; if not, Celery makes a default one, which knows no broker."""
    return bool(current_app.set_as_current or current_app.main != "default")
