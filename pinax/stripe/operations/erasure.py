"""A person is to be forgotten: what events and rows tell of a customer is erased; what is owed to the books stays.

The customer's row is marked first. From then on sync keeps nothing personal of it, nor of what points at it.
"""

from __future__ import annotations

import base64
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from pinax.stripe.inbox.transactions import database
from pinax.stripe.models import (
    BalanceTransaction,
    Customer,
    Event,
    EventProcessingException,
    OtherObject,
    RejectedDelivery,
    StripeObject,
)
from pinax.stripe.models.primary import from_primary, primary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    #: Primary keys of rows, by their model.
    Rows = dict[type[StripeObject], set[int]]

#: How many rows one transaction writes.
SIZE: Final = 200

_WORD: Final = re.compile(r"\w+", re.ASCII)


@dataclass
class Erasure:
    """What there is of a customer.

    Attributes:
        customer: whom it is about.
        rows: the customer's row, and those that point at it, directly or by way of others.
        done: events about the customer that are processed; their messages are blanked.
        unconfirmed: events that nobody confirms, or that are recorded only; they are deleted.
        waiting: events that are still to be done, and keep their messages until they are.
        refused: refused deliveries; their bodies are blanked.
    """

    customer: Customer
    rows: Rows
    done: set[int] = field(default_factory=set)
    unconfirmed: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)


def survey(customer: Customer) -> Erasure:
    """Find what there is of a customer; reads every message of its account and mode, and writes nothing."""
    erasure = Erasure(customer, _rows_about(customer))
    same = Event.objects.filter(stripe_account=customer.stripe_account, livemode=customer.livemode)
    ids = sorted(_ids_of(erasure.rows))
    about = [from_primary(same.filter(customer=customer))]
    about += [from_primary(same.filter(object_id__in=some)) for some in _some(ids)]
    about += [_mentioning(same, name, customer.stripe_id) for name in ("webhook_message", "validated_message")]
    for events in about:
        for pk, valid, processed, skipped in events.values_list("pk", "valid", "processed", "skipped"):
            unconfirmed = not processed and (valid is False or (skipped and not valid))
            kind = erasure.done if processed else erasure.unconfirmed if unconfirmed else erasure.waiting
            kind.add(pk)
    for some in _some(sorted(erasure.done | erasure.waiting)):
        ids += from_primary(Event.objects.filter(pk__in=some)).values_list("stripe_id", flat=True)
    erasure.refused |= _refused_about({customer.stripe_id, *ids})
    return erasure


def erase(erasure: Erasure) -> None:
    """Erase it, in small transactions; stopped in between, it can be done again from the start."""
    now = timezone.now()
    first: Rows = {Customer: {erasure.customer.pk}}
    for model, keys in [*first.items(), *erasure.rows.items()]:
        for some in _some(sorted(keys)):
            with transaction.atomic(primary(model), durable=True):
                for row in from_primary(model.all_objects.filter(pk__in=some)).select_for_update().order_by("pk"):
                    # Whoever has read the row and is about to write it finds that it has moved on.
                    told = {"data": row.data and model.remainder(row.data), "erased_at": row.erased_at or now}
                    synced = {"synced_at": now} if row.synced_at else {}
                    model.all_objects.filter(pk=row.pk).update(**model.nothing_personal(), **told, **synced)
    for some in _some(sorted(erasure.done)):
        with transaction.atomic(database(), durable=True):
            Event.objects.filter(pk__in=some, processed=True, pruned_at__isnull=True).blank(now)
            EventProcessingException.objects.filter(event__in=some).delete()
    for some in _some(sorted(erasure.unconfirmed)):
        with transaction.atomic(database(), durable=True):
            unconfirmed = Event.objects.filter(pk__in=some, processed=False).exclude(valid=True)
            keys_now = list(unconfirmed.select_for_update().values_list("pk", flat=True))
            Event.objects.filter(pk__in=keys_now).only("pk").delete()
    for some in _some(sorted(erasure.refused)):
        RejectedDelivery.objects.filter(pk__in=some).update(body="")


