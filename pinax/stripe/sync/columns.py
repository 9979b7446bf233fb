"""What an object's columns hold, read from the places that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinax.stripe.models.fields import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.references import Target


def targets_of(model: type[StripeObject], data: Json) -> Iterator[Target]:
    """Yield the rows that the object's references point at."""
    for column in model.columns():
        if isinstance(column, Reference):
            stripe_id = column.read(data)
            if stripe_id:
                yield column.related_model, stripe_id


def values_of(model: type[StripeObject], data: Json, primary_keys: Mapping[Target, int]) -> dict[str, Any]:
    """Return the values of the object's columns, by attribute name.

    Args:
        model: the model that keeps the object.
        data: Stripe's object.
        primary_keys: the rows that `targets_of` asked for.
    """
    values: dict[str, Any] = {}
    for column in model.columns():
        value = column.read(data)
        if isinstance(column, Reference):
            value = primary_keys.get((column.related_model, value))
        values[column.attname] = value
    return values
