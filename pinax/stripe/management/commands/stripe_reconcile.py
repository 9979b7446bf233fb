"""``manage.py stripe_reconcile``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from pinax.stripe import keys
from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.imports.accounts import accounts_heard_of, own_account, scope_of
from pinax.stripe.imports.stats import described, named
from pinax.stripe.management.listing import ListingCommand, organisation_without_accounts
from pinax.stripe.operations.check_ins import Run, checked_in
from pinax.stripe.operations.reconcile import reconcile
from pinax.stripe.operations.reconcile_stats import ReconcileStats
from pinax.stripe.signals import WEBHOOK_SIGNALS, matches, unknown_event_type

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from pinax.stripe.scope import Scope

#: The name under which it checks in.
RECONCILE = "stripe_reconcile"
#: The exit code if a reconciliation has fallen behind.
CRITICAL = 2


class Command(ListingCommand[ReconcileStats]):
    """Compare Stripe's events with the recorded ones, account by account; record and process those that are missing."""

    help = __doc__
    after_interruption = "it starts from the same point, and skips the events that are recorded"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        super().add_arguments(parser)
        types = "Event types or patterns, e.g. invoice.paid 'customer.*'."
        parser.add_argument("--types", nargs="+", action="extend", default=[], metavar="TYPE", help=types)

    def handle(self, *args: Any, **options: Any) -> None:
        """Reconcile, and report to a monitor that it does; a dry run is not a run."""
        if options["dry_run"]:
            self.run: Run | None = None
            super().handle(*args, **options)
            return
        with checked_in(RECONCILE) as self.run:
            super().handle(*args, **options)

    def check_options(self, options: dict[str, Any]) -> None:
        """Check that each pattern matches an event type."""
        for pattern in options["types"]:
            if not any(matches(kind, pattern) for kind in WEBHOOK_SIGNALS):
                raise CommandError(str(unknown_event_type(pattern)))

    def go_through(self, platform: Scope, options: dict[str, Any]) -> None:
        """Reconcile the accounts of a platform in one mode."""
        try:
            for account in self._accounts(platform, options["account"]):
                scope = scope_of(account, platform)
                stats = self._new_stats(scope, options)
                reconcile(
                    scope,
                    self.limiter,
                    stats,
                    report=self._show,
                    since=options["since"],
                    types=options["types"],
                    dry_run=options["dry_run"],
                    concurrency=options["concurrency"],
                )
                self.progress.close()
        except PinaxStripeError as error:
            self._new_stats(platform, options, what="accounts").fail(described(error))

    def report(self, options: dict[str, Any]) -> None:
        """Write the results; with ``--verbosity 0`` only what failed."""
        total = sum(self.stats, start=ReconcileStats("in all", dry_run=options["dry_run"]))
        alerts = [stats for stats in self.stats if stats.behind]
        problems: CommandError | None = None
        if not options["verbosity"]:
            self.stats = [stats for stats in self.stats if stats.failed]
        try:
            super().report(options)
        except CommandError as error:
            problems = error
        if options["verbosity"]:
            self.stdout.write(str(total))
        if alerts:
            behind = "; ".join(f"{stats.name}, {stats.behind.days} days" for stats in alerts if stats.behind)
            message = f"ALERT: not reconciled for too long; Stripe keeps events for 30 days: {behind}."
            raise CommandError(f"{message} {problems or ''}".strip(), returncode=CRITICAL) from problems
        if problems:
            raise problems

    def _accounts(self, platform: Scope, wanted: list[str]) -> Iterator[str]:
        if not wanted:
            is_organisation = keys.needs_account(platform)
            known = accounts_heard_of(platform, self.limiter)
            first = next(known, None) if is_organisation else platform.stripe_account
            if first is None:
                raise organisation_without_accounts(platform.livemode)
            yield first
            yield from known
            return
        own = own_account(platform, self.limiter)
        yield from dict.fromkeys(platform.stripe_account if account == own else account for account in wanted)

    def _show(self, stats: ReconcileStats) -> None:
        self.progress.update(stats)
        if self.run:
            self.run.running()

    def _new_stats(self, scope: Scope, options: dict[str, Any], what: str = "events") -> ReconcileStats:
        self.stats.append(ReconcileStats(named(what, scope), dry_run=options["dry_run"]))
        return self.stats[-1]