def _rows_about(customer: Customer) -> Rows:
    """Return the rows that point at the customer, and those that point at these, as long as they are nobody else's."""
    found: defaultdict[type[StripeObject], set[int]] = defaultdict(set, {Customer: {customer.pk}})
    new: Rows = {Customer: {customer.pk}}
    while new:
        reached: Rows = {}
        for model, keys in new.items():
            for other, column in _pointing_at(model):
                mine = Q(customer=None) | Q(customer=customer) if _has_customer(other) else Q()
                for some in _some(sorted(keys)):
                    rows = from_primary(other.all_objects.filter(mine, **{f"{column}__in": some}))
                    more = set(rows.values_list("pk", flat=True)) - found[other]
                    found[other] |= more
                    reached.setdefault(other, set()).update(more)
        new = {model: keys for model, keys in reached.items() if keys}
    same = {"stripe_account": customer.stripe_account, "livemode": customer.livemode}
    for some in _some(sorted(_ids_of(found))):
        moved = from_primary(BalanceTransaction.all_objects.filter(**same, source_id__in=some))
        found[BalanceTransaction] |= set(moved.values_list("pk", flat=True))
    its_id = customer.stripe_id
    named = Q(data__customer=its_id) | Q(data__customer__id=its_id) | Q(stripe_id__endswith=f":{its_id}")
    others = from_primary(OtherObject.all_objects.filter(named, **same))
    found[OtherObject] |= set(others.values_list("pk", flat=True))
    return {model: keys for model, keys in found.items() if keys}


def _some(keys: list[Any]) -> Iterator[list[Any]]:
    """Yield so many at a time as a statement may name."""
    for start in range(0, len(keys), SIZE):
        yield keys[start : start + SIZE]


def _pointing_at(model: type[StripeObject]) -> Iterator[tuple[type[StripeObject], str]]:
    """Yield the models that refer to rows of ``model``, customers apart, and the column in which they do."""
    for relation in model._meta.get_fields(include_hidden=True):
        other: Any = relation.related_model
        points_here = relation.auto_created and not relation.concrete and relation.one_to_many
        if points_here and issubclass(other, StripeObject) and other is not Customer:
            yield other, relation.field.name  # type: ignore[union-attr]  # of a reverse relation


def _has_customer(model: type[StripeObject]) -> bool:
    return any(column.name == "customer" and column.is_relation for column in model.columns())


def _ids_of(rows: Rows) -> set[str]:
    return {
        stripe_id
        for model, keys in rows.items()
        for some in _some(sorted(keys))
        for stripe_id in from_primary(model.all_objects.filter(pk__in=some)).values_list("stripe_id", flat=True)
    }


def _refused_about(ids: set[str]) -> set[int]:
    """Return the refused deliveries that claim or mention one of these ids, in whatever way they are written."""
    kept = from_primary(RejectedDelivery.objects.exclude(body="")).values_list("pk", "stripe_id", "body")
    return {pk for pk, stripe_id, body in kept.iterator(SIZE) if ids & {stripe_id, *_words(body)}}


def _words(body: str) -> list[str]:
    """Return the words of a refused body; one that came as base64 is known by what stands in it."""
    try:
        told = base64.b64decode(body[: len(body) // 4 * 4], validate=True).decode("latin-1")
    except ValueError:
        told = body
    return _WORD.findall(told)


def _mentioning(rows: QuerySet[Any], column: str, stripe_id: str) -> QuerySet[Any]:
    """Return the rows in whose JSON the id stands; a database may take upper for lower case, so look again."""
    named = f'"{stripe_id}"'
    rows = from_primary(rows).annotate(told=Cast(column, TextField())).filter(told__contains=named)
    keys = [pk for pk, told in rows.values_list("pk", "told").iterator(SIZE) if named in told]
    return from_primary(rows.model.objects.filter(pk__in=keys))
