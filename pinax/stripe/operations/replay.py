"""Run an event again at the request of a person; who requested it, when and why is recorded.

A replay is an attempt like any other, of an event that starts again: its failures are reset, and one that Stripe has
contradicted is verified once more. What has succeeded is not repeated, unless that is requested.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from pinax.stripe.exceptions import NotAcceptable, UnknownReceiver
from pinax.stripe.inbox.attempts import lease_expires_at
from pinax.stripe.inbox.confirmation import confirm
from pinax.stripe.inbox.deliveries import Delivery
from pinax.stripe.inbox.message import Outcome, read_stored
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.inbox.receivers import names_of
from pinax.stripe.inbox.transactions import database, refuse_open_transaction
from pinax.stripe.models import Event, EventReceipt, EventReplay
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations import audit
from pinax.stripe.operations.retention import KEPT_BY_STRIPE
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from pinax.stripe.models.event_queryset import EventQuerySet


class Request(NamedTuple):
    """What is requested, and by whom.

    Attributes:
        by: who requests it.
        reason: why, in words.
        receiver: the identity of the one receiver to call; empty: all of them.
        again: repeat what has succeeded, too.
        accept_signature: accept the signature of a webhook secret instead of Stripe's confirmation.
        batch: the same for all actions of one confirmation.
    """

    by: str
    reason: str
    receiver: str = ""
    again: bool = False
    accept_signature: bool = False
    batch: str = ""


def replay(event_pk: int, request: Request) -> Outcome:
    """Run an event again; never inside a transaction.

    Returns:
        The outcome; `Outcome.DUPLICATE` if all that is requested has succeeded before.

    Raises:
        UnknownReceiver: the event has no receiver with the requested name.
        NotAcceptable: its signature is to be accepted, and it has none, or Stripe still has the event.
        Event.DoesNotExist: the event is deleted.
    """
    begun = begin(event_pk, request)
    if begun is None:
        return Outcome.DUPLICATE
    event, kept = begun
    outcome = process_event(event, only=request.receiver)
    audit.finish(kept, outcome.value)
    return outcome


def begin(event_pk: int, request: Request) -> tuple[Event, EventReplay] | None:
    """Reset an event for a replay, and record who requested it; None if a replay would run nothing.

    Raises:
        UnknownReceiver: the event has no receiver with the requested name.
        NotAcceptable: its signature is to be accepted, and it has none, or Stripe still has the event.
        Event.DoesNotExist: the event is deleted.
    """
    refuse_open_transaction()
    with transaction.atomic(database(), durable=True):
        rows: Any = from_primary(Event.objects.filter(pk=event_pk))
        event = rows.select_for_update().get()
        return (event, _begun(event, request)) if left_to_do(rows, request).exists() else None


def left_to_do(events: EventQuerySet, request: Request) -> EventQuerySet:
    """Return those of some events for which a replay would run anything.

    Raises:
        UnknownReceiver: not all of them have a receiver with the requested name.
    """
    if request.receiver:
        _check_receiver(events, request.receiver)
    return events.filter(_is_left(request))


def already_complete(events: EventQuerySet, request: Request) -> EventQuerySet:
    """Return those of some events for which a replay would run nothing."""
    return events.filter(~_is_left(request))


def _is_left(request: Request) -> Q:
    left = Q(pruned_at__isnull=True)  # of the others, nothing is left that could be run
    if request.again:
        return left
    if request.receiver:
        succeeded = EventReceipt.objects.filter(event=OuterRef("pk"), receiver=request.receiver)
        left &= ~Q(Exists(succeeded))
    return left & Q(processed=False)


def _check_receiver(events: EventQuerySet, receiver: str) -> None:
    # Which receivers an event has depends on its type, its platform, its account and its mode.
    names = ("kind", "platform", "stripe_account", "livemode")
    for values in events.order_by().values(*names).distinct():
        known, kind = _receivers_of(Event(**values)), values["kind"]
        if receiver not in known:
            raise UnknownReceiver(
                f"No receiver of {kind} is called {receiver}; there are: {', '.join(known) or 'none'}"
            )


def _begun(event: Event, request: Request) -> EventReplay:
    if request.accept_signature:
        _accept_signature(event, request)
    values: dict[str, Any] = {
        "processed": False,
        "processed_at": None,
        "skipped": False,
        "skip_cause": "",
        "valid": event.valid or None,
    }
    if event.processed or not request.receiver:
        # Else the other receivers keep the event's schedule: they were not requested.
        values |= {"failures": 0, "given_up_at": None, "next_attempt_at": lease_expires_at()}
    if request.again:
        values["synced_at"] = _forget_receipts(event, request.receiver)
    event.transition(values)
    order = audit.Order(request.by, request.reason, request.batch)
    action, again = EventReplay.Action.REPLAY, request.again
    return audit.begin(action, event.stripe_id, order, event=event, receiver=request.receiver, again=again)


def _accept_signature(event: Event, request: Request) -> None:
    """Accept the signature of a webhook secret as confirmation, once Stripe no longer has the event.

    Raises:
        NotAcceptable: it is not signed, or Stripe still has it.
    """
    if event.valid:
        return
    if not event.signed:
        raise NotAcceptable(f"{event.stripe_id} is not signed by a webhook secret")
    forgotten_at = event.created + timedelta(days=KEPT_BY_STRIPE)
    if forgotten_at > timezone.now():
        raise NotAcceptable(
            f"Stripe keeps {event.stripe_id} until {forgotten_at:%Y-%m-%d}: check the key, and let stripe_process ask"
        )
    message = read_stored(event)
    if message.is_thin and Event.objects.filter(stripe_id=message.twin_id).exclude(pk=event.pk).exists():
        raise NotAcceptable(f"{event.stripe_id} is the thin event of {message.twin_id}: replay that one")
    note = f"by its signature ({event.signed_by}), accepted by {request.by}: Stripe has forgotten the event"
    confirm(Delivery(event, message), message, note)


def _forget_receipts(event: Event, receiver: str) -> Any:
    """Delete receipts; all receivers of a processed event have succeeded, without a receipt for each.

    Returns:
        The new ``synced_at``: None if the object is to be written again, too.
    """
    if not receiver:
        _receipts_of(event).delete()
        return None
    _receipts_of(event).filter(receiver=receiver).delete()
    if event.processed:
        known = set(_receipts_of(event).values_list("receiver", flat=True)) | {receiver}
        others = [name for name in _receivers_of(event) if name not in known]
        EventReceipt.objects.bulk_create(EventReceipt(event=event, receiver=name) for name in others)
        return event.synced_at or timezone.now()
    return event.synced_at


def _receipts_of(event: Event) -> QuerySet[EventReceipt]:
    return from_primary(EventReceipt.objects.filter(event=event))


def _receivers_of(event: Event) -> list[str]:
    return names_of(event, registry.handler_for(event.kind))
