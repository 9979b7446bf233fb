"""What every engine's task does in a worker."""

from __future__ import annotations

from pinax.stripe.dispatch.inline import inline
from pinax.stripe.exceptions import NotProcessed
from pinax.stripe.inbox.message import Outcome


def work(event_pk: int) -> str:
    """Bring the event to its end, and return what became of it in a word, for the engine's own records.

    Raises:
        NotProcessed: it is to be tried again; why is kept with the event. An engine sees a task that failed.
        InsideTransaction: a transaction is open.
        django.db.Error: the database fails at keeping what became of it.
    """
    outcome = inline(event_pk)
    if outcome is Outcome.RETRY:
        raise NotProcessed(f"event {event_pk} is not done yet: the reason is kept with it")
    return str(outcome.value)
