"""Record the events that a predecessor has processed, as processed: a later delivery calls no receiver.

Their content stays in the old tables: the rows are like those whose messages `stripe_prune` has blanked.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from pinax.stripe.exceptions import RedactionFailed, UnreadableDelivery
from pinax.stripe.inbox.message import at_home, received
from pinax.stripe.inbox.recording import columns_of
from pinax.stripe.inbox.transactions import database, retry_on_conflict
from pinax.stripe.models import Customer, Event, OtherObject
from pinax.stripe.models.primary import from_primary
from pinax.stripe.platforms import account_of
from pinax.stripe.signals import event_type_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pinax.stripe.operations.adopt.old_rows import EventPage, OldEvent, Source
    from pinax.stripe.operations.adopt.run import Run

#: The ``verification_note`` of an adopted event.
NOTE: Final = "adopted from {name}, which has processed it"


def adopt_events(source: Source, name: str, since: datetime, run: Run) -> Counter[str]:
    """Record the events that were processed since then. An event that has a row here is left as it is.

    Args:
        source: the predecessor's tables.
        name: the predecessor's name, for the note.
        since: the oldest time at which the predecessor has recorded an event.
        run: the options.

    Returns:
        the number of events by result: ``recorded``, ``known``.
    """
    counts: Counter[str] = Counter()
    for page in source.events(since, run.size):
        recorded = _missing(page) if run.dry_run else _record(page, NOTE.format(name=name))
        counts["recorded"] += len(recorded)
        counts["known"] += len(page.ids) - len(recorded)
        run.report(counts)
    return counts


@retry_on_conflict
def _record(page: EventPage, note: str) -> Sequence[Any]:
    """Insert the rows of the events of a page that have none, and return their keys."""
    with transaction.atomic(database(), durable=True):
        missing = _missing(page)
        if missing:
            now = timezone.now()
            read = [(old, _columns(old)) for old in page.load(missing)]
            customers = _customers([(columns, named) for _, (columns, named) in read])
            rows = [
                _row(old, columns, now, verification_note=note, customer_id=customers.get(_key(columns, named)))
                for old, (columns, named) in read
            ]
            # Another process may have recorded one of them meanwhile.
            Event.objects.using(database()).bulk_create(rows, ignore_conflicts=True)
            # `auto_now_add` has set it to now, which stripe_status would count as deliveries of today.
            adopted = from_primary(Event.objects.filter(stripe_id__in=[row.stripe_id for row in rows]))
            adopted.filter(verification_note=note).update(received_at=F("processed_at"))
    return missing


def _missing(page: EventPage) -> list[Any]:
    """Return the keys of the old rows whose events have no row here."""
    known = set(
        from_primary(Event.objects.filter(stripe_id__in=set(page.ids.values())))
        .order_by()
        .values_list("stripe_id", flat=True)
    )
    by_id = {stripe_id: pk for pk, stripe_id in page.ids.items() if stripe_id not in known}
    return list(by_id.values())


def _columns(old: OldEvent) -> tuple[dict[str, Any], str]:
    """Return the columns of an event, and the customer that its object names; from its body if that can be read."""
    try:
        message = at_home(received(old.body, platform=old.platform))
    except (UnreadableDelivery, RedactionFailed):
        message = None
    if message is None or message.id != old.stripe_id:
        columns: dict[str, Any] = {
            "kind": event_type_of(old.kind),
            "platform": old.platform,
            "stripe_account": old.stripe_account or account_of(old.platform),
            "livemode": bool(old.livemode),
            "created": old.created,
        }
        return columns, ""
    columns = columns_of(message)
    if old.stripe_account:
        columns["stripe_account"] = old.stripe_account
    return columns, OtherObject.customer_of(message.object)


def _row(old: OldEvent, columns: dict[str, Any], now: datetime, **values: Any) -> Event:
    return Event(
        stripe_id=old.stripe_id,
        webhook_message={},
        pruned_at=now,
        valid=True,
        processed=True,
        processed_at=old.received_at,
        deliveries=0,
        **columns,
        **values,
    )


def _customers(named: Sequence[tuple[dict[str, Any], str]]) -> dict[tuple[Any, ...], int]:
    """Return the keys of the customers that have a row."""
    ids = {customer for _, customer in named if customer}
    rows = from_primary(Customer.all_objects.filter(stripe_id__in=ids)).order_by()
    found = rows.values_list("stripe_id", "stripe_account", "livemode", "pk")
    return {tuple(key): pk for *key, pk in found}


def _key(columns: dict[str, Any], customer: str) -> tuple[Any, ...]:
    return (customer, columns["stripe_account"], columns["livemode"])
