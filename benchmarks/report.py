"""The report in Markdown, and its place in the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from benchmarks.growth import Cost
    from benchmarks.pages import Page
    from benchmarks.ratios import Row
    from benchmarks.startup import Added

PAGE: Final = Path(__file__).parents[1] / "docs/explanation/costs.md"
#: Where a report stands in the page, by its name.
BEGIN: Final = "<!-- {}: begin -->"
END: Final = "<!-- {}: end -->"

IN_PROCESS: Final = ("What", "Compared with", "CPU", "Quartiles", "Budget", "Statements", "Requests", "ms")
OVER_HTTP: Final = ("What", "Compared with", "Stripe answers after", "Rate", "Quartiles", "Budget", "Events per second")


def lines(facts: Mapping[str, str], rows: list[Row], served: list[Row], added: Added | None) -> list[str]:
    """Return the report."""
    found = ["### In one process", "", *_table(IN_PROCESS, map(_in_process, rows))]
    if served:
        found += ["", "### Over HTTP", "", *_table(OVER_HTTP, map(_over_http, served))]
    if added:
        found += ["", "### At start", "", *_table(("What", "Bare Django", "Added", "Budget"), _at_start(added))]
    return [*found, "", "### Where the figures come from", "", *_table(("What", "Value"), facts.items())]


def growth(sizes: list[int], costs: list[Cost], facts: Mapping[str, str]) -> list[str]:
    """Return the report of what the number of events changes."""
    first, *others = (f"{size:,}" for size in sizes)
    head = ["What", f"At {first}: ms", "Blocks"]
    for size in others:
        head += [f"CPU at {size}", "Blocks"]
    surroundings = ", ".join(f"{name} {value}" for name, value in facts.items())
    return [*_table(head, map(_growth, costs)), "", f"{surroundings}."]


def pages(found: list[Page], facts: Mapping[str, str]) -> list[str]:
    """Return the report of what the pages of the admin cost."""
    rows = ((page.name, str(page.statements), f"{page.milliseconds:.0f}", f"{page.cpu:.0f}") for page in found)
    surroundings = ", ".join(f"{name} {value}" for name, value in facts.items())
    return [*_table(("Page", "Statements", "ms", "of which CPU"), rows), "", f"{surroundings}."]


def write(report: list[str], name: str) -> None:
    """Put a report in its place in the documentation."""
    begin, end = BEGIN.format(name), END.format(name)
    before, _, rest = PAGE.read_text("utf-8").partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text("\n".join([before + begin, "", *report, "", end + after]), "utf-8")


def _growth(cost: Cost) -> Iterator[str]:
    yield from (cost.name, f"{1000 * cost.seconds[0]:.1f}", f"{cost.blocks[0]:.0f}")
    for floors, blocks in zip(cost.floors[1:], cost.blocks[1:], strict=True):
        yield f"{floors / cost.floors[0]:.2f}"
        yield f"{blocks / cost.blocks[0]:.2f}"


def _in_process(row: Row) -> Iterable[str]:
    counts = (f"{row.statements:.1f}", f"{row.requests:.1f}", f"{1000 * row.typical:.2f}")
    return (row.name, row.base, *_ratio(row), *counts)


def _over_http(row: Row) -> Iterable[str]:
    return (row.name, row.base, f"{row.latency} ms", *_ratio(row), f"{1 / row.typical:.0f}")


def _ratio(row: Row) -> Iterable[str]:
    low, high = row.quartiles
    budget = f"{'≥' if row.at_least else '≤'} {row.budget:g}" if row.budget else ""
    return f"{row.ratio:.2f}", f"{low:.2f} to {high:.2f}", budget


def _at_start(added: Added) -> Iterator[Iterable[str]]:
    yield "CPU until Django is ready", f"{added.bare_milliseconds:.0f} ms", f"{added.milliseconds:.0f} ms", "< 150 ms"
    yield "Memory of a worker", f"{added.bare_mebibytes:.0f} MiB", f"{added.mebibytes:.1f} MiB", "< 15 MB"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = list(head)
    yield _line(head)
    yield _line("---" for _ in head)
    yield from map(_line, rows)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
