"""What an object's columns hold, read from the places that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from pinax.stripe.models.fields import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.references import Found, Target


def targets_of(model: type[StripeObject], data: Json) -> Iterator[Target]:
    """Yield the rows that the object's references point at."""
    for column in model.columns():
        if isinstance(column, Reference):
            stripe_id = column.read(data)
            if stripe_id:
                yield column.related_model, stripe_id


def values_of(
    model: type[StripeObject], data: Json, found: Found, redacted_at: datetime | None = None
) -> dict[str, Any]:
    """Return the values of the object's columns and its ``data``, by attribute name, as they may be kept.

    Args:
        model: the model that keeps the object.
        data: Stripe's object.
        found: the rows that `targets_of` asked for.
        redacted_at: when the row, or the one that it belongs to, was redacted. It is also where it points at one that
            was.
    """
    values = {**_read(model, data, found), "data": data}
    if redacted_at is None and any(target in found.redacted for target in targets_of(model, data)):
        redacted_at = timezone.now()
    if redacted_at is None:
        return values
    return {**values, **model.nothing_personal(), "data": model.remainder(data), "redacted_at": redacted_at}


def _read(model: type[StripeObject], data: Json, found: Found) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in model.columns():
        value = column.read(data)
        if isinstance(column, Reference):
            value = found.get((column.related_model, value))
        values[column.attname] = value
    return values
