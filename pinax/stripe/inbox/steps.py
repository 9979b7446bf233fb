"""The steps of an event's way that can fail, and the error that says which one did."""

from __future__ import annotations

from asyncio import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pinax.stripe.exceptions import RowMovedOn, StepFailed
from pinax.stripe.models import EventProcessingException

if TYPE_CHECKING:
    from collections.abc import Iterator

Stage = EventProcessingException.Stage


@contextmanager
def step(stage: Stage, receiver: str = "") -> Iterator[None]:
    """Let an error inside say at which step it happened."""
    try:
        yield
    except (RowMovedOn, StepFailed):
        raise
    except (Exception, CancelledError) as error:  # the latter is how the task of an async receiver may end
        raise StepFailed(stage, receiver) from error
