"""Assertions about what has arrived in the project; their messages say what is there instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinax.stripe.models import Event, model_of
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event
from pinax.stripe.testing.posting import row_of
from pinax.stripe.testing.reasons import name_of, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pinax.stripe.testing.fake import FakeStripe
    from pinax.stripe.testing.hearing import Heard
    from pinax.stripe.testing.objects.shape import Json


def assert_signalled(heard: Sequence[Heard], kind: str, *, times: int = 1) -> list[Heard]:
    """Assert that the signal of an event type was sent so many times, and return those signals.

    Args:
        heard: what `hear` collects, or the fixture ``heard``.
        kind: the event type; ``"*"`` for ``any_event``.
        times: 0 if it must not have been sent.

    Raises:
        AssertionError: it was sent more or less often; the message lists the signals that were sent.
        UnknownEventType: there is no such event type; the message names the most similar one.
    """
    name = any_event.kind if kind == any_event.kind else WEBHOOK_SIGNALS[kind].kind
    found = [one for one in heard if one.signal == name]
    if len(found) != times:
        sent = ", ".join(one.signal for one in heard if one.signal != any_event.kind) or "none"
        raise AssertionError(
            f"{name} was sent {len(found)} times; expected: {times}. The signals that were sent: {sent}."
        )
    return found


def assert_processed(event: Mapping[str, Any] | Event | str) -> Event:
    """Assert that an event is confirmed and processed, and return its row.

    Args:
        event: the event, its row, or its id.

    Raises:
        AssertionError: it is not recorded, or not processed; the message says why.
    """
    if isinstance(event, Event):
        row, name = Event.objects.filter(pk=event.pk).first(), f"{event.kind} {event.stripe_id}"
    else:
        said = {"id": event} if isinstance(event, str) else event
        row, name = row_of(said), event if isinstance(event, str) else name_of(event)
    if row is None:
        raise AssertionError(f"{name} is not recorded. Events that are: {Event.objects.count()}.")
    if not row.processed:
        raise AssertionError("\n".join([f"{name} is not processed.", *state_of(row)]))
    return row


def assert_same_end_state(stripe: FakeStripe) -> None:
    """Assert that the database has what Stripe has, whatever the order of the deliveries was.

    Each event that `Deliver` has delivered is processed, and each object in these events has a row that equals Stripe's
    current object, or is marked as deleted if Stripe has deleted it.

    Raises:
        AssertionError: the message names every event and object that is not as at Stripe.
    """
    wrong = [*_unprocessed(stripe.delivered), *_different(stripe)]
    if wrong:
        raise AssertionError("\n".join(["The end state is not the one at Stripe:", *wrong]))


def _unprocessed(events: Sequence[Json]) -> Iterator[str]:
    for event in events:
        row = row_of(event)
        if row is None:
            yield f"- {name_of(event)} is not recorded"
        elif not (row.processed or row.skipped):
            yield f"- {name_of(event)} is not processed"


def _different(stripe: FakeStripe) -> Iterator[str]:
    for key, obj in stripe.objects_in(stripe.delivered).items():
        account, livemode, _, _ = key
        name = f"{obj['object']} {obj['id']}"
        of_account = "" if obj["object"] == "account" else account
        rows = model_of(obj).all_objects.filter(stripe_id=obj["id"], stripe_account=of_account, livemode=livemode)
        row = rows.first()
        if row is None or (row.data is None and not row.is_deleted):  # a tombstone needs no data
            yield f"- {name} has no row"
        elif row.is_deleted != bool(obj.get("deleted")):
            yield f"- {name} is {'deleted' if obj.get('deleted') else 'there'} at Stripe, and not so in its row"
        elif not row.is_deleted and (differing := _differing(row.data or {}, obj) - stripe.unannounced(key)):
            yield f"- {name} differs in {', '.join(sorted(differing))}"


def _differing(row: Json, current: Json) -> set[str]:
    """Return the keys with another value; the members of lists have rows of their own."""
    return {
        name
        for name in row.keys() | current.keys()
        if row.get(name) != current.get(name)
        and not any(isinstance(one.get(name), dict) and one[name].get("object") == "list" for one in (row, current))
    }
