"""One run: the measurements that were asked for, and their report."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks import mix, report
from benchmarks.database import own_database
from benchmarks.inprocess import CASES, Bench
from pinax.stripe.signals import on

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from benchmarks.fake import Stripe


def receive(**_kwargs: object) -> None:
    """The one receiver of every event."""


def run(stripe: Stripe, asked: Namespace) -> Iterator[str]:
    """Measure, and return the lines of the report."""
    on(*mix.TYPES)(receive)
    with own_database():
        bench = Bench(stripe, asked.stories)
        bench.send_catalogue()
        chosen = [case for case in CASES if asked.only in case.name]
        rows = bench.measure(chosen, asked.rounds, _say)
    yield from report.table(rows)


def _say(line: str) -> None:
    """Tell who waits how far it is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line:<40}")
