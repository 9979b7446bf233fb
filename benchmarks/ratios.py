"""Ratios within one run: what they are of, and their medians."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median, quantiles


@dataclass
class Row:
    """One line of the report: what something costs, as a ratio of what something else has cost at the same time.

    Attributes:
        name: what was measured.
        base: what it is compared with.
        ratios: one for each round.
        budget: the ratio that it may have at most; None: there is no budget.
        seconds: what one event took, in each round.
        statements: SQL statements for each event, with BEGIN, COMMIT and savepoints.
        requests: requests to Stripe for each event.
        at_least: whether the budget is the ratio that it must have at least; ratios of rates are so.
        latency: after how many milliseconds Stripe answered.
    """

    name: str
    base: str
    budget: float | None = None
    ratios: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    statements: float = 0
    requests: float = 0
    at_least: bool = False
    latency: int = 0

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def typical(self) -> float:
        """What one event took, in seconds."""
        return median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The quarter of the rounds below and above which there were less and more."""
        if len(self.ratios) == 1:
            return self.ratios[0], self.ratios[0]
        low, _, high = quantiles(self.ratios, n=4, method="inclusive")
        return low, high
