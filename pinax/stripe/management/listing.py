"""What the commands that go through Stripe's lists have in common: options, modes, the report, an interruption."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

from django.core.management.base import BaseCommand, CommandError

from pinax.stripe import client
from pinax.stripe.conf import conf
from pinax.stripe.imports.rate_limiter import RATE, RateLimiter
from pinax.stripe.imports.stats import Stats
from pinax.stripe.management.progress import shown_on

if TYPE_CHECKING:
    from argparse import ArgumentParser

AnyStats = TypeVar("AnyStats", bound=Stats)

#: As a shell has it for a program that was ended with Ctrl-C.
INTERRUPTED: Final = 130


class ListingCommand(BaseCommand, Generic[AnyStats]):
    """A command that goes through Stripe's lists, mode by mode."""

    #: What happens when it is run again after an interruption.
    goes_on: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what every such command can be asked for."""
        add = parser.add_argument
        add("--account", action="append", default=[], metavar="ACCT", help="A connected account; may be repeated.")
        add("--since", type=_since, metavar="DATE|DAYS", help="Only what was created since.")
        add("--livemode", action="store_const", dest="modes", const=[True], help="Live mode only.")
        add("--testmode", action="store_const", dest="modes", const=[False], help="Test mode only.")
        add("--rate", type=_rate, default=RATE, metavar="N", help=f"Requests per second; {RATE}, if not given.")
        add("--dry-run", action="store_true", help="Ask and count, write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the lists, and say what came of it."""
        modes = options["modes"] or _modes()
        for account in options["account"]:
            if not re.fullmatch(r"acct_\w{1,250}", account, re.ASCII):
                raise CommandError(f"{account} is no id of an account: acct_…")
        self.check_options(options)
        self.limiter = RateLimiter(options["rate"])
        self.tallies: list[AnyStats] = []
        self.show = shown_on(self.stdout, quiet=not options["verbosity"])
        try:
            for livemode in modes:
                self.go_through(livemode, options)
        except KeyboardInterrupt:
            self.show.end()
            raise CommandError(
                f"Stopped. Run the same command again: {self.goes_on}.", returncode=INTERRUPTED
            ) from None
        self.sum_up(options)

    def check_options(self, options: dict[str, Any]) -> None:
        """Refuse what makes no sense, before anything is asked.

        Raises:
            CommandError: it makes none.
        """

    def go_through(self, livemode: bool, options: dict[str, Any]) -> None:
        """Go through the lists of a mode."""
        raise NotImplementedError

    def sum_up(self, options: dict[str, Any]) -> None:
        """Say what came of it.

        Raises:
            CommandError: something failed.
        """
        for stats in self.tallies:
            self.stdout.write(str(stats))
            for problem in stats.problems:
                self.stderr.write(f"  {problem}")
        failed = sum(stats.failed for stats in self.tallies)
        if failed:
            raise CommandError(f"{failed} failed; run the same command again to try these once more.")


def organisation_without_accounts(livemode: bool) -> CommandError:
    """Return the error for an organisation's key if no account of it is named or known."""
    mode = "live" if livemode else "test"
    return CommandError(
        f"The key of {mode} mode is an organisation's, and none of its accounts is known yet: name one with --account"
    )


def _modes() -> list[bool]:
    """Return the modes that have a key."""
    found = [client.mode_of(key) for key in (conf.SECRET_KEY, conf.TEST_SECRET_KEY) if key]
    if not found:
        raise CommandError("PINAX_STRIPE_SECRET_KEY is not set")
    if None in found:
        raise CommandError("The key does not say which mode it is for: give --livemode or --testmode")
    return [livemode for livemode in (True, False) if livemode in found]


def _since(value: str) -> int:
    """Return the beginning of a day, in UTC, in Unix seconds: of that date, or so many days ago."""
    if value.isdecimal():
        day = datetime.now(tz=UTC) - timedelta(days=int(value))
    else:
        day = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    return int(day.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())


def _rate(value: str) -> float:
    rate = float(value)
    if not rate > 0:
        raise ValueError
    return rate


_since.__name__, _rate.__name__ = "date or number of days", "rate"  # what argparse calls them in its errors
