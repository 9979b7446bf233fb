"""One run: the measurements that were asked for, and their report."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from django.conf import settings

from benchmarks import machine, overhttp, report, rival, startup
from benchmarks.cases import chosen
from benchmarks.database import own_database
from benchmarks.inprocess import Bench

if TYPE_CHECKING:
    from argparse import Namespace

    from benchmarks.fake import Stripe
    from benchmarks.ratios import Row


def run(stripe: Stripe, asked: Namespace) -> list[str]:
    """Measure, and return the lines of the report."""
    began = time.monotonic()
    with ExitStack() as stack:
        databases = {settings.APP: stack.enter_context(own_database())}
        other = _rival(stack) if asked.full else None
        facts = machine.facts()
        if other:
            found = other.facts()
            databases["djstripe"] = found.pop("database")
            facts["dj-stripe"] = f"{found['dj-stripe']}, with Django {found['django']} and stripe {found['stripe']}"
        bench = Bench(stripe, asked.events, other)
        cases = chosen(asked.only, rival=other is not None)
        rows = bench.measure(cases, asked.rounds, began + 60 * asked.minutes * (0.4 if asked.full else 0.8), _say)
        served: list[Row] = []
        if asked.full:
            served += overhttp.measure(stripe, databases, asked, began + 60 * asked.minutes * 0.7, _say)
        facts["Load"] = machine.load()
    added = startup.measure(asked.starts) if asked.starts else None
    return report.lines(facts, rows, served, added)


def growth(stripe: Stripe, most: int) -> list[str]:
    """Measure what the number of events changes, and return the lines of the report."""
    from benchmarks import growth

    with own_database():
        sizes, costs = growth.measure(stripe, most, _say)
        return report.growth(sizes, costs, machine.facts())


def pages(stripe: Stripe, events: int) -> list[str]:
    """Measure the pages of the admin, and return the lines of the report."""
    from benchmarks import pages

    with own_database():
        return report.pages(pages.measure(stripe, events, _say), machine.facts())


def _rival(stack: ExitStack) -> rival.Rival | None:
    """Return dj-stripe; None if it cannot be installed here, which is reported."""
    try:
        rival.install()
    except rival.NotInstalled as error:
        sys.stderr.write(f"dj-stripe is skipped, since it cannot be installed: {error}\n")
        return None
    return stack.enter_context(rival.running())


def _say(line: str) -> None:
    """Tell who waits how far it is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line:<70}")
