"""An event is run again because a person says so, and it is written down who, when and why.

A replay is a try like any other, of an event that starts again: its failures are forgotten, and one that Stripe has
contradicted is asked about once more. What has succeeded is not repeated, unless that is said.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from pinax.stripe.exceptions import NotAcceptable, UnknownReceiver
from pinax.stripe.inbox.attempts import lease_expires_at
from pinax.stripe.inbox.deliveries import Delivery
from pinax.stripe.inbox.message import Outcome, read
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.inbox.receivers import names_of
from pinax.stripe.inbox.recording import confirm
from pinax.stripe.inbox.transactions import database, refuse_open_transaction
from pinax.stripe.models import Event, EventReceipt, EventReplay
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations.retention import KEPT_BY_STRIPE
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Request(NamedTuple):
    """What is asked for, by whom.

    Attributes:
        by: who asks.
        reason: why, in words.
        receiver: the name of the one receiver that is to be called; empty: all of them.
        again: what has succeeded is to be run again, too.
        accept_signature: the signature of the webhook secret is to stand for Stripe's confirmation.
        batch: the same for all that is asked for with one confirmation.
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
        what became of it; `Outcome.DUPLICATE` where all that is asked for has succeeded before.

    Raises:
        UnknownReceiver: no receiver of this event has the name that is asked for.
        NotAcceptable: its signature is to be accepted, and it has none, or Stripe can still be asked.
        Event.DoesNotExist: the event is gone.
    """
    begun = begin(event_pk, request)
    if begun is None:
        return Outcome.DUPLICATE
    event, kept = begun
    outcome = process_event(event, only=request.receiver)
    EventReplay.objects.filter(pk=kept.pk).update(outcome=outcome.value)
    return outcome


def begin(event_pk: int, request: Request) -> tuple[Event, EventReplay] | None:
    """Let an event start from the beginning, and write down who asked for it; None if nothing is left to be run.

    Raises:
        UnknownReceiver: no receiver of this event has the name that is asked for.
        NotAcceptable: its signature is to be accepted, and it has none, or Stripe can still be asked.
        Event.DoesNotExist: the event is gone.
    """
    refuse_open_transaction()
    with transaction.atomic(database(), durable=True):
        event = from_primary(Event.objects.filter(pk=event_pk)).select_for_update().get()
        return (event, _begun(event, request)) if is_left_to_do(event, request) else None


def is_left_to_do(event: Event, request: Request) -> bool:
    """Whether a replay would run anything.

    Raises:
        UnknownReceiver: no receiver of this event has the name that is asked for.
    """
    if request.receiver:
        known = _receivers_of(event)
        if request.receiver not in known:
            raise UnknownReceiver(
                f"No receiver of {event.kind} is called {request.receiver}; there are: {', '.join(known) or 'none'}"
            )
    if event.pruned_at:
        return False  # it is done, and nothing is left of it to run
    if request.again:
        return True
    if request.receiver and _receipts_of(event).filter(receiver=request.receiver).exists():
        return False
    return not event.processed


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
        # Else the others keep the schedule that they have: nobody has asked for them.
        values |= {"failures": 0, "given_up_at": None, "next_attempt_at": lease_expires_at()}
    if request.again:
        values["synced_at"] = _forget_receipts(event, request.receiver)
    event.transition(values)
    return EventReplay.objects.create(
        event=event,
        stripe_id=event.stripe_id,
        requested_by=request.by[:255],
        reason=request.reason,
        receiver=request.receiver[:255],
        again=request.again,
        batch=request.batch,
    )


def _accept_signature(event: Event, request: Request) -> None:
    """Let the signature of the webhook secret stand for Stripe's confirmation, once Stripe has forgotten the event.

    Raises:
        NotAcceptable: it is not signed, or Stripe can still be asked.
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
    message = read(event.webhook_message, signed_by=event.signed_by)
    note = f"by its signature ({event.signed_by}), accepted by {request.by}: Stripe has forgotten the event"
    confirm(Delivery(event, message), message, note)


def _forget_receipts(event: Event, receiver: str) -> Any:
    """Forget that receivers have succeeded; of a processed event, all of them have, without a receipt for each.

    Returns:
        what ``synced_at`` is then: empty where the object, too, is to be written again.
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
