"""How a long command shows that it is getting on: a bar on a terminal, where tqdm is installed, else plain lines."""

from __future__ import annotations

from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from django.core.management.base import OutputWrapper

    from pinax.stripe.imports.stats import Stats

#: Seconds between two plain lines.
SELDOM: Final = 10.0


class Display(Protocol):
    """Where progress is shown."""

    def update(self, stats: Stats) -> None:
        """Show how far one list is."""

    def end(self, stats: Stats | None = None) -> None:
        """Show that one list is done."""


def shown_on(out: OutputWrapper, *, quiet: bool = False) -> Display:
    """Return the display that suits ``out``; ``quiet``: one that shows nothing."""
    if quiet:
        return Nothing()
    if out.isatty():
        try:
            return Bar(import_module("tqdm").tqdm, out)
        except ImportError:
            pass
    return Lines(out)


class Nothing:
    """For a command that is to be quiet."""

    def update(self, stats: Stats) -> None:
        """Show nothing."""

    def end(self, stats: Stats | None = None) -> None:
        """Show nothing."""


class Lines:
    """A line for a list that takes long, now and then."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out
        self.last = monotonic()

    def update(self, stats: Stats) -> None:
        """Write a line, unless one was written a moment ago."""
        if monotonic() - self.last >= SELDOM:
            self.last = monotonic()
            self.out.write(f"… {stats}")

    def end(self, stats: Stats | None = None) -> None:
        """Write nothing: the command sums up at its end."""


class Bar:
    """A bar of tqdm's for each list. Stripe does not say how long a list is, so it shows numbers and speed."""

    def __init__(self, tqdm: Any, out: OutputWrapper) -> None:
        self.tqdm = tqdm
        self.out = out
        self.bar: Any = None
        self.stats: Stats | None = None

    def update(self, stats: Stats) -> None:
        """Move the bar of this list."""
        if stats is not self.stats:
            self.end()
            self.stats, self.bar = stats, self.tqdm(desc=stats.name, unit=" objects", file=self.out, leave=False)
        self.bar.update(stats.objects - self.bar.n)

    def end(self, stats: Stats | None = None) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()
        self.bar = self.stats = None
