"""``python -m tests.fuzz``: posts in a database of their own, until so many or so many seconds are over."""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from pathlib import Path

import django


def main() -> int:
    """Parse, run, report; a broken promise ends with a traceback, and so with another exit code than 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--posts", type=int, help="so many posts; 1,000,000, if no time is given either")
    parser.add_argument("--seconds", type=float, help="so many seconds at most")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9, help="what chance starts from")
    parser.add_argument("--guided", action="store_true", help="let atheris look for posts that reach new code")
    asked = parser.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    warnings.simplefilter("error", RuntimeWarning)
    django.setup()
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        if asked.guided:
            return _guided(asked)
        from tests.fuzz.run import Run, resident

        run, started, before = Run(asked.seed), time.monotonic(), resident()
        most = asked.posts or (None if asked.seconds else 1_000_000)
        run.go(most=most, seconds=asked.seconds, say=lambda line: print(line, flush=True))
        took = time.monotonic() - started
        print(f"{run.report()}; {before >> 20} MiB at the start; {took:.0f} s, {run.number / took:.0f} posts/s")
        return 0
    finally:
        name = connection.settings_dict["NAME"]
        connection.creation.destroy_test_db(name, verbosity=0)
        for rest in ("-wal", "-shm"):  # what SQLite leaves where a process has ended without closing it
            Path(f"{name}{rest}").unlink(missing_ok=True)


def _guided(asked: argparse.Namespace) -> int:
    """Run atheris in a process of its own, since it ends the one that it runs in."""
    from django.db import connection

    connection.close()
    child = os.fork()
    if not child:
        from tests.fuzz.guided import guide

        guide(asked.seed, asked.posts, asked.seconds)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
