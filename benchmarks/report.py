"""The report: a table in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.ratios import Row

HEAD = ("What", "Compared with", "Ratio", "Quartiles", "Budget", "ms of CPU", "SQL statements", "Requests to Stripe")


def table(rows: list[Row]) -> Iterator[str]:
    """Return the lines of a table of ratios."""
    yield _line(HEAD)
    yield _line("---" for _ in HEAD)
    for row in rows:
        low, high = row.quartiles
        budget = f"≤ {row.budget:g}" if row.budget else ""
        yield _line(
            (
                row.name,
                row.base,
                f"{row.ratio:.2f}",
                f"{low:.2f} to {high:.2f}",
                budget,
                f"{1000 * row.typical:.2f}",
                f"{row.statements:.1f}",
                f"{row.requests:.1f}",
            )
        )


def _line(cells) -> str:
    return f"| {' | '.join(cells)} |"
