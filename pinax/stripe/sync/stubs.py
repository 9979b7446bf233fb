"""Rows that want something, asked for one by one: stubs, and rows in which Stripe cut a list."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pinax.stripe.sync.one_by_one import ask_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pinax.stripe.models import StripeObject
    from pinax.stripe.scope import Scope
    from pinax.stripe.sync.pace import Pace
    from pinax.stripe.sync.tally import Tally


def fill_stubs(  # noqa: PLR0913  (what the command offers)
    models: Sequence[type[StripeObject]],
    scope: Scope,
    pace: Pace,
    tallies: Callable[[type[StripeObject]], Tally],
    *,
    report: Callable[[Tally], None],
    dry_run: bool = False,
) -> None:
    """Ask for the object of each stub of a scope, once; what is gone at Stripe becomes a tombstone.

    An object that fills a stub may point at others that were not known; these are asked for, too.

    Args:
        models: of which kinds.
        scope: the account and the mode.
        pace: how fast to ask.
        tallies: gives the tally of a model.
        report: called after each stub.
        dry_run: ask and count, write nothing.
    """
    reached: defaultdict[type[StripeObject], int] = defaultdict(int)
    while True:
        before = dict(reached)
        for model in models:
            stubs = model.objects.get_queryset().filter(synced_at__isnull=True, **scope.columns)
            if stubs.filter(pk__gt=reached[model]).exists():
                reached[model] = ask_for(
                    stubs,
                    pace,
                    tallies(model),
                    after=reached[model],
                    context=scope.context,
                    dry_run=dry_run,
                    report=report,
                )
        if dict(reached) == before:
            return


def complete_rows(  # noqa: PLR0913  (what the command offers)
    models: Sequence[type[StripeObject]],
    scope: Scope,
    pace: Pace,
    tallies: Callable[[type[StripeObject]], Tally],
    *,
    report: Callable[[Tally], None],
    dry_run: bool = False,
) -> None:
    """Fetch the object of each row in which a list was cut, with all of its lists; arguments as in `fill_stubs`."""
    for model in models:
        rows = model.objects.get_queryset().filter(incomplete=True, **scope.columns)
        if rows.exists():
            ask_for(rows, pace, tallies(model), context=scope.context, dry_run=dry_run, report=report)
