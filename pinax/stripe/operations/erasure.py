"""Erase a customer: what events and rows say about the person is removed, what accounting needs stays.

The customer's row is marked first, in a transaction of its own. From then on sync stores nothing personal of it, nor of
what points at it, and events are blanked when they end (`pinax.stripe.inbox.erased`). What was being written at that
moment is waited for or found by another survey. If something is left then, because an event is still pending or the
command was stopped, ``erasure_unfinished`` is set, and the next ``stripe_prune`` completes the erasure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connections, transaction
from django.utils import timezone

from pinax.stripe.inbox.erased import blank
from pinax.stripe.inbox.transactions import database
from pinax.stripe.models import Customer, Event, EventProcessingException, EventReplay, RejectedDelivery, Transfer
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.operations.survey import Survey, batches, survey

if TYPE_CHECKING:
    from datetime import datetime

#: How many surveys look for what was written meanwhile; what is written still later is left to `stripe_prune`.
ROUNDS: Final = 3


def erase(customer: Customer) -> Survey:
    """Erase a customer, in small transactions, and return the last survey, which has what is left.

    If it is stopped, another call for the customers of `unfinished` completes it.
    """
    now = timezone.now()
    _mark(customer, now)
    _wait_for_open_transactions(customer)
    for number in range(ROUNDS):
        found = survey(customer)
        if number and not found.is_left:
            break
        _erase(found, now)
    finished = not (found.is_left or found.waiting)
    Customer.all_objects.filter(pk=customer.pk).update(erasure_unfinished=not finished)
    return found


def unfinished() -> list[Customer]:
    """Return the erased customers of whom something may be left."""
    rows = Customer.all_objects.filter(erasure_unfinished=True).order_by("pk")
    return list(from_primary(rows).defer("data"))


def _mark(customer: Customer, now: datetime) -> None:
    with transaction.atomic(primary(Customer), durable=True):
        row = from_primary(Customer.all_objects.filter(pk=customer.pk)).select_for_update().get()
        erased = Customer.erased_values(row.data, row.erased_at or now)
        Customer.all_objects.filter(pk=row.pk).update(**erased, erasure_unfinished=True)


def _wait_for_open_transactions(customer: Customer) -> None:
    """Wait for the transactions in which events were processed when the customer was marked.

    They may have read its row before, and nobody sees what they write until they commit. Each has locked its event; one
    that locks it later reads that the customer is erased. SQLite has one writer, so there they are over.
    """
    can_skip = connections[database()].features.has_select_for_update_skip_locked
    same = {"stripe_account": customer.stripe_account, "livemode": customer.livemode}
    unprocessed = Event.objects.pending().filter(**same).order_by()
    for some in batches(from_primary(unprocessed).values_list("pk", flat=True)):
        locked = set(some)
        rows = from_primary(Event.objects.filter(pk__in=some)).order_by().values_list("pk", flat=True)
        with transaction.atomic(database(), durable=True):
            locked -= set(rows.select_for_update(skip_locked=True)) if can_skip else set()
        for pk in locked:
            with transaction.atomic(database(), durable=True):
                rows.filter(pk=pk).select_for_update().first()


def _erase(found: Survey, now: datetime) -> None:
    for some in batches(found.ended):
        with transaction.atomic(database(), durable=True):
            blank(Event.objects.filter(pk__in=some))
    for some in batches(found.unconfirmed):
        with transaction.atomic(database(), durable=True):
            unconfirmed = Event.objects.filter(pk__in=some, processed=False).exclude(valid=True)
            keys_now = list(from_primary(unconfirmed).select_for_update().values_list("pk", flat=True))
            Event.objects.filter(pk__in=keys_now).only("pk").delete()
    for some in batches(found.rejected):
        RejectedDelivery.objects.filter(pk__in=some).update(body="")
    for some in batches(found.errors):
        EventProcessingException.objects.filter(pk__in=some).update(message="", traceback="")
    for some in batches(found.replays):
        EventReplay.objects.filter(pk__in=some).update(reason="")
    # Rows go last, for some of the rest is found by what they say. Transfers are the first of them: they are found by
    # the transfer group of a payment, which is erased in it.
    for model, keys in sorted(found.rows.items(), key=lambda item: item[0] is not Transfer):
        for some in batches(keys):
            with transaction.atomic(primary(model), durable=True):
                for row in from_primary(model.all_objects.filter(pk__in=some)).select_for_update().order_by("pk"):
                    # Who has read the row before, and is about to write it, compares `erased_at`.
                    erased = model.erased_values(row.data, row.erased_at or now)
                    model.all_objects.filter(pk=row.pk).update(**erased)
