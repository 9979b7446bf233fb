"""Report the outcome of an attempt: a line in the log, with structured fields, and signals for metrics and alerts."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any

from pinax.stripe import signals
from pinax.stripe.conf import without_secrets
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinax.stripe.exceptions import StepFailed
    from pinax.stripe.models import Event

logger = logging.getLogger("pinax.stripe")

#: What would start a new line of the log, or make a terminal do something.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def report(
    event: Event,
    outcome: Outcome,
    failures: Sequence[StepFailed] = (),
    not_yet: Sequence[StepFailed] = (),
    *,
    invalid: bool = False,
) -> None:
    """Log the outcome of an attempt, and send the signals about it; outside any transaction.

    Args:
        event: the event, as it is now.
        outcome: the outcome of the attempt.
        failures: the errors.
        not_yet: the `NotYet` of each receiver that has raised it: no errors.
        invalid: Stripe has contradicted the event itself, not only this delivery.
    """
    _log(event, outcome, failures, not_yet)
    if outcome is Outcome.PROCESSED:
        _send(signals.event_processed, event)
    if invalid:
        _send(signals.event_invalid, event)
    for failure in failures:
        _send(signals.event_failed, event, error=failure)
    if failures and event.given_up_at is not None:
        _send(signals.event_given_up, event)


def described(failure: StepFailed) -> str:
    """Return an error's type and message, without keys and secrets."""
    cause = failure.__cause__ or failure
    return without_secrets(f"{type(cause).__name__}: {cause}")


def _log(event: Event, outcome: Outcome, failures: Sequence[StepFailed], not_yet: Sequence[StepFailed]) -> None:
    reasons = [f"{failure}: {described(failure)}" for failure in failures]
    reasons += [f"{one.receiver} waits: {described(one)}" for one in not_yet]
    reasons = reasons or [event.verification_note]
    reasons += [f"signed by {event.signed_by}"] if event.signed_by else []
    given_up = bool(failures) and event.given_up_at is not None
    facts = {
        "event_id": event.stripe_id,
        "event_kind": event.kind,
        "event_outcome": "given up" if given_up else outcome.value,
        "event_reason": _in_one_line("; ".join(filter(None, reasons))),
        "stripe_account": event.stripe_account,
        "livemode": event.livemode,
        "failures": event.failures,
    }
    needs_a_look = failures or outcome is Outcome.REJECTED
    level = logging.ERROR if given_up else logging.WARNING if needs_a_look else logging.INFO
    words = f"{facts['event_outcome']} ({facts['event_reason']})" if facts["event_reason"] else facts["event_outcome"]
    logger.log(level, "%s %s: %s", event.stripe_id, event.kind, words, extra=facts)


def _in_one_line(text: str) -> str:
    """Return words as they can stand in a line of the log: an error may quote what a customer or any sender wrote."""
    return _CONTROL.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _send(signal: Any, event: Event, **facts: Any) -> None:
    signal.send_robust(sender=registry.handler_for(event.kind), event=event, **facts)
