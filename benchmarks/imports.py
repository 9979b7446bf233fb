# ruff: noqa: E402  (Django is set up before its models are imported)
"""What an import costs us: objects per second on SQLite, and memory, with Stripe's part left out.

    python -m benchmarks.imports [objects]

Pages are made in memory, one at a time; what is timed is the way from a page to its committed rows.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
from django.core.management import call_command

from tests import settings

FOLDER = tempfile.TemporaryDirectory()
settings.DATABASES = {"default": {**settings.KNOWN_DATABASES["sqlite"], "NAME": Path(FOLDER.name) / "bench.sqlite3"}}
django.setup()

from pinax.stripe.client import Page
from pinax.stripe.imports import importer
from pinax.stripe.imports.lists import listing, object_type_named
from pinax.stripe.imports.rate_limiter import RateLimiter
from pinax.stripe.imports.stats import Stats
from pinax.stripe.scope import Scope
from pinax.stripe.testing import build
from pinax.stripe.times import Asked

SIZE = 100
#: How many objects per second are asked for.
ASKED_FOR = 1000


def now() -> tuple[float, float]:
    """Return the time on the wall and that of the processor, which others on the machine do not change much."""
    return time.perf_counter(), time.process_time()


def since(began: tuple[float, float]) -> tuple[float, float]:
    return time.perf_counter() - began[0], time.process_time() - began[1]


def made(kind: str, number: int, clock: list[datetime], spent: list[float]):
    """Stand in for Stripe: yield pages that are made when they are wanted, and count the time that this takes."""
    template = build(kind)

    def object_of(nth: int) -> dict:
        data = {**template, "id": f"{kind}_{nth}", "created": 1_790_000_000 - nth}
        if kind == "subscription":
            item = template["items"]["data"][0]
            data["items"] = {**template["items"], "data": [{**item, "id": f"si_{nth}_{which}"} for which in (1, 2)]}
            data["customer"] = f"cus_{nth % 1000}"
        return data

    def pages(*_):
        for first in range(0, number, SIZE):
            began = now()
            objects = [object_of(nth) for nth in range(first, min(first + SIZE, number))]
            clock[0] += timedelta(seconds=1)
            spent[:] = [one + more for one, more in zip(spent, since(began), strict=True)]
            yield Page(objects, first + SIZE < number, Asked(clock[0], clock[0]))

    return pages


def run(kind: str, number: int, clock: list[datetime], peaks: list[int] | None = None) -> list[float]:
    """Import so many objects; returns objects per second, by the wall's clock and by the processor's."""
    spent = [0.0, 0.0]
    importer.pages = made(kind, number, clock, spent)
    stats = Stats(kind)

    def report(_: Stats) -> None:
        if peaks is not None:
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.reset_peak()

    began = now()
    importer.import_list(listing(object_type_named(kind), Scope(livemode=False)), RateLimiter(), stats, report=report)
    seconds = [all_of_it - making for all_of_it, making in zip(since(began), spent, strict=True)]
    assert not stats.failed, stats.problems
    return [stats.objects / each for each in seconds]


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    call_command("migrate", verbosity=0)
    clock = [datetime.now(tz=UTC).replace(microsecond=0)]
    run("product", SIZE, clock)  # so that nothing is timed that happens once
    for kind in ("customer", "subscription"):
        for what in ("first import", "once more"):
            wall, processor = run(kind, number, clock)
            print(f"{kind:12} {what:12} {wall:6,.0f} objects/s, {processor:6,.0f} by processor time", end="")
            print(f", {processor / ASKED_FOR:.1f} times what is asked for")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    peaks: list[int] = []
    run("customer", 10 * SIZE, clock, peaks)
    few = max(peaks[2:])
    peaks.clear()
    run("customer", 100 * SIZE, clock, peaks)
    many = max(peaks[2:])
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"memory: peak within a page, of 10 pages {few / 2**20:.1f} MiB, of 100 pages {many / 2**20:.1f} MiB")
    print(f"        ({many / few:.2f} times); RSS {before / 2**10:.0f} MiB before, {after / 2**10:.0f} MiB after")


if __name__ == "__main__":
    main()
