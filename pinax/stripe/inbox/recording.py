"""Record an event: one row for each, under any number of concurrent deliveries.

A delivery is a duplicate if its event is *processed*; if the event is only recorded, it is processed again. (A signed
duplicate is found by `pinax.stripe.inbox.deliveries.count_duplicate`, others here; one that is processed at the same
time, by `pinax.stripe.inbox.attempts.lock`.)

The row stores one delivered body. Until the event is verified, either of two different bodies may be the genuine one,
so the second does not replace the first: it is processed without being stored (`Delivery.is_stored` is false), and
verified before it is answered.
"""

from __future__ import annotations

import logging
from contextlib import nullcontext
from typing import Any, Final

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q

from pinax.stripe.conf import conf, several
from pinax.stripe.exceptions import ConcurrentUpdate, UnreadableDelivery
from pinax.stripe.hooks import hookset
from pinax.stripe.inbox.attempts import lease_expires_at
from pinax.stripe.inbox.comparison import IDENTITY, contradiction, differences, differences_of_twins, is_own_account
from pinax.stripe.inbox.deliveries import Delivery, count_unless_locked, recent
from pinax.stripe.inbox.erased import blanked_if_erased
from pinax.stripe.inbox.message import Message, Outcome, informative, read_stored, request_of
from pinax.stripe.inbox.rejections import reject
from pinax.stripe.inbox.transactions import database, is_conflict, retry_on_conflict
from pinax.stripe.inbox.twins import are_twins, find, has_twin, ids_of_thin
from pinax.stripe.models import Event
from pinax.stripe.models.instances import new
from pinax.stripe.models.primary import from_primary
from pinax.stripe.models.statements import insert
from pinax.stripe.signals import matches

logger = logging.getLogger("pinax.stripe")

#: The condition for rows of events that are not confirmed.
NOT_CONFIRMED: Final = Q(valid=False) | Q(valid__isnull=True)


@retry_on_conflict
def record(message: Message, *, delivered: bool = True) -> Delivery:
    """Find or create the row of a delivered event, and count the delivery.

    One statement for a new event that happened within the last minute, else two; two for a known event that this
    process has seen before, or that is older than a minute, else three. It never waits for a lock that processing
    holds; the delivery is not counted then.

    Args:
        message: the event.
        delivered: whether it was posted; an event from Stripe's list is recorded with no delivery.
    """
    event = find(message) if recent.probably_recorded(message) else None
    recent.add(message)
    if event is None:
        event = _insert(message, delivered=delivered)
        if event is not None:
            return _not_wanted(Delivery(event, message))
        event = find(message)
        if event is None:
            raise ConcurrentUpdate
    delivery = delivery_of_known(event, message)
    if delivered and delivery.outcome is not Outcome.REJECTED:
        _count(delivery)
    return _not_wanted(delivery)


def _insert(message: Message, *, delivered: bool) -> Event | None:
    """Insert the row of an event; return None if the row exists."""
    values = {**columns_of(message), **posted_in(message), "deliveries": int(delivered)}
    values |= {"next_attempt_at": lease_expires_at(), "stripe_id": message.id}
    if message.is_thin:
        values |= ids_of_thin(message)
    event, alias = new(Event, values), database()
    try:
        # A savepoint for Django's TestCase; elsewhere, no transaction is open.
        with transaction.atomic(alias) if transaction.get_connection(alias).in_atomic_block else nullcontext():
            insert(event, alias)
    except IntegrityError:
        return None
    return event


def _count(delivery: Delivery) -> None:
    """Count a delivery; if it is signed and the stored body is not, store the signed one.

    A worker reads the event from its row, and needs the body that was signed.
    """
    event, message = delivery.event, delivery.message
    is_news = message.is_thin and event.thin_id is None
    try:
        count_unless_locked(event, thin_id=message.id if is_news and delivery.is_stored else None)
    except IntegrityError:
        logger.warning("%s: not counted, because %s has a row of its own", event.stripe_id, message.id)
    except OperationalError as error:
        if not is_conflict(error):
            raise
    if message.signed and delivery.is_stored and not (event.valid or event.signed):
        values = {**columns_of(message), **posted_in(message), "next_attempt_at": lease_expires_at()}
        event.transition(values, NOT_CONFIRMED, signed=False)


def store_signed(delivery: Delivery) -> None:
    """Store a signed body in place of another one that nothing has confirmed, so that a worker finds it."""
    message = delivery.message
    values = {**columns_of(message), **posted_in(message), "valid": None, "next_attempt_at": lease_expires_at()}
    if delivery.event.transition(values, NOT_CONFIRMED, signed=False):
        delivery.is_stored = True


def record_by_identity(message: Message) -> Event:
    """Record the fields that identify an event, in place of an unconfirmed body; recovery fetches the rest.

    Args:
        message: `Message.skeleton` of an event from Stripe's list.
    """
    delivery = record(message, delivered=False)
    if not delivery.event.valid:
        delivery = _in_place_of_the_stored_one(delivery.event, message, NOT_CONFIRMED)
    return delivery.event


