"""The body of every task queue's task."""

from __future__ import annotations

from pinax.stripe.dispatch.inline import inline
from pinax.stripe.exceptions import NotProcessed
from pinax.stripe.inbox.message import Outcome


def work(event_pk: int) -> str:
    """Process the event, and return its outcome as the result of the task.

    Raises:
        NotProcessed: it will be retried; the error is recorded with the event. The task has failed.
        InsideTransaction: a transaction is open.
        django.db.Error: the database fails while the outcome is recorded.
    """
    outcome = inline(event_pk)
    if outcome is Outcome.RETRY:
        raise NotProcessed(f"event {event_pk} is not processed yet: the error is recorded with it")
    return str(outcome.value)
