"""What could not be taken over: counted by reason, and written to a CSV file."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING, Any

from pinax.stripe.operations.adopt.old_rows import Leftover

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO


class Leftovers:
    """Counts leftovers, and writes each to a CSV file.

    Args:
        out: the file; None: they are only counted.
    """

    def __init__(self, out: TextIO | None = None) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._writer: Any = csv.writer(out) if out else None
        if self._writer:
            self._writer.writerow(Leftover._fields)

    def add(self, leftovers: Iterable[Leftover]) -> None:
        """Count these, by what they are and why they are left over."""
        for one in leftovers:
            self.counts[one.what, one.reason] += 1
            if self._writer:
                self._writer.writerow(one)
