"""The audit trail of operators: who requested what and why, and the outcome."""

from __future__ import annotations

from typing import Any, NamedTuple

from pinax.stripe.models import EventReplay


class Order(NamedTuple):
    """Who requests an action, and why.

    Attributes:
        by: who requests it.
        reason: why, in words.
        batch: the same for all actions of one confirmation.
    """

    by: str
    reason: str
    batch: str = ""


def begin(action: str, stripe_id: str, order: Order, *, receiver: str = "", **values: Any) -> EventReplay:
    """Record that an action was requested, before it runs.

    Args:
        action: a value of ``EventReplay.Action``.
        stripe_id: the id of the event or object.
        order: who requests it, and why.
        receiver: the identity of the one receiver to call; empty: all.
        values: other columns.
    """
    return EventReplay.objects.create(
        action=action,
        stripe_id=stripe_id,
        requested_by=order.by[:255],
        reason=order.reason,
        batch=order.batch,
        receiver=receiver[:255],
        **values,
    )


def finish(kept: EventReplay, outcome: str) -> str:
    """Record the outcome of an action, and return it."""
    EventReplay.objects.filter(pk=kept.pk).update(outcome=outcome[:255])
    return outcome
