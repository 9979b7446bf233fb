"""Blank and delete what has been kept long enough, in small transactions; stopped, it goes on the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from pinax.stripe.conf import conf
from pinax.stripe.inbox import retention

if TYPE_CHECKING:
    from argparse import ArgumentParser

#: As a shell has it for a program that was ended with Ctrl-C.
INTERRUPTED = 130


class Command(BaseCommand):
    """``manage.py stripe_prune``."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be asked for."""
        add = parser.add_argument
        size = f"Rows in one transaction; {retention.SIZE}, if not given."
        add("--batch", type=_positive, default=retention.SIZE, metavar="N", help=size)
        add("--dry-run", action="store_true", help="Count, write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do every chore, and say what was done."""
        try:
            self._prune(options["batch"], dry_run=options["dry_run"])
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was done is done.", returncode=INTERRUPTED) from None

    def _prune(self, size: int, *, dry_run: bool) -> None:
        if conf.EVENT_RETENTION_DAYS is None:
            self.stdout.write("Messages of processed events are kept: PINAX_STRIPE_EVENT_RETENTION_DAYS is not set.")
        for chore in retention.chores():
            done = chore.rows.count() if dry_run else retention.carry_out(chore, size=size)
            self.stdout.write(f"{done} {chore.rows_in_words} {'would be ' if dry_run else ''}{chore.verb}")


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError
    return number


_positive.__name__ = "positive number"  # what argparse calls it in its errors
