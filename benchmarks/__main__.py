"""``make bench``: what a delivery costs, in ratios within one run."""

from __future__ import annotations

import argparse
import os
import sys


def main() -> int:
    asked = _asked()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    os.environ["BENCH_DATABASE"] = asked.database
    from benchmarks import fake

    with fake.running() as stripe:
        os.environ["BENCH_STRIPE"] = stripe.url()
        import django

        django.setup()
        from benchmarks.run import run

        for line in run(stripe, asked):
            print(line)
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--database", choices=["sqlite", "postgresql"], default="sqlite")
    add("--rounds", type=int, default=15, metavar="N", help="How many pairs of blocks a ratio is the median of.")
    add("--stories", type=int, default=2, metavar="N", help="How many times eleven events one block has.")
    add("--rival", action="store_true", help="Compare with dj-stripe, too.")
    add("--only", default="", metavar="WORD", help="Only the rows whose name has this word.")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
