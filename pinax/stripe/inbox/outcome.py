"""What became of a delivery."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """What became of a delivery, in a word."""

    DONE = "done"
    DUPLICATE = "duplicate"
    QUEUED = "queued"
    SKIPPED = "skipped"
    REFUSED = "refused"
    RETRY = "to be tried again"
