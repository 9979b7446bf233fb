"""Blank what events and rejected deliveries say of erased customers.

Receivers need an event's messages, so they are kept whole until the event ends: until it is processed, skipped, invalid
or given up. If it concerns an erased customer, they are blanked in the transaction that ends it.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from pinax.stripe import plain_json
from pinax.stripe.event_json import object_in
from pinax.stripe.exceptions import UnreadableDelivery
from pinax.stripe.inbox.message import read_stored
from pinax.stripe.models import Customer, Event, EventProcessingException, EventReplay, StripeObject
from pinax.stripe.models.primary import from_primary
from pinax.stripe.sync.mapping import concerns_erased

if TYPE_CHECKING:
    from pinax.stripe.models.event_queryset import EventQuerySet
    from pinax.stripe.scope import Scope

#: A byte order mark, as `pinax.stripe.inbox.rejections.readable` writes it.
_BOM = "\\ufeff"


def blank_if_erased(event: Event, instance: StripeObject | None = None) -> None:
    """Blank an event that has ended and concerns an erased customer; inside the transaction that ends it.

    The event in memory keeps its messages: functions that receivers have left to ``on_commit()`` may read them.

    No statement if the event's row has its customer and that is not erased, else at most one query.

    Args:
        event: the event, as its row is now; nothing is done unless it is processed or given up.
        instance: the row that was synced, if there is one.
    """
    if (event.processed or event.given_up_at) and _concerns_erased(event, instance):
        blank(Event.objects.filter(pk=event.pk))


def blank(events: EventQuerySet) -> None:
    """Blank those of some events that have ended, and what was written about them; inside a transaction.

    Nothing is left of an event that was given up to try again with, so it counts as skipped from then on.
    """
    ended = from_primary(events.ended()).filter(pruned_at__isnull=True).order_by("pk")
    keys = list(ended.select_for_update().values_list("pk", flat=True))
    if keys:
        Event.objects.filter(pk__in=keys).blank(timezone.now())
        Event.objects.filter(pk__in=keys, processed=False).update(skipped=True)
        EventProcessingException.objects.filter(event__in=keys).update(message="", traceback="")
        EventReplay.objects.filter(event__in=keys).update(reason="")


def blanked_if_erased(event: Event) -> dict[str, Any]:
    """Return what changes of the row of an event that ends unconfirmed; one query if its body has an object."""
    try:
        erased = body_concerns_erased(event.webhook_message, read_stored(event).scope)
    except UnreadableDelivery:
        return {}
    if not erased:
        return {}
    return {"webhook_message": {}, "validated_message": None, "answer": None, "pruned_at": timezone.now()}


def body_concerns_erased(body: Any, scope: Scope | None = None) -> bool:
    """Whether the object in an event's JSON concerns an erased customer; one query if there is an object.

    Args:
        body: the event, which need not be readable as one.
        scope: its account and mode; None: what it says of them may be wrong.
    """
    carried = object_in(body)
    return bool(carried) and concerns_erased(carried, scope)


def content_of(body: str) -> Any:
    """Return the JSON in a rejected body as it is kept: plain, in a JSON string or in base64.

    Raises:
        ValueError: it is none of these, or is cut off.
    """
    text = body.removeprefix(_BOM)
    try:
        content = plain_json.parse(text)
    except ValueError:
        content = plain_json.parse(base64.b64decode(text, validate=True))
    return plain_json.parse(content) if isinstance(content, str) else content


def _concerns_erased(event: Event, instance: StripeObject | None) -> bool:
    if isinstance(instance, StripeObject) and (event.customer_id is None or _is_of_customer(instance)):
        return instance.erased_at is not None
    if event.customer_id is not None:
        erased = Customer.all_objects.filter(pk=event.customer_id, erased_at__isnull=False)
        return from_primary(erased).exists()
    if event.object:
        return concerns_erased(event.object, event.scope)
    return body_concerns_erased(event.webhook_message)


def _is_of_customer(instance: StripeObject) -> bool:
    """Whether a row points at its customer, or is one: sync erases it if the customer is erased."""
    return isinstance(instance, Customer) or getattr(instance, "customer_id", None) is not None
