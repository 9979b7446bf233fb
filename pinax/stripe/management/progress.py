"""The progress of a long command: tqdm's bars on a terminal, if it is installed; otherwise a line now and then."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, Final

try:
    from tqdm import tqdm  # type: ignore[import-not-found,import-untyped,unused-ignore]  # an extra without types
except ImportError:
    tqdm = None

if TYPE_CHECKING:
    from django.core.management.base import OutputWrapper

    from pinax.stripe.imports.stats import Stats

#: Seconds between two lines.
INTERVAL: Final = 10.0


class Progress:
    """Shows how far each list is; ``quiet`` shows nothing."""

    def __init__(self, out: OutputWrapper, *, quiet: bool = False) -> None:
        self.out = out
        self.quiet = quiet
        self.shows_bars = tqdm is not None and out.isatty()
        self.last = monotonic()
        self.bar: Any = None
        self.stats: Stats | None = None

    def update(self, stats: Stats) -> None:
        """Move the bar of a list, or write a line if the last one was written long enough ago."""
        if self.quiet:
            return
        if not self.shows_bars:
            if monotonic() - self.last >= INTERVAL:
                self.last = monotonic()
                self.out.write(f"… {stats}")
            return
        if stats is not self.stats:
            self.close()
            # Stripe does not say how long a list is: the bar shows numbers and speed.
            self.stats, self.bar = stats, tqdm(desc=stats.name, unit=" objects", file=self.out, leave=False)
        self.bar.update(stats.objects - self.bar.n)

    def close(self) -> None:
        """Remove the bar at the end of a list."""
        if self.bar is not None:
            self.bar.close()
        self.bar = self.stats = None
