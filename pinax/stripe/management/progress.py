"""How a long command shows that it is getting on: a bar on a terminal, where tqdm is installed, else plain lines."""

from __future__ import annotations

from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from django.core.management.base import OutputWrapper

    from pinax.stripe.sync.tally import Tally

#: Seconds between two plain lines.
SELDOM: Final = 10.0


class Display(Protocol):
    """Where progress is shown."""

    def update(self, tally: Tally) -> None:
        """Show how far one list is."""

    def end(self, tally: Tally | None = None) -> None:
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

    def update(self, tally: Tally) -> None:
        """Show nothing."""

    def end(self, tally: Tally | None = None) -> None:
        """Show nothing."""


class Lines:
    """A line for a list that takes long, now and then."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out
        self.last = monotonic()

    def update(self, tally: Tally) -> None:
        """Write a line, unless one was written a moment ago."""
        if monotonic() - self.last >= SELDOM:
            self.last = monotonic()
            self.out.write(f"… {tally}")

    def end(self, tally: Tally | None = None) -> None:
        """Write nothing: the command sums up at its end."""


class Bar:
    """A bar of tqdm's for each list. Stripe does not say how long a list is, so it shows numbers and speed."""

    def __init__(self, tqdm: Any, out: OutputWrapper) -> None:
        self.tqdm = tqdm
        self.out = out
        self.bar: Any = None
        self.tally: Tally | None = None

    def update(self, tally: Tally) -> None:
        """Move the bar of this list."""
        if tally is not self.tally:
            self.end()
            self.tally, self.bar = tally, self.tqdm(desc=tally.name, unit=" objects", file=self.out, leave=False)
        self.bar.update(tally.objects - self.bar.n)

    def end(self, tally: Tally | None = None) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()
        self.bar = self.tally = None
