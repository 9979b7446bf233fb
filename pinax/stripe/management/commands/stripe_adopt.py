"""``manage.py stripe_adopt``."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import reset_queries
from django.utils import timezone

from pinax.stripe import keys
from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.management import options as types
from pinax.stripe.management.listing import INTERRUPTED
from pinax.stripe.management.progress import INTERVAL
from pinax.stripe.operations.adopt import PREDECESSORS, SIZE, Leftovers, Run, adopt_events, found_in, link_customers

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections import Counter
    from collections.abc import Callable

    from pinax.stripe.operations.adopt import Predecessor

#: For how many days back events are recorded: Stripe can send an event again for 30.
DAYS: Final = 60


class Command(BaseCommand):
    """Take over what only the tables of pinax-stripe 4, pinax-stripe-light or dj-stripe have; they stay as they are."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        add = parser.add_argument
        names = [one.name for one in PREDECESSORS]
        whose = "Whose tables to read (default: all that are in the database)."
        add("--from", choices=names, dest="name", help=whose)
        since = f"Only events that were recorded there since then (default: {DAYS} days)."
        add("--since", type=types.since, metavar="DATE|DAYS", help=since)
        mode = "The mode of customers for whom pinax-stripe 4 has no events (default: that of the secret key)."
        add("--livemode", action="store_const", dest="livemode", const=True, help=mode)
        add("--testmode", action="store_const", dest="livemode", const=False, help=mode)
        types.add_platform(parser, "The named platform that the tables belong to (default: the default platform).")
        add("--csv", metavar="FILE", help="Write what cannot be taken over to this file.")
        size = "Rows in one transaction (default: %(default)s)."
        add("--batch", type=types.integer(1), default=SIZE, metavar="N", help=size)
        add("--dry-run", action="store_true", help="Count, but write nothing to the database.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take over each predecessor's customers and events, and report the numbers."""
        self.last = monotonic()
        try:
            for predecessor in _chosen(options["name"]):
                self._adopt(predecessor, options)
        except PinaxStripeError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted. What was written stays; run the same command again to continue.", returncode=INTERRUPTED
            ) from None
        if options["dry_run"]:
            self.stdout.write("Nothing was written.")
        else:
            self.stdout.write("Next: python manage.py stripe_sync, which imports the objects from Stripe.")

    def _adopt(self, predecessor: Predecessor, options: dict[str, Any]) -> None:
        platform, size, dry_run = options["platform"] or "", options["batch"], options["dry_run"]
        since = datetime.fromtimestamp(options["since"] or _default_since(), tz=UTC)
        source = predecessor.open(platform)
        would = "would be " if dry_run else ""
        with _opened(options["csv"]) as out:
            left = Leftovers(out)
            customers = link_customers(source, _mode(options), left, Run(size, dry_run, self._progress("customers")))
            left.add(source.leftovers(size))
        self.stdout.write(f"{predecessor.name}:")
        self.stdout.write(
            f"  customers: {customers['linked']} {would}linked to their users, {customers['known']} linked before, "
            f"{customers['without a user']} without a user"
        )
        for (what, reason), number in sorted(left.counts.items()):
            self.stdout.write(f"  left over: {number} {what}s: {reason}")
        if left.counts and not options["csv"]:
            self.stdout.write("  --csv FILE lists what is left over.")
        events = adopt_events(source, predecessor.name, since, Run(size, dry_run, self._progress("events")))
        self.stdout.write(
            f"  events since {since:%Y-%m-%d}: {events['recorded']} {would}recorded as processed, "
            f"{events['known']} recorded before, {source.unprocessed(since)} not processed there and left out"
        )

    def _progress(self, what: str) -> Callable[[Counter[str]], None]:
        def report(counts: Counter[str]) -> None:
            reset_queries()  # with DEBUG, Django keeps the last 9,000 in memory
            if monotonic() - self.last >= INTERVAL:
                self.last = monotonic()
                self.stdout.write(f"… {counts.total()} {what}")

        return report


def _chosen(name: str | None) -> list[Predecessor]:
    found = found_in()
    if name is None and not found:
        names = ", ".join(one.name for one in PREDECESSORS)
        raise CommandError(f"The database has no tables of any of these: {names}.")
    chosen = [one for one in found if name in {None, one.name}]
    if not chosen:
        (wanted,) = (one for one in PREDECESSORS if one.name == name)
        raise CommandError(f"The database has no tables of {name}: {', '.join(wanted.tables)} or some of their columns")
    return chosen


def _mode(options: dict[str, Any]) -> bool:
    """Return the mode of customers whose mode the predecessor does not know."""
    if options["livemode"] is not None:
        return bool(options["livemode"])
    mode = keys.mode_of(keys.keys_of(options["platform"] or "").get("SECRET_KEY", ""))
    if mode is None:
        raise CommandError("The secret key does not show which mode it is for: give --livemode or --testmode")
    return mode


def _default_since() -> float:
    return (timezone.now() - timedelta(days=DAYS)).timestamp()


def _opened(path: str | None) -> Any:
    if path is None:
        return nullcontext()
    try:
        return Path(path).open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error
