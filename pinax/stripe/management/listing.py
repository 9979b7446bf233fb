"""The base class of the commands that go through Stripe's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from django.core.management.base import BaseCommand, CommandError

from pinax.stripe import keys, platforms
from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.imports.concurrency import CONCURRENCY
from pinax.stripe.imports.rate_limiter import RATE, RateLimiter
from pinax.stripe.imports.stats import Stats
from pinax.stripe.management import options as types
from pinax.stripe.management.progress import Progress

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from pinax.stripe.scope import Scope

AnyStats = TypeVar("AnyStats", bound=Stats)

#: The exit code of a program that was interrupted with Ctrl-C, as shells have it.
INTERRUPTED: Final = 130


class ListingCommand(BaseCommand, Generic[AnyStats]):
    """A command that goes through Stripe's lists, platform by platform and mode by mode."""

    #: What happens if the command is run again after an interruption.
    after_interruption: str

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options of every such command."""
        add = parser.add_argument
        add(
            "--account",
            type=types.account,
            action="append",
            default=[],
            metavar="ACCT",
            help="A connected account; repeatable.",
        )
        types.add_platform(parser, "A named platform only (default: all; with --account, the default platform).")
        add("--since", type=types.since, metavar="DATE|DAYS", help="Only what was created since then.")
        add("--livemode", action="store_const", dest="modes", const=[True], help="Live mode only.")
        add("--testmode", action="store_const", dest="modes", const=[False], help="Test mode only.")
        add("--rate", type=types.rate, default=RATE, metavar="N", help="Requests per second (default: %(default)s).")
        types.add_concurrency(parser, default=CONCURRENCY)
        add("--dry-run", action="store_true", help="Ask Stripe and count, but write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the lists, and report the results."""
        scopes = [*self._platforms(options)]
        self.check_options(options)
        self.limiter = RateLimiter(options["rate"])
        self.stats: list[AnyStats] = []
        self.progress = Progress(self.stdout, quiet=not options["verbosity"] or options.get("json", False))
        try:
            for platform in scopes:
                self.go_through(platform, options)
        except KeyboardInterrupt:
            raise CommandError(
                f"Interrupted. Run the same command again: {self.after_interruption}.", returncode=INTERRUPTED
            ) from None
        finally:
            self.progress.close()
        self.report(options)

    def _platforms(self, options: dict[str, Any]) -> Iterator[Scope]:
        """Yield the scopes of the platforms; what is wrong with one of several does not keep the others waiting."""
        goes_through_all = options["platform"] is None and not options["account"]
        self.unusable: list[str] = []
        for name in self._names() if goes_through_all else [options["platform"] or ""]:
            try:
                modes = options["modes"] or modes_with_a_key(name)
                yield from [platforms.scope_of(name, livemode=livemode) for livemode in modes]
            except (CommandError, PinaxStripeError) as error:
                if not (goes_through_all and name):
                    raise CommandError(str(error)) from error
                self.unusable.append(str(error))

    def _names(self) -> Iterator[str]:
        try:
            yield from platforms.names()
        except PinaxStripeError as error:
            self.unusable.append(str(error))

    def check_options(self, options: dict[str, Any]) -> None:
        """Check the options before any request.

        Raises:
            CommandError: they are wrong, or contradict each other.
        """

    def go_through(self, platform: Scope, options: dict[str, Any]) -> None:
        """Go through the lists of a platform in one mode.

        Args:
            platform: the scope of the platform's own objects.
            options: the options of the command.
        """
        raise NotImplementedError

    def report(self, options: dict[str, Any]) -> None:
        """Write the results.

        Raises:
            CommandError: something failed.
        """
        for stats in self.stats:
            self.stdout.write(str(stats))
            for problem in stats.problems:
                self.stderr.write(f"  {problem}")
        for problem in self.unusable:
            self.stderr.write(f"  {problem}")
        failed = sum(stats.failed for stats in self.stats) + len(self.unusable)
        if failed:
            raise CommandError(f"{failed} failed; run the same command again to retry them.")


def organisation_without_accounts(livemode: bool) -> CommandError:
    """Return the error for an organisation's key if no account of it is named or known."""
    mode = "live" if livemode else "test"
    return CommandError(
        f"The key of {mode} mode is an organisation's, and none of its accounts is known yet: name one with --account"
    )


def modes_with_a_key(platform: str = "") -> list[bool]:
    """Return the modes for which a platform has a key."""
    found = [keys.mode_of(key) for key in keys.keys_of(platform).values()]
    if not found:
        raise CommandError(f"{keys.setting('SECRET_KEY', platform)} is not set")
    if None in found:
        raise CommandError("The key does not show which mode it is for: give --livemode or --testmode")
    return [livemode for livemode in (True, False) if livemode in found]
