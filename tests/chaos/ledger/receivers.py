"""Two receivers, each with one row of work for each event; both fail now and then, where the settings say so."""

import random

from django.conf import settings

from .models import Entry

#: The names under which the receivers write down what they have done.
NAMES = ("first", "second")


def first(event, **kwargs):
    _write_down(event, "first")


def second(event, **kwargs):
    _write_down(event, "second")


def _write_down(event, receiver):
    """Write the row, and fail before or after it."""
    chance = random.random()
    half = getattr(settings, "LEDGER_FAILURES", 0) / 2
    if chance < half:
        raise RuntimeError("the receiver fails before its work")
    process = getattr(settings, "LEDGER_PROCESS", "")
    Entry.objects.create(event_id=event.stripe_id, receiver=receiver, process=process)
    if chance < 2 * half:
        raise RuntimeError("the receiver fails after its work")
