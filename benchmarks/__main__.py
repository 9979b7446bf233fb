"""``make bench``: what a delivery costs, in ratios within one run.

The small form measures in one process, on SQLite. ``--full`` is on PostgreSQL, with dj-stripe, and over HTTP as well.
"""

from __future__ import annotations

import argparse
import os
import sys


def main() -> int:
    asked = _asked()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    os.environ["BENCH_DATABASE"] = asked.database or (
        "postgresql" if asked.full or asked.growth or asked.pages else "sqlite"
    )
    if asked.growth or asked.pages:
        os.environ["BENCH_ADMIN"] = "yes"
    from benchmarks import fake

    with fake.running() as stripe:
        os.environ["BENCH_STRIPE"] = stripe.url()
        import django

        django.setup()
        from benchmarks import report, run

        if asked.pages:
            name, lines = "pages", run.pages(stripe, asked.pages)
        elif asked.growth:
            name, lines = "growth", run.growth(stripe, asked.growth)
        else:
            name, lines = "bench", run.run(stripe, asked)
        print("\n".join(lines))
        if asked.write:
            report.write(lines, name)
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--full", action="store_true", help="PostgreSQL, dj-stripe and gunicorn; up to 15 minutes.")
    add("--growth", type=int, default=0, metavar="EVENTS", help="Only what so many events change; on PostgreSQL.")
    add("--pages", type=int, default=0, metavar="EVENTS", help="Only the admin's pages with so many; on PostgreSQL.")
    add("--write", action="store_true", help="Write the tables to docs/explanation/costs.md.")
    add("--database", choices=["sqlite", "postgresql"], help="SQLite, or PostgreSQL with --full, if not given.")
    add("--rounds", type=int, default=9, metavar="N", help="How many pairs of blocks a ratio is the median of.")
    add("--events", type=int, default=11, metavar="N", help="How many events one block has.")
    add("--starts", type=int, default=5, metavar="N", help="How many pairs of processes are started; 0 for none.")
    add("--only", default="", metavar="WORD", help="Only the rows whose name has this word.")
    add("--minutes", type=float, metavar="N", help="About when it ends, with fewer rounds; 2, or 12 with --full.")
    asked = parser.parse_args()
    asked.minutes = asked.minutes or (12 if asked.full else 2)
    return asked


if __name__ == "__main__":
    sys.exit(main())
