"""``manage.py stripe_sync``."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.db import reset_queries

from pinax.stripe import keys
from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.imports.accounts import accounts_heard_of, connected_accounts, own_account, scope_of
from pinax.stripe.imports.drift.comparison import Comparison, DriftStats
from pinax.stripe.imports.importer import import_list
from pinax.stripe.imports.lists import ObjectType, listing, object_type_named, object_types
from pinax.stripe.imports.retrieve import complete_rows, fill_stubs
from pinax.stripe.imports.stats import named
from pinax.stripe.management.drift import DriftReport, check_drift_options, check_result
from pinax.stripe.management.listing import ListingCommand, organisation_without_accounts
from pinax.stripe.management.options import integer
from pinax.stripe.models import StripeObject, object_models
from pinax.stripe.scope import Scope

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from pinax.stripe.imports.drift.findings import Finding
    from pinax.stripe.imports.stats import Stats


class Command(ListingCommand[DriftStats]):
    """Import objects through Stripe's lists, fill stubs, or compare rows with Stripe; an interrupted import resumes."""

    help = __doc__
    after_interruption = "it resumes after the last page that was written"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        super().add_arguments(parser)
        add = parser.add_argument
        add("kinds", nargs="*", metavar="KIND", help="Models or Stripe's object types (default: all with a list).")
        add("--all-accounts", action="store_true", help="The platform itself and every known connected account.")
        add("--stubs", action="store_true", help="Retrieve the objects of stubs (rows known by id only), one by one.")
        add("--incomplete", action="store_true", help="Complete rows in which Stripe truncated a list, one by one.")
        add("--prune-missing", action="store_true", help="Retrieve rows missing in the lists; mark deleted objects.")
        add("--restart", action="store_true", help="Start over instead of resuming an interrupted import.")
        add("--compare", action="store_true", help="Report rows that differ or are missing, and write nothing.")
        add("--repair", action="store_true", help="With --compare: write what differs, and what is missing.")
        add("--sample", type=integer(1), metavar="N", help="With --compare: fetch N random rows of each model instead.")
        add("--json", action="store_true", help="With --compare: write a JSON object for each row, one on a line.")
        add("--model", action="append", default=[], metavar="KIND", help="The same as KIND; repeatable.")

    def check_options(self, options: dict[str, Any]) -> None:
        """Check the object types, and that no options contradict each other."""
        one_by_one = options["stubs"] or options["incomplete"]
        names = [*options["kinds"], *options["model"]]
        self.wanted = [_kind(name, one_by_one=one_by_one or bool(options["sample"])) for name in names]
        check_drift_options(options)
        self.drift = DriftReport(self.stdout, as_json=options["json"], repairs=options["repair"])
        if options["compare"]:
            self.after_interruption = "it starts over"
        if options["stubs"] and options["incomplete"]:
            raise CommandError("--stubs and --incomplete cannot be combined: run the command twice")
        if options["prune_missing"] and (options["since"] or options["dry_run"] or one_by_one):
            raise CommandError(
                "--prune-missing needs whole lists: it excludes --since, --dry-run, --stubs and --incomplete"
            )

    def go_through(self, platform: Scope, options: dict[str, Any]) -> None:
        """Import or compare the lists of a platform in one mode, or retrieve its stubs or incomplete rows."""
        for scope in self._scopes(platform, options):
            if options["compare"]:
                self._compare(self.wanted or object_types(), scope, options)
            elif options["stubs"] or options["incomplete"]:
                self._one_by_one(self.wanted, scope, options)
            else:
                self._import(self.wanted or object_types(), scope, options)

    def report(self, options: dict[str, Any]) -> None:
        """Write the results.

        Raises:
            CommandError: something failed, or rows differ from Stripe.
        """
        if not options["compare"]:
            super().report(options)
            return
        for stats in self.stats:
            self.drift.total(stats)
            for problem in stats.problems:
                self.stderr.write(f"  {problem}")
        if options["sample"] and not options["json"]:
            self.stdout.write("A sample cannot show which objects are missing here.")
        for problem in self.unusable:
            self.stderr.write(f"  {problem}")
        check_result(self.stats, repairs=options["repair"], unusable=len(self.unusable))

    def _scopes(self, platform: Scope, options: dict[str, Any]) -> Iterator[Scope]:
        named: list[str] = options["account"]
        try:
            if not named and keys.needs_account(platform):
                named = [*accounts_heard_of(platform, self.limiter)]
                if not named:
                    raise organisation_without_accounts(platform.livemode)
            own, home = own_account(platform, self.limiter) if named else None, platform.stripe_account
            for account in dict.fromkeys(home if account == own else account for account in named or [home]):
                yield scope_of(account, platform)
            if options["all_accounts"]:
                for account in connected_accounts(platform, self.limiter):
                    if account not in named:
                        yield scope_of(account, platform)
        except PinaxStripeError as error:
            self._new_stats("account", platform).fail(str(error))

    def _import(self, wanted: list[ObjectType], scope: Scope, options: dict[str, Any]) -> None:
        for kind in wanted:
            source = listing(kind, scope, options["since"] or 0)
            if source is None:
                continue
            stats = self._new_stats(kind.object_type, scope)
            import_list(
                source,
                self.limiter,
                stats,
                report=self._update,
                restart=options["restart"],
                dry_run=options["dry_run"],
                prune=options["prune_missing"],
                concurrency=options["concurrency"],
            )
            self.progress.close()

    def _compare(self, wanted: list[ObjectType], scope: Scope, options: dict[str, Any]) -> None:
        for kind in wanted:
            source = listing(kind, scope, options["since"] or 0)
            if source is None and not (options["sample"] and self.wanted):
                continue
            comparison = Comparison(
                self.limiter,
                self._new_stats(kind.object_type, scope),
                found=self._found,
                report=self._update,
                repair=options["repair"],
                concurrency=options["concurrency"],
            )
            if options["sample"]:
                comparison.compare_sample(kind, scope, options["sample"])
            elif source:
                comparison.compare_list(source)
            self.progress.close()

    def _one_by_one(self, wanted: list[ObjectType], scope: Scope, options: dict[str, Any]) -> None:
        models = [kind.model for kind in wanted] or object_models()
        by_model: dict[type[StripeObject], DriftStats] = {}

        def stats_of(model: type[StripeObject]) -> DriftStats:
            if model not in by_model:
                by_model[model] = self._new_stats(model.stripe_object or model.__name__, scope)
            return by_model[model]

        retrieve = complete_rows if options["incomplete"] else fill_stubs
        retrieve(
            models,
            scope,
            self.limiter,
            stats_of,
            report=self._update,
            dry_run=options["dry_run"],
            concurrency=options["concurrency"],
        )
        self.progress.close()

    def _update(self, stats: Stats) -> None:
        self.progress.update(stats)
        reset_queries()  # with DEBUG, Django keeps the last 9,000 in memory, and those of a page are long

    def _found(self, finding: Finding, repaired: bool) -> None:
        self.progress.close()  # a bar would be in the middle of the lines
        self.drift.found(finding, repaired)

    def _new_stats(self, what: str, scope: Scope) -> DriftStats:
        self.stats.append(DriftStats(named(what, scope)))
        return self.stats[-1]


def _kind(name: str, *, one_by_one: bool) -> ObjectType:
    kind = object_type_named(name)
    if kind is None:
        near = get_close_matches(name.lower(), [known.object_type for known in object_types()], n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise CommandError(f"{name} is not a type of objects that can be imported{hint}")
    if not one_by_one and not any(listing(kind, Scope(account, livemode=False)) for account in ("", "acct_")):
        raise CommandError(f"Stripe has no list of {name}: such objects come inside others, or with their events")
    return kind
