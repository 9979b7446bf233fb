"""Find everything that is stored about a customer: rows, events, rejected deliveries, errors and replays."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from pinax.stripe.models import (
    BalanceTransaction,
    Charge,
    Customer,
    Event,
    EventProcessingException,
    EventReplay,
    OtherObject,
    PaymentIntent,
    StripeObject,
    Transfer,
    object_models,
)
from pinax.stripe.models.other_object import PROJECTS
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations.mentions import SIZE, mentioning, rejected_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    #: Primary keys of rows, by their model.
    Rows = dict[type[StripeObject], set[int]]


@dataclass
class Survey:
    """What is stored about a customer.

    Attributes:
        customer: the customer.
        rows: the customer's row, those that refer to it, directly or through others, and those that mention it.
        unerased: how many of them are not erased yet.
        ended: events about the customer that are processed or given up; their messages are blanked.
        unconfirmed: events that are invalid, or skipped and not confirmed; they are deleted.
        waiting: events that are not processed yet, and keep their messages until they are.
        rejected: rejected deliveries; their bodies are blanked.
        errors: errors of other events that mention the customer; their texts are blanked.
        replays: replays whose reasons are blanked.
        elsewhere: rows of other customers, and of no customer, that mention the customer; they stay as they are.
    """

    customer: Customer
    rows: Rows
    unerased: int = 0
    ended: set[int] = field(default_factory=set)
    unconfirmed: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    rejected: set[int] = field(default_factory=set)
    errors: set[int] = field(default_factory=set)
    replays: set[int] = field(default_factory=set)
    elsewhere: Rows = field(default_factory=dict)

    @property
    def is_left(self) -> bool:
        """Whether something can be erased now."""
        found = (self.ended, self.unconfirmed, self.rejected, self.errors, self.replays)
        return self.unerased > 0 or any(found)


def survey(customer: Customer) -> Survey:
    """Find what is stored about a customer; reads every message and row of its account and mode, writes nothing."""
    its_id, same = customer.stripe_id, {"stripe_account": customer.stripe_account, "livemode": customer.livemode}
    mentions, elsewhere = _mentions(customer)
    found = Survey(customer, _rows_about(customer, mentions))
    for model, keys in elsewhere.items():
        others = keys - found.rows.get(model, set())
        if others:
            found.elsewhere[model] = others
    found.unerased = sum(
        from_primary(model.all_objects.filter(pk__in=some, erased_at__isnull=True)).count()
        for model, keys in found.rows.items()
        for some in batches(keys)
    )
    ids = _ids_of(found.rows)
    ids |= _find_events(found, Event.objects.filter(**same), ids)
    found.rejected = rejected_about({its_id, *ids})
    found.errors = mentioning(EventProcessingException.objects.all(), ("message", "traceback"), its_id)
    given = EventReplay.objects.exclude(reason="")
    found.replays = mentioning(given, ("reason",), its_id)
    for some in batches(ids):
        found.replays.update(from_primary(given.filter(stripe_id__in=some)).values_list("pk", flat=True))
    return found


def batches(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield keys in lists that are short enough for one statement."""
    listed = sorted(keys)
    for start in range(0, len(listed), SIZE):
        yield listed[start : start + SIZE]


def _find_events(found: Survey, same: QuerySet[Event], ids: set[str]) -> set[str]:
    """Find the events about the customer, grouped by what is done with them, and return their ids."""
    customer = found.customer
    mentioned = mentioning(same, ("webhook_message", "validated_message"), customer.stripe_id)
    about = [from_primary(same.filter(customer=customer))]
    about += [from_primary(same.filter(object_id__in=some)) for some in batches(ids)]
    about += [from_primary(same.filter(pk__in=some)) for some in batches(mentioned)]
    columns = ("pk", "stripe_id", "thin_id", "valid", "processed", "skipped", "given_up_at", "pruned_at")
    names = set()
    for events in about:
        for pk, stripe_id, thin_id, valid, processed, skipped, given_up_at, pruned_at in events.values_list(*columns):
            names |= {stripe_id, thin_id or stripe_id}
            if not processed and (valid is False or (skipped and not valid)):
                found.unconfirmed.add(pk)
            elif not (processed or given_up_at):
                found.waiting.add(pk)
            elif not pruned_at:
                found.ended.add(pk)
    return names


