"""The numbers of a reconciliation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinax.stripe.imports.stats import Stats

if TYPE_CHECKING:
    from datetime import timedelta


@dataclass
class ReconcileStats(Stats):
    """The numbers of a reconciliation.

    ``counts`` has the numbers of listed events: those that were ``here``, ``recovered`` ones, and those that are
    ``skipped`` because their type is switched off; and how many were ``processed``.

    Attributes:
        at_stripe: how many events Stripe listed.
        behind: how old the cursor was, if that is an alert.
        dry_run: nothing was written.
    """

    at_stripe: int = 0
    behind: timedelta | None = None
    dry_run: bool = False

    @property
    def objects(self) -> int:
        """The progress: the number of events that were compared, and of those that were processed."""
        return self.at_stripe + self.counts["processed"]

    def __add__(self, other: ReconcileStats) -> ReconcileStats:
        return ReconcileStats(
            self.name,
            self.pages + other.pages,
            self.counts + other.counts,
            failed=self.failed + other.failed,
            at_stripe=self.at_stripe + other.at_stripe,
            dry_run=self.dry_run,
        )

    def __str__(self) -> str:
        words = {"here": "here", "recovered": "to be recovered" if self.dry_run else "recovered"}
        numbers = [f"{self.at_stripe} at Stripe", *(f"{self.counts[key]} {word}" for key, word in words.items())]
        numbers += [f"{self.counts[key]} {key}" for key in ("skipped", "processed") if self.counts[key]]
        return f"{self.name}: {', '.join(numbers)}" + (f", {self.failed} failed" if self.failed else "")
