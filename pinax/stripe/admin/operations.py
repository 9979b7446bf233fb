"""The actions that operators can start in the admin: what each is called, who may start it, and what it runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from pinax.stripe.conf import INLINE, conf
from pinax.stripe.dispatch import process_later
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.operations import actions

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    from pinax.stripe.models import Event
    from pinax.stripe.operations.actions import Run
    from pinax.stripe.operations.audit import Order

#: How long one confirmation keeps a request busy, in seconds. What is left then is processed later, or not at all.
SECONDS: Final = 10.0


@dataclass(frozen=True)
class Operation:
    """An action on rows of a list, or on the row of a page.

    Attributes:
        name: its name in addresses and forms.
        permission: the permission that starting it needs.
        label: what lists and pages call it.
        explanation: what the confirmation says will happen.
        act: does it to a row, and returns the result in words.
        applies: whether it would do anything to a row: else its page does not offer it.
        can_wait: whether it can be left to the dispatcher; ``act`` then takes ``run``.
        for_receivers: whether one receiver can be chosen; ``act`` then takes ``receiver`` and ``again``.
    """

    name: str
    permission: str
    label: _StrOrPromise
    explanation: _StrOrPromise
    act: Callable[..., str]
    applies: Callable[[Any], bool] = lambda _row: True
    can_wait: bool = False
    for_receivers: bool = False

    def is_permitted(self, request: HttpRequest) -> bool:
        """Whether the user may start it."""
        return request.user.has_perm(f"pinax_stripe.{self.permission}")


def _on_event(verb: Callable[..., str]) -> Callable[..., str]:
    return lambda event, order, **options: verb(event.pk, order, **options)


def _retry(event: Event, order: Order, run: Run = process_later) -> str:
    return actions.retry(event.pk, order, run)


def _reconcile(row: Any, order: Order) -> str:
    return actions.reconcile_now(row, order, SECONDS)


PROCESS: Final = Operation(
    "process",
    "process_event",
    _("Process now"),
    _(
        "Each event that is still to be processed is tried now, also one that is given up: Stripe is asked about it if "
        "it is not confirmed, its object is synced, and the receivers that have not succeeded are called."
    ),
    _on_event(actions.process_now),
    applies=lambda event: event.is_pending,
    can_wait=True,
)
REPLAY: Final = Operation(
    "replay",
    "replay_event",
    _("Replay"),
    _(
        "Each event starts from the beginning: its failures are forgotten, Stripe is asked again if it is not "
        "confirmed, its object is synced, and its receivers are called. What has succeeded is not repeated, unless "
        "you say so below."
    ),
    _on_event(actions.replay_event),
    applies=lambda event: not event.pruned_at,
    can_wait=True,
    for_receivers=True,
)
VERIFY: Final = Operation(
    "verify",
    "verify_event",
    _("Verify again"),
    _("Stripe is asked again about each event that is not confirmed. If Stripe confirms it, it is processed."),
    _on_event(actions.verify_again),
    applies=lambda event: not (event.valid or event.skipped or event.pruned_at),
    can_wait=True,
)
GIVE_UP: Final = Operation(
    "give-up",
    "give_up_event",
    _("Give up"),
    _(
        "Each event that is still to be processed is given up: it is no longer retried automatically. It stays, and "
        "can be retried or replayed. If Stripe delivers it again, it is processed."
    ),
    _on_event(actions.give_up),
    applies=lambda event: event.is_pending and not event.given_up_at,
)
RETRY: Final = Operation(
    "retry",
    "retry_event",
    _("Retry after giving up"),
    _(
        "Each event that is given up is taken up again: its failures are forgotten, and it is retried automatically, "
        "the first time as soon as possible."
    ),
    _retry,
    applies=lambda event: event.is_pending and bool(event.given_up_at),
    can_wait=True,
)
PRUNE: Final = Operation(
    "prune",
    "prune_event",
    _("Prune the payload"),
    _(
        "The messages of each event that is processed or given up are deleted, and so are the texts of its errors and "
        "the reasons of earlier actions. Its columns stay. This cannot be undone, and the event cannot be run again."
    ),
    _on_event(actions.prune),
    applies=lambda event: not event.pruned_at and bool(event.processed or event.given_up_at),
)
FETCH: Final = Operation(
    "fetch",
    "fetch_object",
    _("Fetch from Stripe"),
    _("Stripe is asked for the current state of each object, and its row is written. No receiver is called."),
    actions.fetch,
)
RECONCILE: Final = Operation(
    "reconcile",
    "reconcile",
    _("Reconcile now"),
    _(
        "Stripe's list of events is compared with the recorded ones. Events that are missing are recorded and "
        "processed. This takes ten seconds at most; stripe_reconcile does the rest."
    ),
    _reconcile,
)

#: The actions on events, in the order in which lists and pages offer them.
ON_EVENTS: Final = (REPLAY, PROCESS, VERIFY, RETRY, GIVE_UP, PRUNE)


def runs_for(number: int) -> Callable[[bool], Run]:
    """Return how events of a selection are processed: in the request until its time is up, else by the dispatcher.

    Args:
        number: how many events are selected. If there is an engine, several are left to it at once.
    """
    at_once = number == 1 or conf.DISPATCHER == INLINE
    return lambda in_time: process_event if at_once and in_time else process_later


def bound(operation: Operation, *, receiver: str = "", again: bool = False) -> Callable[..., str]:
    """Return what an operation runs with the options that were chosen."""
    if operation.for_receivers:
        return partial(operation.act, receiver=receiver, again=again)
    return operation.act
