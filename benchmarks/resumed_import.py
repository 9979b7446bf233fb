"""``manage.py stripe_sync`` against a fake Stripe on loopback: killed half-way, begun again, and what it takes.

    python -m benchmarks.resumed_import [customers]

The project is ``example/``, on SQLite, with ``DEBUG`` on, which is how memory is lost most easily. Ends with an error
where a row is missing or there twice, where pages were asked for again, or where memory grows with the list. Nearly all
of the time is the fake's, which sorts the whole list for each page.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from pinax.stripe.testing import FakeStripe, build, serve

ROOT = Path(__file__).parents[1]

#: How much more memory the process may have at a list's end than after a tenth of it.
ALLOWED = 1.15

SETTINGS = "from settings import *\nDEBUG = True\nSILENCED_SYSTEM_CHECKS = ['pinax_stripe.W001']\nLOGGING = {}\n"


class Project:
    """The example project, in a process of its own, with a database and a Stripe of ours."""

    def __init__(self, folder: Path, url: str) -> None:
        self.database = folder / "db.sqlite3"
        (folder / "bench_settings.py").write_text(SETTINGS)
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "bench_settings",
            "PYTHONPATH": str(folder),
            "EXAMPLE_DATABASE": str(self.database),
            "EXAMPLE_FAKE_STRIPE": url,
            "STRIPE_SECRET_KEY": "",
        }

    def manage(self, *args: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(ROOT / "example" / "manage.py"), *args]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)

    def rows(self) -> tuple[int, int]:
        """Return how many customers there are, and how many different ones; stubs are none."""
        asked = "select count(*), count(distinct stripe_id) from pinaxstripe_customer where synced_at is not null"
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(asked).fetchone()


def mebibytes(process: subprocess.Popen[str]) -> float:
    """Return what the process has in memory, as the system sees it."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(process.pid)], capture_output=True, text=True, check=False)
    return int(said.stdout.strip() or 0) / 1024


def watched(process: subprocess.Popen[str], stripe: FakeStripe, until: int | None = None) -> list[tuple[int, float]]:
    """Wait for the end of the process, or kill it after so many requests; returns memory by requests."""
    seen: list[tuple[int, float]] = []
    while process.poll() is None:
        asked = len(stripe.requests)
        if asked and (not seen or seen[-1][0] != asked):
            memory = mebibytes(process)
            if memory:
                seen.append((asked, memory))
        if until and asked >= until:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.05)
    process.wait()
    return seen


def at(seen: list[tuple[int, float]], share: float) -> float:
    """Return the memory when this share of the requests had been made."""
    return next(memory for asked, memory in seen if asked >= share * seen[-1][0])


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    stripe = FakeStripe()
    for nth in range(number):
        stripe.put(build("customer", id=f"cus_{nth}", metadata={"member": str(nth)}))
    pages = -(-number // 100)
    command = ["stripe_sync", "customer", "--testmode", "--rate", "100000"]
    with serve(stripe) as server, tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), server.url)
        assert project.manage("migrate", "-v0").wait() == 0

        began = time.perf_counter()
        killed = project.manage(*command)
        seen = watched(killed, stripe, until=pages // 2)
        half = project.rows()
        took = time.perf_counter() - began
        print(f"killed ({killed.returncode}) after {took:.0f} s and {len(stripe.requests)} pages: {half[0]:,} rows")
        print(f"  memory: {at(seen, 0.1):.0f} MiB after a tenth of these, {seen[-1][1]:.0f} MiB at the end")
        assert killed.returncode == -signal.SIGKILL
        assert 0 < half[0] == half[1] < number

        stripe.requests.clear()
        stripe.advance(60)
        began = time.perf_counter()
        process = project.manage(*command)
        seen = watched(process, stripe)
        rows, took = project.rows(), time.perf_counter() - began
        print(f"begun again, {took:.0f} s and {len(stripe.requests)} pages: {rows[0]:,} rows, {rows[1]:,} customers")
        print(f"  memory: {at(seen, 0.1):.0f} MiB after a tenth of these, {seen[-1][1]:.0f} MiB at the end")
        print(f"  it says: {process.stdout.read().strip() if process.stdout else ''}")
        assert process.returncode == 0
        assert rows == (number, number)
        assert "starting_after" in stripe.requests[0].query
        assert len(stripe.requests) <= pages - half[0] // 100 + 1
        assert seen[-1][1] <= ALLOWED * at(seen, 0.1)


if __name__ == "__main__":
    main()