def delivery_of_known(event: Event, message: Message) -> Delivery:
    """Return the delivery of an event that has a row: a duplicate, one to process, or one that contradicts it."""
    try:
        differs = _differs(event, message)
        if not event.valid and event.platform != message.scope.platform:
            differs.append("platform")  # whose key can confirm it is open
    except UnreadableDelivery:  # another version or program has written the row
        if event.valid:
            raise
        return _in_place_of_the_stored_one(event, message, NOT_CONFIRMED)
    if event.valid and differs and not message.signed:
        reject(event, message, contradiction(differs))
        return Delivery(event, message, Outcome.REJECTED)
    if event.pruned_at and not event.valid:  # skipped or invalid, and blanked since
        return _in_place_of_the_stored_one(event, message, Q(pruned_at__isnull=False) & NOT_CONFIRMED)
    if event.valid or not differs:
        return Delivery(event, message, Outcome.DUPLICATE if event.processed or event.pruned_at else None)
    if event.valid is None:
        return Delivery(event, message, is_stored=False)
    return _in_place_of_the_stored_one(event, message, Q(valid=False))


def _in_place_of_the_stored_one(event: Event, message: Message, replaceable: Q) -> Delivery:
    """Replace a body that was not confirmed, which is kept as evidence: this one may be the genuine one."""
    values = {
        **columns_of(message),
        **posted_in(message),
        "valid": None,
        "skipped": False,
        "skip_cause": "",
        "verification_note": "",
        "pruned_at": None,
    }
    if message.is_thin or event.thin_id == message.id:
        values["thin_id"] = message.id if message.is_thin else None
    if event.transition({**values, "next_attempt_at": lease_expires_at()}, replaceable):
        return Delivery(event, message)
    # Another delivery replaced it first.
    return delivery_of_known(from_primary(Event.objects.filter(pk=event.pk)).get(), message)


def mark_skipped(event: Event, cause: str, note: str) -> None:
    """Mark the event as skipped.

    Args:
        event: the event.
        cause: a value of ``Event.SkipCause``.
        note: the reason, for the operator.
    """
    values = {"skipped": True, "skip_cause": cause, "verification_note": note, "next_attempt_at": None}
    blanked = {} if event.valid else blanked_if_erased(event)
    event.transition({**values, **blanked}, processed=False)


def is_ignored(kind: str) -> bool:
    """Whether ``PINAX_STRIPE_IGNORED_EVENTS`` matches the event type."""
    return any(matches(kind, pattern) for pattern in several(conf.IGNORED_EVENTS))


def _not_wanted(delivery: Delivery) -> Delivery:
    """Skip an event that the settings or the project's hook do not want."""
    message = delivery.message
    if delivery.outcome or not delivery.is_stored:
        return delivery
    if conf.IGNORED_EVENTS and is_ignored(message.kind):
        cause, note = Event.SkipCause.SWITCHED_OFF, f"{message.kind} is switched off by PINAX_STRIPE_IGNORED_EVENTS"
    elif not hookset().wants(message.body):
        cause, note = Event.SkipCause.NOT_WANTED, f"{conf.HOOKSET}.wants() did not want it"
    else:
        return delivery
    mark_skipped(delivery.event, cause, note)
    delivery.outcome = Outcome.SKIPPED
    return delivery


def _differs(event: Event, message: Message) -> list[str]:
    """Return the fields in which a delivery contradicts both the stored body and Stripe's copy, if there is one.

    Both are compared, because an event that is confirmed by a refusal has no object in Stripe's copy. For a pruned
    event, only the columns are compared.
    """
    if event.pruned_at:
        return _not_as_in_columns(event, message)
    stored = read_stored(event)
    if are_twins(event, message, stored):
        return differences_of_twins(message, stored)
    differs = differences(message, stored)
    return differences(message, read_stored(event, event.message)) if differs and event.message else differs


def _not_as_in_columns(event: Event, message: Message) -> list[str]:
    said = columns_of(message)
    if message.is_thin or event.thin_id:
        del said["created"]  # the two forms of an event have different fractions of a second
    differs = [name for column, name in IDENTITY.items() if column in said and said[column] != getattr(event, column)]
    if "type" in differs and message.kind.removeprefix("v1.") == event.kind.removeprefix("v1."):
        differs.remove("type")  # the catalogue does not know it, so the two forms of an event name it differently
    if "account" in differs and is_own_account(message, event.stripe_account):
        differs.remove("account")
    # An object without an id in the message may have one in the row.
    object_names = {"object_id": "data.object.id", "object_type": "data.object.object"}
    known = {name: (said[column], getattr(event, column)) for column, name in object_names.items()}
    if has_twin(event) and said["object_type"] != event.object_type:
        known = {}  # a thin event may reference the object that its snapshot event is about
    return differs + [name for name, both in known.items() if all(both) and both[0] != both[1]]


def posted_in(message: Message) -> dict[str, Any]:
    """Return the columns of what was posted."""
    return {"webhook_message": message.body, "signed": message.signed, "signed_by": message.signed_by}


def columns_of(message: Message) -> dict[str, Any]:
    """Return the columns that are read from an event's JSON, except its ids."""
    return {
        "kind": message.kind,
        "platform": message.scope.platform,
        **message.scope.columns,
        "created": message.created,
        "api_version": message.api_version,
        "request_id": request_of(message.body),
        "object_type": informative(message.object.get("object")),
        "object_id": informative(message.object.get("id")),
    }
