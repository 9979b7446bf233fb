"""Write the verdict on an event to its row: Stripe's copy if it is confirmed, or that it is invalid."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F

from pinax.stripe.exceptions import ConcurrentUpdate, EventDeleted, UnreadableDelivery
from pinax.stripe.inbox.attempts import lease_expires_at, lock
from pinax.stripe.inbox.comparison import contradiction, differences, differences_of_twins
from pinax.stripe.inbox.erased import blanked_if_erased
from pinax.stripe.inbox.message import Message, Outcome, at_home, read
from pinax.stripe.inbox.recording import NOT_CONFIRMED, columns_of, delivery_of_known, posted_in
from pinax.stripe.inbox.rejections import reject
from pinax.stripe.inbox.transactions import database
from pinax.stripe.inbox.twins import find, ids_of_thin
from pinax.stripe.models import Event, EventProcessingException, EventReplay, RejectedDelivery
from pinax.stripe.models.primary import from_primary
from pinax.stripe.plain_json import same

if TYPE_CHECKING:
    from pinax.stripe.inbox.deliveries import Delivery


def confirmation(posted: Message, copy: Message, note: str) -> dict[str, Any]:
    """Return the column values of a confirmed event, from Stripe's copy: from here on only it is used."""
    is_same = copy.body is posted.body or same(copy.body, posted.body)
    return {
        **columns_of(copy),
        **(ids_of_thin(copy, is_trusted=True) if copy.is_thin else {}),
        **posted_in(posted),
        "validated_message": None if is_same else copy.body,
        "valid": True,
        "skipped": False,
        "skip_cause": "",
        "pruned_at": None,
        "verification_note": note,
        "next_attempt_at": lease_expires_at(),
    }


def confirm(delivery: Delivery, copy: Message, note: str) -> None:
    """Store Stripe's copy, unless another delivery was confirmed first: then continue from the row's state.

    A thin event is stored in the row of its snapshot event, if there is one.

    Raises:
        BeingProcessed: that row is locked.
    """
    event, alias = delivery.event, database()
    stored, values = event.webhook_message, confirmation(delivery.message, copy, note)
    if not copy.is_thin and event.thin_id == copy.id:
        values["thin_id"] = None  # another body of this id claimed to be a thin event
    try:
        # A savepoint for Django's TestCase; elsewhere, no transaction is open.
        with transaction.atomic(alias) if copy.is_thin else nullcontext():
            is_confirmed = event.transition(values, NOT_CONFIRMED)
    except IntegrityError:
        _join_twin(delivery, copy, note)
        return
    if not is_confirmed:
        reload_if_confirmed(delivery)
    elif not delivery.is_stored:
        _reject_stored(event, stored, copy)


def _join_twin(delivery: Delivery, copy: Message, note: str) -> None:
    """Move a confirmed thin event into the row of its snapshot event, which another delivery has recorded.

    If that is not confirmed yet, it is now: Stripe's copy of the thin event is its copy of both.
    """
    own = delivery.event
    with transaction.atomic(database(), durable=True):
        twin = from_primary(Event.objects.filter(stripe_id=copy.twin_id)).first()
        if twin is None:
            raise ConcurrentUpdate
        lock(own)
        lock(twin)
        stored, is_news = twin.webhook_message, not twin.valid
        for model in (EventProcessingException, EventReplay, RejectedDelivery):
            model.objects.filter(event=own).update(event=twin)
        own.refresh_from_db(using=database(), fields=["deliveries"])
        Event.objects.filter(pk=own.pk).delete()
        twin.transition(confirmation(delivery.message, copy, note) if is_news else {"thin_id": copy.id})
        Event.objects.filter(pk=twin.pk).update(deliveries=F("deliveries") + own.deliveries)
    delivery.event, delivery.is_stored = twin, True
    delivery.outcome = Outcome.DUPLICATE if twin.processed else None
    if is_news:
        _reject_stored(twin, stored, copy)


def _reject_stored(event: Event, body: Any, copy: Message) -> None:
    """Keep the body that the genuine delivery has replaced, if it contradicts Stripe's copy."""
    try:
        stored = at_home(read(body, platform=copy.scope.platform))
    except UnreadableDelivery:  # blanked, or written by another version
        return
    is_twin = copy.is_thin and stored.id == copy.twin_id
    differs = differences_of_twins(stored, copy) if is_twin else differences(stored, copy)
    if differs:
        reject(event, stored, contradiction(differs))


def mark_invalid(event: Event, note: str) -> None:
    """Mark the event invalid, unless another delivery has replaced its body since."""
    values = {"valid": False, "skipped": False, "skip_cause": "", "verification_note": note, "next_attempt_at": None}
    event.transition({**values, **blanked_if_erased(event)}, NOT_CONFIRMED, webhook_message=event.webhook_message)


def reload_if_confirmed(delivery: Delivery) -> bool:
    """If another delivery of the event was confirmed meanwhile, read the row again; return whether one was."""
    # A thin event may be in the row of its twin by now.
    event = from_primary(Event.objects.filter(pk=delivery.event.pk)).first() or find(delivery.message)
    if event is None:
        raise EventDeleted
    if not event.valid:
        return False
    now = delivery_of_known(event, delivery.message)
    delivery.event, delivery.outcome, delivery.is_stored = now.event, now.outcome, now.is_stored
    return True
