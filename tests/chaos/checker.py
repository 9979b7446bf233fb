"""What must hold in the end; everything that does not is named."""

from collections import Counter

from pinax.stripe.models import Event, model_of

from .ledger.models import Entry
from .ledger.receivers import NAMES


def violations(events, objects):
    """Return a line for each promise that is broken; none where all are kept.

    Args:
        events: the ids of the events that were delivered.
        objects: each of Stripe's objects, and whether it is gone.
    """
    return [*_events(events), *_effects(events), *_rows(objects)]


def unexpected(deliveries):
    """Return a line for each status that no delivery may be answered with: the only 5xx is the deliberate 503.

    Args:
        deliveries: how often deliveries were answered with a status, by ``"answered 200"``.
    """
    fine = ("answered 200", "answered 503")
    odd = {name: times for name, times in deliveries.items() if name.startswith("answered") and name not in fine}
    return [f"{name}: {times} deliveries" for name, times in sorted(odd.items())]


def _events(events):
    """Every event is recorded, done, and nothing waits."""
    known = {event.stripe_id: event for event in Event.objects.all()}
    for lost in [stripe_id for stripe_id in events if stripe_id not in known]:
        yield f"lost: {lost} was delivered and answered, and is not recorded"
    for invented in known.keys() - set(events):
        yield f"invented: {invented} is recorded, and never happened"
    for event in known.values():
        if not event.processed:
            yield (
                f"stuck: {event.stripe_id} {event.kind} is not done: valid={event.valid}, skipped={event.skipped}, "
                f"attempts={event.attempts}, failures={event.failures}, next_attempt_at={event.next_attempt_at}, "
                f"given_up_at={event.given_up_at}, synced_at={event.synced_at}, note={event.verification_note!r}"
            )
        elif event.next_attempt_at is not None:
            yield f"stuck: {event.stripe_id} is done, and would be tried again at {event.next_attempt_at}"
        elif event.message is None:
            yield f"unconfirmed: {event.stripe_id} is done without Stripe's copy"


def _effects(events):
    """Each receiver's work is there once for each event."""
    kept = Counter(Entry.objects.values_list("event_id", "receiver"))
    due = {(stripe_id, receiver) for stripe_id in events for receiver in NAMES}
    for stripe_id, receiver in sorted(due | kept.keys()):
        times = kept[stripe_id, receiver]
        if (stripe_id, receiver) not in due:
            yield f"invented: the work of {receiver} for {stripe_id} was not asked for"
        elif times == 0:
            yield f"missing: the work of {receiver} for {stripe_id} is not there"
        elif times > 1:
            yield f"double: the work of {receiver} for {stripe_id} is there {times} times"


def _rows(objects):
    """Each row is as Stripe's current object; what is gone has left a tombstone."""
    for current, gone in objects:
        name = f"{current['object']} {current['id']}"
        row = model_of(current).all_objects.filter(stripe_id=current["id"], livemode=current["livemode"]).first()
        if row is None or row.is_stub:
            yield f"missing: there is no row of {name}"
        elif row.is_deleted != gone:
            yield f"differs: {name} is {'gone' if gone else 'there'} at Stripe, and not so here"
        elif not gone and row.data != current:
            here, there = (data.get("metadata", {}).get("version") for data in (row.data, current))
            yield f"differs: {name} is version {there} at Stripe, and version {here} here"
