"""One row for each event, under any number of simultaneous deliveries.

A duplicate is a delivery of an event that is *done*; one that is merely known goes on being processed. The row holds
one delivered body. While nobody could ask Stripe, two bodies that differ may both be the genuine one, so a second one
never takes the place of the first: it goes its own way (`Delivery.is_stored` is false), and what it was is decided
before it is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import IntegrityError
from django.db.models import F, Q

from pinax.stripe.conf import conf, several
from pinax.stripe.exceptions import UnreadableDelivery
from pinax.stripe.inbox.attempts import lease_expires_at
from pinax.stripe.inbox.erased import blanked_if_erased
from pinax.stripe.inbox.message import (
    IDENTITY,
    Message,
    Outcome,
    contradiction,
    differences,
    informative,
    is_own_account,
    read,
    request_of,
)
from pinax.stripe.inbox.rejections import reject
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary
from pinax.stripe.signals import matches

if TYPE_CHECKING:
    from collections.abc import Mapping


class Delivery(NamedTuple):
    """One POST of an event.

    Attributes:
        event: the event's row.
        message: what this POST says.
        outcome: what became of it, where that is settled already; None: it is to be processed.
        is_stored: the row's ``webhook_message`` is this delivery's.
    """

    event: Event
    message: Message
    outcome: Outcome | None = None
    is_stored: bool = True


def record(message: Message) -> Delivery:
    """Find or make the row of the event that a delivery speaks of, and count the delivery.

    At most two statements for a new event, and for a duplicate of one that is done.
    """
    known = from_primary(Event.objects.filter(stripe_id=message.id))
    event = known.first()
    if event is None:
        try:
            event = Event.objects.create(
                stripe_id=message.id, **_columns(message), **_posted(message), next_attempt_at=lease_expires_at()
            )
        except IntegrityError:
            event = known.get()  # another delivery was faster
        else:
            return _ignored(Delivery(event, message))
    delivery = _known(event, message)
    if delivery.outcome is not Outcome.REJECTED:
        values = _vouched_for(delivery)
        Event.objects.filter(pk=event.pk).update(deliveries=F("deliveries") + 1, **values)
        _set(event, values)
    return _ignored(delivery)


def record_by_identity(message: Message) -> Event:
    """Record what identifies an event, in place of a body that nobody has confirmed; recovery asks Stripe for the rest.

    Args:
        message: `Message.skeleton` of an event that Stripe itself has named.
    """
    delivery = record(message)
    if not delivery.event.valid:
        delivery = _in_place_of_the_stored_one(delivery.event, message, Q(valid=False) | Q(valid__isnull=True))
    return delivery.event


def current_delivery(delivery: Delivery) -> Delivery | None:
    """Return what a delivery is now, where another one has been confirmed meanwhile; None where none has."""
    event = from_primary(Event.objects.filter(pk=delivery.event.pk)).get()
    return _known(event, delivery.message) if event.valid else None


def _known(event: Event, message: Message) -> Delivery:
    try:
        differs = _differs(event, message)
    except UnreadableDelivery:  # another version has written the row, or somebody else
        if event.valid:
            raise
        return _in_place_of_the_stored_one(event, message, Q(valid=False) | Q(valid__isnull=True))
    if event.valid and differs and not message.signed:
        reject(event, message, contradiction(differs))
        return Delivery(event, message, Outcome.REJECTED)
    if event.pruned_at and not event.valid:  # skipped or invalid, and blanked since
        return _in_place_of_the_stored_one(event, message, Q(pruned_at__isnull=False) & ~Q(valid=True))
    if event.valid or not differs:
        return Delivery(event, message, Outcome.DUPLICATE if event.processed or event.pruned_at else None)
    if event.valid is None:
        return Delivery(event, message, is_stored=False)
    return _in_place_of_the_stored_one(event, message, Q(valid=False))


def _in_place_of_the_stored_one(event: Event, message: Message, replaceable: Q) -> Delivery:
    """Put a delivery where a rejected body stands (which is kept as evidence): this one may be the genuine one."""
    values = {**_columns(message), **_posted(message), "valid": None, "skipped": False, "verification_note": ""}
    values |= {"next_attempt_at": lease_expires_at(), "pruned_at": None}
    if Event.objects.filter(replaceable, pk=event.pk).update(**values):
        _set(event, values)
        return Delivery(event, message)
    return _known(from_primary(Event.objects.filter(pk=event.pk)).get(), message)  # another delivery was faster


def _vouched_for(delivery: Delivery) -> dict[str, Any]:
    """Return what changes where a secret vouches for what somebody has posted before without a signature.

    Whoever takes the event from its row has to know it, and has to have the body that was signed.
    """
    event, message = delivery.event, delivery.message
    if event.valid or event.signed or not (message.signed and delivery.is_stored):
        return {}
    return {**_columns(message), **_posted(message)}


def confirm(delivery: Delivery, copy: Message, note: str) -> Event:
    """Keep Stripe's copy: from here on only it is used, the type, account and mode that route the event too."""
    event = delivery.event
    values = {
        **_columns(copy),
        **_posted(delivery.message),
        "validated_message": copy.body,
        "valid": True,
        "skipped": False,
        "pruned_at": None,
        "verification_note": note,
        "next_attempt_at": lease_expires_at(),
    }
    if not Event.objects.filter(pk=event.pk).exclude(valid=True).update(**values):
        return from_primary(Event.objects.filter(pk=event.pk)).get()  # another delivery was faster
    if not delivery.is_stored:
        _refuse_stored(event, copy)
    _set(event, values)
    return event


