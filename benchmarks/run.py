"""One run: the measurements that were asked for, and their report."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from benchmarks import report, rival
from benchmarks.cases import chosen
from benchmarks.database import own_database
from benchmarks.inprocess import Bench

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from benchmarks.fake import Stripe


def run(stripe: Stripe, asked: Namespace) -> Iterator[str]:
    """Measure, and return the lines of the report."""
    with ExitStack() as stack:
        stack.enter_context(own_database())
        other = None
        if asked.rival:
            try:
                rival.install()
            except rival.NotInstalled as error:
                yield f"without dj-stripe: {error}"
            else:
                other = stack.enter_context(rival.running())
        bench = Bench(stripe, asked.stories, other)
        rows = bench.measure(chosen(asked.only, rival=other is not None), asked.rounds, _say)
    yield from report.table(rows)


def _say(line: str) -> None:
    """Tell who waits how far it is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line:<60}")
