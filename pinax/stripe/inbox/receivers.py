"""Call the receivers of an event, each in a savepoint: if some fail, the work of the others is kept."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from django.db import transaction

from pinax.stripe.exceptions import BrokenTransaction, ConcurrentUpdate, EventDeleted, NotYet, StepFailed
from pinax.stripe.inbox.attempts import Stage
from pinax.stripe.inbox.failures import as_failure, log_exception
from pinax.stripe.inbox.transactions import database, is_conflict
from pinax.stripe.models import EventReceipt
from pinax.stripe.models.primary import from_primary
from pinax.stripe.signals import any_event, signal_for
from pinax.stripe.steps import Step, observed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pinax.stripe.models import Event, StripeObject
    from pinax.stripe.signals import EventSignal, Receiver
    from pinax.stripe.webhooks import Webhook

logger = logging.getLogger("pinax.stripe")


@dataclass
class Calls:
    """The results of calling an event's receivers.

    Attributes:
        succeeded: the receivers that have succeeded now, with their durations in seconds.
        failures: an error for each receiver that has failed.
        not_yet: the `NotYet` of each receiver that has raised it.
        left_out: whether there are receivers that were not called and have not succeeded before.
    """

    succeeded: dict[str, float] = field(default_factory=dict)
    failures: list[StepFailed] = field(default_factory=list)
    not_yet: list[StepFailed] = field(default_factory=list)
    left_out: bool = False

    @property
    def are_complete(self) -> bool:
        """Whether every receiver of the event has succeeded, now or before."""
        return not (self.failures or self.not_yet or self.left_out)


def names_of(event: Event, sender: type[Webhook]) -> list[str]:
    """Return the identities of the receivers of an event, in the order in which they are called."""
    return [name for name, _, _ in _connected(event, sender)]


def call_receivers(event: Event, handler: Webhook, instance: StripeObject | None, only: str = "") -> Calls:
    """Call the receivers that have not succeeded yet; inside the event's transaction.

    Args:
        event: the event.
        handler: the event's handler; its class is the sender.
        instance: the row that was synced, if there is one.
        only: the identity of the one receiver to call; empty: all of them.

    Raises:
        StepFailed: a receiver failed in a way that rolls back the whole transaction.
    """
    calls, alias = Calls(), database()
    sender, succeeded_before = type(handler), _succeeded_before(event)
    for name, signal, receiver in _connected(event, sender):
        if name in succeeded_before:
            continue
        if only and only != name:
            calls.left_out = True
            continue
        started = perf_counter()
        try:
            _call(name, receiver, signal=signal, sender=sender, event=event, instance=instance, alias=alias)
        except StepFailed as failure:
            if transaction.get_rollback(alias) or is_conflict(failure):
                raise
            if isinstance(failure.__cause__, NotYet):
                calls.not_yet.append(failure)
                continue
            calls.failures.append(failure)
            if not isinstance(failure.__cause__, Exception | CancelledError):
                break  # the process or its task is to end: commit, and call no other receiver
        else:
            calls.succeeded[name] = round(perf_counter() - started, 6)
    return calls


@observed(Step.RECEIVER)
def _call(name: str, receiver: Receiver, *, event: Event, alias: str, **arguments: object) -> None:
    """Call a receiver in a savepoint of its own.

    Raises:
        StepFailed: it has failed.
    """
    connection = transaction.get_connection(alias)
    known = len(connection.run_on_commit)
    try:
        with transaction.atomic(alias):
            receiver(event=event, **arguments)
            if connection.needs_rollback:
                raise BrokenTransaction  # noqa: TRY301  (an error of the receiver's, like any other)
    except (ConcurrentUpdate, EventDeleted, StepFailed):
        raise
    except BaseException as error:
        raise StepFailed(Stage.RECEIVER, name) from error
    if len(connection.run_on_commit) > known:
        record_on_commit_errors(event, alias, name, known)


def record_on_commit_errors(event: Event, alias: str, name: str = "", known: int = 0) -> None:
    """Record the error of an ``on_commit()`` callback with the event, so that the callbacks after it run, too.

    Django drops all callbacks that come after one that fails.

    Args:
        event: the event.
        alias: the database.
        name: the identity of the receiver that registered them; empty for the handler.
        known: how many callbacks had been registered before.
    """
    callbacks = transaction.get_connection(alias).run_on_commit
    callbacks[known:] = [
        (savepoints, partial(_after_commit, event, name, function), robust)
        for savepoints, function, robust in callbacks[known:]
    ]


def _after_commit(event: Event, name: str, function: Callable[[], object]) -> None:
    try:
        function()
    except Exception as error:
        logger.exception("%s %s: on_commit() of %s failed", event.stripe_id, event.kind, name or "its handler")
        log_exception(event, as_failure(error, Stage.COMMIT, name))


def _succeeded_before(event: Event) -> set[str]:
    """Return the receivers that have succeeded in an earlier attempt; no query if nothing was committed yet."""
    if event.synced_at is None:
        return set()
    receipts = from_primary(EventReceipt.objects.filter(event=event))
    return set(receipts.values_list("receiver", flat=True))


def _connected(event: Event, sender: type[Webhook]) -> Iterator[tuple[str, EventSignal, Receiver]]:
    """Yield the receivers with their identities, which are unique and the same in every process."""
    scope = event.scope
    for signal in (signal_for(event.kind), any_event):
        for identity, receiver in signal.receivers_for(sender, scope):
            yield identity, signal, receiver
