"""When an event that is not done is tried again, and when it is given up."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from pinax.stripe.conf import conf
from pinax.stripe.exceptions import RequestRefused, StepFailed, StripeUnreachable, UnreadableRow
from pinax.stripe.models import EventProcessingException

if TYPE_CHECKING:
    from datetime import datetime

    from pinax.stripe.models import Event

Stage = EventProcessingException.Stage

#: How far a pause is from what it should be, so that what failed together does not come back together.
JITTER = 0.1


def pause_after(tries: int) -> timedelta:
    """Return how long recovery leaves an event alone that has been tried so many times."""
    first, longest = conf.RETRY_BACKOFF
    pause = min(longest, first * 2 ** min(max(tries - 1, 0), 32))
    return timedelta(seconds=pause * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  (nothing to guess)


def lease_expires_at() -> datetime:
    """Return until when an event is left to whoever works on it now; then recovery takes it for abandoned."""
    return timezone.now() + pause_after(1)


def after_failure(event: Event, failure: StepFailed) -> dict[str, Any]:
    """Return what a failed try changes of the event's schedule.

    What is to be tried again is given up no longer. A try that failed because Stripe could not be asked puts the next
    one off, and never leads to giving up: Stripe may be out of reach for longer than any number of tries takes.
    """
    now = timezone.now()
    if _is_stripes(failure):
        return {"next_attempt_at": now + pause_after(event.attempts + 1), "given_up_at": None}
    failures = event.failures + 1
    if failures >= conf.MAX_ATTEMPTS:
        return {"failures": F("failures") + 1, "next_attempt_at": None, "given_up_at": now}
    return {"failures": F("failures") + 1, "next_attempt_at": now + pause_after(failures), "given_up_at": None}


def _is_stripes(failure: StepFailed) -> bool:
    """Whether it was Stripe that failed; a request that it refuses for good is ours."""
    cause = failure.__cause__
    if failure.stage == Stage.VERIFY:
        return not isinstance(cause, UnreadableRow | DatabaseError)
    return isinstance(cause, StripeUnreachable) and not isinstance(cause, RequestRefused)
