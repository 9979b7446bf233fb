"""Map an object to column values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from pinax.stripe.models import Customer, OtherObject, model_of
from pinax.stripe.models.fields import LONGEST_ID, Reference
from pinax.stripe.models.primary import from_primary
from pinax.stripe.plain_json import storable
from pinax.stripe.sync.lookup import by_model

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope
    from pinax.stripe.sync.lookup import FoundRows, Target


def concerns_erased(data: Json, scope: Scope | None = None) -> bool:
    """Whether the row of Stripe's object ``data``, or a row that it references, is erased. One query.

    Args:
        data: Stripe's object; it need not be verified.
        scope: its account and mode; None: rows of any account and mode count.
    """
    data = storable(data)
    model = model_of(data)
    targets: set[Target] = {(model, model.identify(data)), *targets_of(model, data)}
    targets.add((Customer, OtherObject.customer_of(data)))
    queries = []
    for named, ids in by_model(targets).items():
        rows = named.all_objects.filter(stripe_id__in=[one for one in ids if 0 < len(one) <= LONGEST_ID])
        if scope:
            rows = rows.filter(stripe_account=named.home_of(scope), livemode=scope.livemode)
        queries.append(from_primary(rows.filter(erased_at__isnull=False)).order_by().values_list("pk"))
    return bool(queries[0].union(*queries[1:], all=True))


def targets_of(model: type[StripeObject], data: Json) -> list[Target]:
    """Return the rows that the object references."""
    named = [(column.related_model, column.read(data)) for column in model.references()]
    return [(other, stripe_id) for other, stripe_id in named if stripe_id]


def values_of(
    model: type[StripeObject],
    data: Json,
    found: FoundRows,
    erased_at: datetime | None = None,
    references: Mapping[Reference[Any, Any], str] | None = None,
) -> dict[str, Any]:
    """Return the values of the object's columns and its ``data``, by attribute name; erased values for an erased row.

    Args:
        model: the model that stores the object.
        data: Stripe's object.
        found: the rows of `targets_of`.
        erased_at: when the row, or its parent, was erased. A row that references an erased one is erased as well,
            unless it is a customer: only `pinax.stripe.operations.erasure` erases customers.
        references: the ids that the object references, if they have been read already.
    """
    values = {**_read(model, data, found, references), "data": data}
    if (
        erased_at is None
        and found.erased
        and model is not Customer
        and any(one in found.erased for one in targets_of(model, data))
    ):
        erased_at = timezone.now()
    if erased_at is None:
        return values
    return {**values, **model.erased_values(data, erased_at)}


def _read(
    model: type[StripeObject], data: Json, found: FoundRows, references: Mapping[Reference[Any, Any], str] | None
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in model.columns():
        if isinstance(column, Reference):
            stripe_id = column.read(data) if references is None else references.get(column)
            values[column.attname] = found.get((column.related_model, stripe_id)) if stripe_id else None
        elif column.only_key:  # as `read`, for the many columns that nothing else fills
            value = data.get(column.only_key)
            value = None if value is None else column.convert(value)
            values[column.attname] = column.nothing if value is None else value
        else:
            values[column.attname] = column.read(data)
    return values