def _rows_about(customer: Customer, mentions: Rows) -> Rows:
    """Return the rows that refer to the customer or mention it, and those that refer to these, without other people's.

    In the order in which they are found.
    """
    found: defaultdict[type[StripeObject], set[int]] = defaultdict(set, {Customer: {customer.pk}})
    new: Rows = {Customer: {customer.pk}}
    for model, keys in mentions.items():
        more = keys - found[model]
        found[model] |= more
        new[model] = new.get(model, set()) | more
    while new:
        reached: Rows = {}
        for model, keys in new.items():
            for rows in _leading_to(model, keys, customer):
                more = set(from_primary(rows).values_list("pk", flat=True)) - found[rows.model]
                found[rows.model] |= more
                reached.setdefault(rows.model, set()).update(more)
        new = {model: keys for model, keys in reached.items() if keys}
    same = {"stripe_account": customer.stripe_account, "livemode": customer.livemode}
    for some in batches(_ids_of(found)):
        moved = from_primary(BalanceTransaction.all_objects.filter(**same, source_id__in=some))
        found[BalanceTransaction] |= set(moved.values_list("pk", flat=True))
    return {model: keys for model, keys in found.items() if keys}


def _leading_to(model: type[StripeObject], keys: set[int], customer: Customer) -> Iterator[QuerySet[StripeObject]]:
    """Yield the rows that belong to some rows: those that refer to them, and the transfers of a payment's group."""
    for other, column in _pointing_at(model):
        mine = Q(customer=None) | Q(customer=customer) if _has_customer(other) else Q()
        for some in batches(keys):
            yield other.all_objects.filter(mine, **{f"{column}__in": some})
    if issubclass(model, Charge | PaymentIntent):
        same = {"stripe_account": customer.stripe_account, "livemode": customer.livemode}
        for some in batches(_groups_of(model, keys, customer)):
            yield Transfer.all_objects.filter(**same, transfer_group__in=some)


def _groups_of(model: Any, keys: set[int], customer: Customer) -> set[str]:
    """Return the transfer groups of payments that have payments of this customer only."""
    same = {"stripe_account": customer.stripe_account, "livemode": customer.livemode}
    groups: set[str] = set()
    for some in batches(keys):
        groups.update(from_primary(model.all_objects.filter(pk__in=some)).values_list("transfer_group", flat=True))
    groups.discard("")
    paying: Any
    for paying in (Charge, PaymentIntent):
        for some in batches(groups):
            payments = paying.all_objects.filter(**same, transfer_group__in=some, customer__isnull=False)
            others = from_primary(payments.exclude(customer=customer))
            groups -= set(others.values_list("transfer_group", flat=True))
    return groups


def _mentions(customer: Customer) -> tuple[Rows, Rows]:
    """Return the rows that mention the customer: those to erase, and those that concern others, too."""
    mine: Rows = {}
    elsewhere: Rows = {}
    same = {"stripe_account": customer.stripe_account, "livemode": customer.livemode}
    for model in object_models():
        rows = from_primary(model.all_objects.filter(**same))
        keys = mentioning(rows, ("data",), customer.stripe_id)
        if model is OtherObject:  # what has no id is known by its customer's
            keys |= set(rows.filter(stripe_id__endswith=f":{customer.stripe_id}").values_list("pk", flat=True))
        for some in batches(keys):
            for row in rows.filter(pk__in=some).defer("data"):
                group = elsewhere if _concerns_others(row, customer) else mine
                group.setdefault(model, set()).add(row.pk)
    return mine, elsewhere


def _concerns_others(row: StripeObject, customer: Customer) -> bool:
    """Whether a row that mentions the customer belongs to another one, refers to one, or belongs to none."""
    if isinstance(row, Customer):
        return row.pk != customer.pk
    if row.shared or (isinstance(row, OtherObject) and row.object_type.startswith(PROJECTS)):
        return True
    owner = getattr(row, "customer_id", None)
    if owner is not None:
        return bool(owner != customer.pk)
    named = [getattr(row, column.name) for column in row.columns() if column.is_relation]
    return bool({getattr(one, "customer_id", None) for one in named} - {None, customer.pk})


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
        for some in batches(keys)
        for stripe_id in from_primary(model.all_objects.filter(pk__in=some)).values_list("stripe_id", flat=True)
    }
