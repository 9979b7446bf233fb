"""The numbers of an import."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pinax.stripe.conf import without_secrets
from pinax.stripe.exceptions import PinaxStripeError

if TYPE_CHECKING:
    from pinax.stripe.scope import Scope

#: How many problems are kept in words; the others are counted.
KEPT: Final = 20


@dataclass
class Stats:
    """The numbers of one list.

    Attributes:
        name: what is listed, in which mode and account.
        pages: the number of pages that were written.
        counts: the number of objects by result: ``created``, ``updated``, ``unchanged``, ``left alone``, …
        problems: what went wrong, in words.
        failed: how many things went wrong.
    """

    name: str
    pages: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    failed: int = 0

    @property
    def objects(self) -> int:
        """How many objects were read."""
        return self.counts.total()

    def fail(self, problem: str) -> None:
        """Record that something failed."""
        self.failed += 1
        if len(self.problems) < KEPT:
            self.problems.append(problem)

    def __str__(self) -> str:
        numbers = [f"{number} {what}" for what, number in self.counts.items() if number]
        if self.failed:
            numbers.append(f"{self.failed} failed")
        pages = "1 page" if self.pages == 1 else f"{self.pages} pages"
        return f"{self.name}: {pages}, " + (", ".join(numbers) or "nothing there")


def named(what: str, scope: Scope) -> str:
    """Return the name of stats: what is listed, in which mode and account."""
    return f"{what} ({scope})"


def described(error: Exception) -> str:
    """Return an error in one line, without keys."""
    said = " ".join(without_secrets(str(error)).split())
    return said if isinstance(error, PinaxStripeError) else f"{type(error).__name__}: {said}"
