"""How rows are taken over: in which batches, and whether they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

#: How many old rows are read, and written, in one transaction.
SIZE: Final = 500


class Run(NamedTuple):
    """The options of a run. If it is stopped, what was written stays, and another run goes on from there.

    Attributes:
        size: how many old rows are read, and written, in one transaction; memory is constant.
        dry_run: only count.
        report: called after each transaction with the counts so far.
    """

    size: int
    dry_run: bool
    report: Callable[[Counter[str]], None]
