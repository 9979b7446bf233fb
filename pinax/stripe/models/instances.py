"""Instances of models in a fraction of the time that keyword arguments take."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import DEFERRED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import Model

Row = TypeVar("Row", bound="Model")


def new(model: type[Row], values: Mapping[str, Any]) -> Row:
    """Return an instance that is not saved yet; as ``model(**values)`` does.

    Args:
        model: the model.
        values: values by attribute name (``customer_id``); fields that are missing get their defaults.
    """
    return model(*[values[name] if name in values else default() for name, default in _fields(model)])


def loaded(model: type[Row], alias: str, values: Mapping[str, Any]) -> Row:
    """Return an instance as it was read from a database; fields that are missing are deferred."""
    return model.from_db(alias, list(values), [values.get(name, DEFERRED) for name, _ in _fields(model)])


@cache
def _fields(model: type[Model]) -> list[tuple[str, Callable[[], Any]]]:
    return [(field.attname, field.get_default) for field in model._meta.concrete_fields]
