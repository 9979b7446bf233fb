"""Import objects through Stripe's lists, or fill stubs; stopped and started again, it goes on where it was."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import reset_queries

from pinax.stripe import client
from pinax.stripe.conf import conf
from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.management.progress import shown_on
from pinax.stripe.models import StripeObject
from pinax.stripe.sync.accounts import connected_accounts
from pinax.stripe.sync.importing import import_list
from pinax.stripe.sync.kinds import Kind, kind_named, kinds, listing
from pinax.stripe.sync.pace import RATE, Pace
from pinax.stripe.sync.stubs import fill_stubs
from pinax.stripe.sync.tally import Tally

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

#: As a shell has it for a program that was ended with Ctrl-C.
INTERRUPTED = 130


class Command(BaseCommand):
    """``manage.py stripe_sync``."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be asked for."""
        add = parser.add_argument
        add("kinds", nargs="*", metavar="KIND", help="Models or Stripe's object types; none: everything with a list.")
        add("--account", action="append", default=[], metavar="ACCT", help="A connected account; may be repeated.")
        add("--all-accounts", action="store_true", help="Our own account and every connected one that is known.")
        add("--since", type=_since, default=0, metavar="DATE|DAYS", help="Only what was created since.")
        add("--stubs", action="store_true", help="Fill the rows that are known by id only, one by one.")
        add("--prune-missing", action="store_true", help="Ask for rows that the lists do not show; note what is gone.")
        add("--livemode", action="store_const", dest="modes", const=[True], help="Live mode only.")
        add("--testmode", action="store_const", dest="modes", const=[False], help="Test mode only.")
        add("--rate", type=_rate, default=RATE, metavar="N", help=f"Requests per second; {RATE}, if not given.")
        add("--restart", action="store_true", help="Start over, wherever an interrupted import has stopped.")
        add("--dry-run", action="store_true", help="Ask and count, write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what came of it."""
        wanted = [_kind(name, stubs=options["stubs"]) for name in options["kinds"]]
        modes = options["modes"] or _modes()
        _refuse_contradictions(options)
        self.pace = Pace(options["rate"])
        self.tallies: list[Tally] = []
        self.show = shown_on(self.stdout)
        try:
            for livemode in modes:
                for account in self._accounts(livemode, options):
                    if options["stubs"]:
                        self._fill_stubs(wanted, account, livemode, options)
                    else:
                        self._import(wanted or kinds(), account, livemode, options)
        except KeyboardInterrupt:
            self.show.end()
            again = "Stopped. Run the same command again: it goes on after the last page that was written."
            raise CommandError(again, returncode=INTERRUPTED) from None
        self._sum_up()

    def _accounts(self, livemode: bool, options: dict[str, Any]) -> Iterator[str]:
        if not options["account"]:
            yield ""
        yield from options["account"]
        if options["all_accounts"]:
            try:
                yield from connected_accounts(livemode, self.pace)
            except PinaxStripeError as error:
                self._tally("account", "", livemode).fail(str(error))

    def _import(self, wanted: list[Kind], account: str, livemode: bool, options: dict[str, Any]) -> None:
        for kind in wanted:
            source = listing(kind, account, livemode, options["since"])
            if source is None:
                continue
            tally = self._tally(kind.object_type, account, livemode)
            import_list(
                source,
                self.pace,
                tally,
                report=self._report,
                restart=options["restart"],
                dry_run=options["dry_run"],
                prune=options["prune_missing"],
            )
            self.show.end(tally)

    def _fill_stubs(self, wanted: list[Kind], account: str, livemode: bool, options: dict[str, Any]) -> None:
        models = [kind.model for kind in wanted] or StripeObject.__subclasses__()
        tallies: dict[type[StripeObject], Tally] = {}

        def tally_of(model: type[StripeObject]) -> Tally:
            name = model.stripe_object or model.__name__
            return tallies.get(model) or tallies.setdefault(model, self._tally(name, account, livemode))

        fill_stubs(models, account, livemode, self.pace, tally_of, report=self._report, dry_run=options["dry_run"])
        self.show.end()

    def _report(self, tally: Tally) -> None:
        self.show.update(tally)
        reset_queries()  # with DEBUG, Django keeps the last 9,000 in memory, and a page's are long

    def _tally(self, what: str, account: str, livemode: bool) -> Tally:
        mode = "live" if livemode else "test"
        self.tallies.append(Tally(f"{what} ({mode} mode{', ' + account if account else ''})"))
        return self.tallies[-1]

    def _sum_up(self) -> None:
        for tally in self.tallies:
            self.stdout.write(str(tally))
            for problem in tally.problems:
                self.stderr.write(f"  {problem}")
        failed = sum(tally.failed for tally in self.tallies)
        if failed:
            raise CommandError(f"{failed} failed; run the same command again to try these once more.")


def _kind(name: str, *, stubs: bool) -> Kind:
    kind = kind_named(name)
    if kind is None:
        near = get_close_matches(name.lower(), [known.object_type for known in kinds()], n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise CommandError(f"Nothing that can be imported is called {name}{hint}")
    if not stubs and not any(listing(kind, account, livemode=False) for account in ("", "acct_")):
        raise CommandError(f"Stripe has no list of {name}: such objects come with others, or with their events")
    return kind


def _modes() -> list[bool]:
    """Return the modes that have a key."""
    found = [client.mode_of(key) for key in (conf.SECRET_KEY, conf.TEST_SECRET_KEY) if key]
    if not found:
        raise CommandError("PINAX_STRIPE_SECRET_KEY is not set")
    if None in found:
        raise CommandError("The key does not say which mode it is for: give --livemode or --testmode")
    return [livemode for livemode in (True, False) if livemode in found]


def _refuse_contradictions(options: dict[str, Any]) -> None:
    if options["prune_missing"] and (options["since"] or options["dry_run"] or options["stubs"]):
        raise CommandError("--prune-missing needs whole lists, written: no --since, --dry-run or --stubs with it")
    for account in options["account"]:
        if not re.fullmatch(r"acct_\w{1,250}", account, re.ASCII):
            raise CommandError(f"{account} is no id of an account: acct_…")


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
