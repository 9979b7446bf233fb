"""Django's tasks carry the event: ``PINAX_STRIPE_DISPATCHER = "pinax.stripe.dispatch.tasks.enqueue"``.

Which engine does the carrying is decided by the ``TASKS`` setting. Django's tasks have no retries of their own: a task
that failed stays failed, and the event is recovery's.
"""

from __future__ import annotations

from typing import Final

import django

from pinax.stripe.dispatch.worker import work

if django.VERSION >= (6, 0):
    from django.tasks import task
else:
    try:
        from django_tasks import task  # type: ignore[no-redef]  # the same one, before Django had it
    except ModuleNotFoundError as error:
        if error.name != "django_tasks":
            raise
        raise ImportError(
            'Django has tasks since 6.0; before, they are a package: pip install "pinax-stripe[tasks]"'
        ) from error


#: Backends that come with the tasks themselves: one runs the task in the request, the other never.
NO_WORKER: Final = ("ImmediateBackend", "DummyBackend")


@task()
def process(event_pk: int) -> str:
    """Bring an event to its end, and return what became of it in a word.

    Raises:
        NotProcessed: it is to be tried again; the engine sees a task that failed.
        django.db.Error: the database fails at keeping what became of it.
    """
    return work(event_pk)


def enqueue(event_pk: int) -> None:
    """Hand the primary key of an event to the default backend of ``TASKS``."""
    process.enqueue(event_pk)


def has_worker() -> bool:
    """Whether the backend that is to carry events has workers, as far as it can be told."""
    return type(process.get_backend()).__name__ not in NO_WORKER
