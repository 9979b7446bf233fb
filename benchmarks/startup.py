"""What the app adds to a process: CPU seconds until Django is ready, and memory, above bare Django with stripe."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median
from typing import Final, NamedTuple

#: A worker as a WSGI server starts it, with the URLs imported; it prints its CPU seconds and its memory in KiB.
WORKER: Final = """
import re, time
import stripe
from benchmarks.wsgi import application
from django.urls import get_resolver
get_resolver().url_patterns
rss = re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())
print(time.process_time(), rss[1])
"""


class Added(NamedTuple):
    """What the app adds, in milliseconds of CPU and MiB, and how much there is without it."""

    milliseconds: float
    mebibytes: float
    bare_milliseconds: float
    bare_mebibytes: float


def measure(rounds: int) -> Added:
    """Start workers with and without the app in turns, and return the medians of what differs."""
    found = [(_worker(""), _worker("pinax")) for _ in range(rounds + 1)][1:]
    bare = [median(one[0][place] for one in found) for place in (0, 1)]
    added = [median(one[1][place] - one[0][place] for one in found) for place in (0, 1)]
    return Added(added[0] * 1000, added[1] / 1024, bare[0] * 1000, bare[1] / 1024)


def _worker(app: str) -> tuple[float, float]:
    ran = subprocess.run(
        [sys.executable, "-c", WORKER], env={**os.environ, "BENCH_APP": app}, stdout=subprocess.PIPE, check=True
    )
    seconds, kibibytes = ran.stdout.split()
    return float(seconds), float(kibibytes)
