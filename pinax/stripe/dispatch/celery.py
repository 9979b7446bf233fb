"""Process events in Celery: ``PINAX_STRIPE_DISPATCHER = "pinax.stripe.dispatch.celery.enqueue"``.

A message is acknowledged after the attempt, so the message of a worker that died is delivered again. The event's row
makes processing idempotent.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.db import Error as DatabaseError

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

#: The retry policy of publishing: a stale connection is opened again, once. A broker that is down is an error without
#: further retries, since Stripe waits for the response.
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
    """Process an event; after a failure it is retried a few times, with growing pauses.

    The pauses are random, up to 5, 10, 20, 40 and 80 seconds (``retry_backoff``), and never longer than ten minutes
    (``retry_backoff_max``): a broker considers a message lost that a worker holds for long. An event that is still not
    processed then is left to stripe_process.

    Raises:
        NotProcessed: the last retry failed.
        celery.exceptions.Retry: Celery will retry it.
    """
    try:
        work(event_pk)
    except (NotProcessed, DatabaseError) as error:
        pause = get_exponential_backoff_interval(
            self.retry_backoff, self.request.retries, self.retry_backoff_max, full_jitter=True
        )
        raise self.retry(exc=error, countdown=pause) from error


def enqueue(event_pk: int) -> None:
    """Publish the primary key of an event to the queue that Celery routes ``pinax.stripe.process`` to.

    Raises:
        kombu.exceptions.OperationalError: the broker cannot be reached.
    """
    process.apply_async((event_pk,), retry=True, retry_policy=dict(PUBLISHING))


def has_app() -> bool:
    """Whether the project has a Celery app; otherwise Celery uses a default app, without a configured broker."""
    return bool(current_app.set_as_current or current_app.main != "default")
