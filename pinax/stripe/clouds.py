"""Receive events that Stripe sends to Amazon EventBridge or Azure Event Grid, in the consumer of a queue.

Nothing here can be reached from the webhook's URL. A message of a cloud has no signature, so every event is verified by
asking Stripe, whatever ``PINAX_STRIPE_VALIDATION`` says.

Source: https://docs.stripe.com/event-destinations/eventbridge and https://docs.stripe.com/event-destinations/eventgrid
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pinax.stripe import plain_json
from pinax.stripe.dispatch import Outcome, dispatch
from pinax.stripe.exceptions import NotProcessed, UnreadableDelivery
from pinax.stripe.inbox.message import at_home, received
from pinax.stripe.inbox.recording import record
from pinax.stripe.inbox.rejections import store_once, unreadable_json
from pinax.stripe.inbox.transactions import refuse_open_transaction
from pinax.stripe.steps import Step, observed

if TYPE_CHECKING:
    from pinax.stripe.inbox.message import Message
    from pinax.stripe.plain_json import Json

__all__ = ["Outcome", "receive"]

#: What precedes the id of Stripe's event destination in an envelope's ``source``.
_SOURCE: Final = re.compile(r"(?:aws\.partner/stripe\.com/|/providers/stripe/)(ed_\w{1,250})", re.ASCII)


def receive(envelope: Mapping[str, Any] | str | bytes, *, source: str, platform: str = "") -> Outcome:
    """Record and process the event in a message of EventBridge or Event Grid.

    Called again with the same message, it does nothing: the consumer can acknowledge a message after this has returned.

    Args:
        envelope: the message, parsed or as JSON: an EventBridge event, whose ``detail`` is Stripe's event, or a
            CloudEvent, whose ``data`` is.
        source: the id of the event destination at Stripe, ``ed_…``; messages from another source are refused. Separate
            several by commas.
        platform: the name of the platform whose event destination it is; empty for the default one.

    Returns:
        what became of the event: ``PROCESSED``, ``DUPLICATE``, ``QUEUED``, ``SKIPPED``, or ``REJECTED`` if Stripe
        contradicts it. A rejected event is kept as evidence, and need not come again.

    Raises:
        UnreadableDelivery: it is no such message, is from another source, or contains no event; one from the source is
            kept with the rejected deliveries. It need not come again.
        NotProcessed: the event is recorded, and could not be verified or processed yet: let the message come again.
        InsideTransaction: a transaction is open.
        RedactionFailed: the project's hook failed, so nothing may be stored.
        UnknownPlatform: there is no such platform.
    """
    refuse_open_transaction()
    body = _event_in(_parsed(envelope), set(source.replace(" ", "").split(",")))
    try:
        message = replace(at_home(received(body, platform=platform)), is_limited=False)
    except UnreadableDelivery as error:
        store_once(unreadable_json(body, f"sent by {source}", error, platform))
        raise
    return _taken(message)


@observed(Step.RECEIVE)
def _taken(message: Message) -> Outcome:
    """Record the event of a message and process it.

    Raises:
        NotProcessed: it could not be processed yet.
    """
    outcome = dispatch(record(message))
    if outcome is Outcome.RETRY:
        raise NotProcessed(f"{message.id}: recorded, not processed yet; the event's errors say why")
    return outcome


def _parsed(envelope: Mapping[str, Any] | str | bytes) -> Mapping[str, Any]:
    if isinstance(envelope, str | bytes):
        try:
            envelope = plain_json.parse(envelope)
        except ValueError as error:
            raise UnreadableDelivery(f"the message is not JSON: {error}") from error
    if not isinstance(envelope, Mapping):
        raise UnreadableDelivery("the message is not a JSON object")
    return envelope


def _event_in(envelope: Mapping[str, Any], sources: set[str]) -> Json:
    """Return the event in a message.

    Raises:
        UnreadableDelivery: it is from another source, or has no event.
    """
    found = _SOURCE.fullmatch(str(envelope.get("source")))
    if found is None or found[1] not in sources:
        raise UnreadableDelivery(f"the message is not from Stripe's event destination {' or '.join(sorted(sources))}")
    name = "detail" if found[0].startswith("aws.") else "data"
    event, named = envelope.get(name), envelope.get("detail-type" if name == "detail" else "type")
    if not isinstance(event, dict):
        raise UnreadableDelivery(f'the message has no event in "{name}"')
    if named != event.get("type"):
        raise UnreadableDelivery("the message names another event type than the event in it")
    return event
