"""``manage.py stripe_sync``."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.db import reset_queries

from pinax.stripe import client
from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.imports.accounts import accounts_heard_of, connected_accounts, own_account, scope_of
from pinax.stripe.imports.importer import import_list
from pinax.stripe.imports.lists import ObjectType, listing, object_type_named, object_types
from pinax.stripe.imports.retrieve import complete_rows, fill_stubs
from pinax.stripe.imports.stats import Stats, named
from pinax.stripe.management.listing import ListingCommand, organisation_without_accounts
from pinax.stripe.models import StripeObject
from pinax.stripe.scope import Scope

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator


class Command(ListingCommand[Stats]):
    """Import objects through Stripe's lists, or fill stubs; stopped and started again, it goes on where it was."""

    help = __doc__
    goes_on = "it goes on after the last page that was written"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be asked for."""
        super().add_arguments(parser)
        add = parser.add_argument
        add("kinds", nargs="*", metavar="KIND", help="Models or Stripe's object types; none: everything with a list.")
        add("--all-accounts", action="store_true", help="Our own account and every connected one that is known.")
        add("--stubs", action="store_true", help="Fill the rows that are known by id only, one by one.")
        add("--incomplete", action="store_true", help="Complete the rows in which Stripe cut a list, one by one.")
        add("--prune-missing", action="store_true", help="Ask for rows that the lists do not show; note what is gone.")
        add("--restart", action="store_true", help="Start over, wherever an interrupted import has stopped.")

    def check_options(self, options: dict[str, Any]) -> None:
        """Refuse Refuse object types, and options that contradict each other."""
        one_by_one = options["stubs"] or options["incomplete"]
        self.wanted = [_kind(name, one_by_one=one_by_one) for name in options["kinds"]]
        if options["stubs"] and options["incomplete"]:
            raise CommandError("--stubs and --incomplete are two runs")
        if options["prune_missing"] and (options["since"] or options["dry_run"] or one_by_one):
            raise CommandError(
                "--prune-missing needs whole lists, written: no --since, --dry-run, --stubs or --incomplete with it"
            )

    def go_through(self, livemode: bool, options: dict[str, Any]) -> None:
        """Import the lists of a mode, or fill its stubs."""
        for scope in self._scopes(livemode, options):
            if options["stubs"] or options["incomplete"]:
                self._one_by_one(self.wanted, scope, options)
            else:
                self._import(self.wanted or object_types(), scope, options)

    def _scopes(self, livemode: bool, options: dict[str, Any]) -> Iterator[Scope]:
        platform = Scope(livemode=livemode)
        named: list[str] = options["account"]
        try:
            if not named and client.asks_for_accounts_only(platform):
                named = [*accounts_heard_of(livemode, self.limiter)]
                if not named:
                    raise organisation_without_accounts(livemode)
            own = own_account(livemode, self.limiter) if named else None
            for account in dict.fromkeys("" if account == own else account for account in named or [""]):
                yield scope_of(account, livemode)
            if options["all_accounts"]:
                for account in connected_accounts(livemode, self.limiter):
                    if account not in named:
                        yield scope_of(account, livemode)
        except PinaxStripeError as error:
            self._stats("account", platform).fail(str(error))

    def _import(self, wanted: list[ObjectType], scope: Scope, options: dict[str, Any]) -> None:
        for kind in wanted:
            source = listing(kind, scope, options["since"] or 0)
            if source is None:
                continue
            stats = self._stats(kind.object_type, scope)
            import_list(
                source,
                self.limiter,
                stats,
                report=self._report,
                restart=options["restart"],
                dry_run=options["dry_run"],
                prune=options["prune_missing"],
            )
            self.show.end(stats)

    def _one_by_one(self, wanted: list[ObjectType], scope: Scope, options: dict[str, Any]) -> None:
        models = [kind.model for kind in wanted] or StripeObject.__subclasses__()
        tallies: dict[type[StripeObject], Stats] = {}

        def tally_of(model: type[StripeObject]) -> Stats:
            name = model.stripe_object or model.__name__
            return tallies.get(model) or tallies.setdefault(model, self._stats(name, scope))

        do = complete_rows if options["incomplete"] else fill_stubs
        do(models, scope, self.limiter, tally_of, report=self._report, dry_run=options["dry_run"])
        self.show.end()

    def _report(self, stats: Stats) -> None:
        self.show.update(stats)
        reset_queries()  # with DEBUG, Django keeps the last 9,000 in memory, and a page's are long

    def _stats(self, what: str, scope: Scope) -> Stats:
        self.tallies.append(Stats(named(what, scope)))
        return self.tallies[-1]


def _kind(name: str, *, one_by_one: bool) -> ObjectType:
    kind = object_type_named(name)
    if kind is None:
        near = get_close_matches(name.lower(), [known.object_type for known in object_types()], n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise CommandError(f"Nothing that can be imported is called {name}{hint}")
    if not one_by_one and not any(listing(kind, Scope(account, livemode=False)) for account in ("", "acct_")):
        raise CommandError(f"Stripe has no list of {name}: such objects come with others, or with their events")
    return kind
