"""Process events in Django's tasks: ``PINAX_STRIPE_DISPATCHER = "pinax.stripe.dispatch.tasks.enqueue"``.

The ``TASKS`` setting selects the backend. Django's tasks are not retried: a task that failed stays failed, and
stripe_process retries the event.
"""

from __future__ import annotations

from typing import Final

import django

from pinax.stripe.dispatch.worker import work

if django.VERSION >= (6, 0):
    from django.tasks import task
else:
    try:
        from django_tasks import task  # type: ignore[no-redef]  # the backport
    except ModuleNotFoundError as error:
        if error.name != "django_tasks":
            raise
        raise ImportError(
            'Django has tasks since 6.0; for older versions: pip install "pinax-stripe[tasks]"'
        ) from error


#: Django's own backends: one runs the task in the request, the other never runs it.
NO_WORKER: Final = ("ImmediateBackend", "DummyBackend")


@task()
def process(event_pk: int) -> str:
    """Process an event, and return its outcome.

    Raises:
        NotProcessed: it will be retried; this task has failed.
        django.db.Error: the database fails while the outcome is recorded.
    """
    return work(event_pk)


def enqueue(event_pk: int) -> None:
    """Enqueue the primary key of an event in the default backend of ``TASKS``."""
    process.enqueue(event_pk)


def has_worker() -> bool:
    """Whether the backend has workers; those that are not Django's own are assumed to have them."""
    return type(process.get_backend()).__name__ not in NO_WORKER
