"""Rows of every kind that the admin shows, with the same word in every column that can hold it."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from pinax.stripe.models import (
    CommandRun,
    Event,
    EventProcessingException,
    EventReceipt,
    EventReplay,
    ImportProgress,
    Reconciliation,
    RejectedDelivery,
    StripeObject,
)
from pinax.stripe.models.fields import Reference

#: Every model of the app.
MODELS: list[type[models.Model]] = list(apps.get_app_config("pinax_stripe").get_models())

_NUMBERS = count()


def row_of(model: type[models.Model], word: str) -> Any:
    """Keep a row with ``word`` in its text columns and its payload, and one like it for each that it refers to."""
    number = next(_NUMBERS)
    values: dict[str, Any] = {}
    for column in model._meta.concrete_fields:
        if isinstance(column, models.CharField | models.TextField) and not column.choices:
            values[column.name] = word[: column.max_length]
    if issubclass(model, StripeObject):
        for column in model._meta.concrete_fields:
            if isinstance(column, Reference):
                target = column.related_model
                values[column.name] = target.all_objects.create(
                    stripe_id=f"{column.name} {number} {word}", livemode=True, data={word: word}
                )
        now = timezone.now()
        values |= {"stripe_id": f"{number} {word}", "livemode": True, "synced_at": now, "data": {word: [word]}}
        return model.all_objects.create(**values)
    if model is Event:
        ids = {"stripe_id": f"{number} {word}", "thin_id": f"{number} {word}"}
        values |= {**ids, "livemode": True, "created": timezone.now(), "valid": True}
        values |= {"webhook_message": {word: word}, "validated_message": {word: word}}
    if model in (EventProcessingException, EventReceipt, EventReplay, RejectedDelivery):
        values["event"] = row_of(Event, word)
    if model is EventProcessingException:
        values["stage"] = "sync"
    if model is ImportProgress:
        values |= {"livemode": True, "since": number}
    if model is CommandRun:
        values |= {"name": f"{number} {word}"[:100], "started_at": timezone.now(), "active_at": timezone.now()}
    if model is Reconciliation:
        values |= {"livemode": True, "stripe_account": f"{number} {word}"}
    return model._default_manager.create(**values)