def _refuse_stored(event: Event, copy: Message) -> None:
    """Keep the body that the genuine delivery now takes the place of, where it was a forged one."""
    stored = read(event.webhook_message)
    differs = differences(stored, copy)
    if differs:
        reject(event, stored, contradiction(differs))


def mark_invalid(event: Event, note: str) -> None:
    """Note that Stripe contradicts the body in the row; one that another delivery has put there since is safe."""
    unchanged = Event.objects.filter(pk=event.pk, webhook_message=event.webhook_message).exclude(valid=True)
    erased = blanked_if_erased(event.webhook_message)
    unchanged.update(valid=False, skipped=False, verification_note=note, next_attempt_at=None, **erased)


def mark_skipped(event: Event, note: str) -> None:
    """Note that the event is recorded only, and why."""
    erased = {} if event.valid else blanked_if_erased(event.webhook_message)
    Event.objects.filter(pk=event.pk).update(skipped=True, verification_note=note, next_attempt_at=None, **erased)


def is_ignored(kind: str) -> bool:
    """Whether the settings switch an event type off."""
    return any(matches(kind, pattern) for pattern in several(conf.IGNORED_EVENTS))


def _ignored(delivery: Delivery) -> Delivery:
    kind = delivery.message.kind
    if delivery.outcome or not delivery.is_stored or not is_ignored(kind):
        return delivery
    mark_skipped(delivery.event, f"{kind} is switched off by PINAX_STRIPE_IGNORED_EVENTS")
    return delivery._replace(outcome=Outcome.SKIPPED)


def _differs(event: Event, message: Message) -> list[str]:
    """Return what a delivery contradicts: the body in the row, and Stripe's copy where there is one.

    Both, because Stripe's copy need not be a full one: of an event that is confirmed by a refusal it has no object.
    Of a pruned event, only the columns are left.
    """
    if event.pruned_at:
        return _not_as_in_columns(event, message)
    differs = differences(message, read(event.webhook_message))
    return differences(message, read(event.message)) if differs and event.message else differs


def _not_as_in_columns(event: Event, message: Message) -> list[str]:
    told = _columns(message)
    differs = [name for column, name in IDENTITY.items() if column in told and told[column] != getattr(event, column)]
    if "account" in differs and is_own_account(message, event.stripe_account):
        differs.remove("account")
    # What has no id in the message may have got one in the row.
    object_names = {"object_id": "data.object.id", "object_type": "data.object.object"}
    known = {name: (told[column], getattr(event, column)) for column, name in object_names.items()}
    return differs + [name for name, both in known.items() if all(both) and both[0] != both[1]]


def _posted(message: Message) -> dict[str, Any]:
    return {"webhook_message": message.body, "signed": message.signed, "signed_by": message.signed_by}


def _columns(message: Message) -> dict[str, Any]:
    return {
        "kind": message.kind,
        **message.scope.columns,
        "created": message.created,
        "api_version": message.api_version,
        "request_id": request_of(message.body),
        "object_type": informative(message.object.get("object")),
        "object_id": informative(message.object.get("id")),
    }


def _set(event: Event, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(event, name, value)
