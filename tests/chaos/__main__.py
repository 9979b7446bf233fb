"""``python -m tests.chaos``: many events, everything goes wrong, and nothing may be lost or done twice.

Exit code 1 where a promise was broken; each is named.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile

from .plan import Plan


def main():
    plan, logs = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended, as after Ctrl-C
    os.environ["PINAX_TEST_DATABASE"] = plan.database
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.chaos.settings"
    import django

    django.setup()
    from .run import run

    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        try:
            report = run(plan, folder, _say)
        finally:
            if logs:
                shutil.copytree(folder, logs, dirs_exist_ok=True)
    for line in report.lines:
        _say(line)
    return 1 if report.violations else 0


def _say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _asked():
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    add = parser.add_argument
    add("--database", choices=["postgresql", "mysql", "sqlite"], default=Plan.database)
    add("--events", type=int, default=Plan.events, metavar="N")
    add("--dispatcher", choices=["celery", "inline"], help="Celery on PostgreSQL, inline elsewhere, if not given.")
    add("--twins", type=float, default=Plan.twins, metavar="SHARE", help="Events that are delivered as thin ones, too.")
    add("--seed", type=int, default=Plan.seed, metavar="S", help="What happens at Stripe, and in which order.")
    add("--seconds", type=float, default=Plan.seconds, metavar="LIMIT", help="When the run is given up.")
    add("--every", type=float, default=Plan.disturbed_every, metavar="SECONDS", help="From one disturbance to another.")
    add("--logs", metavar="FOLDER", help="Where the logs of the processes are kept.")
    asked = parser.parse_args()
    plan = Plan(
        events=asked.events,
        database=asked.database,
        dispatcher=asked.dispatcher or ("celery" if asked.database == "postgresql" else "inline"),
        seed=asked.seed,
        twins=asked.twins,
        seconds=asked.seconds,
        disturbed_every=asked.every,
    )
    return plan, asked.logs


if __name__ == "__main__":
    sys.exit(main())
