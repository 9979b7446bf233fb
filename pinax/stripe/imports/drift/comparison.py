"""Compare the rows of one type, account and mode with Stripe: through its list, or a sample of rows.

Nothing is written, except with ``repair``. Memory does not grow with the list: a page of objects is compared at a
time, and of the rows that were listed only the primary keys are kept.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError
from django.db.models import Q

from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.imports.concurrency import run_lanes, shared, usable
from pinax.stripe.imports.drift.findings import compare_rows, inner_rows, inner_snapshots
from pinax.stripe.imports.drift.rows import Keys
from pinax.stripe.imports.drift.second_look import Result, Suspect, failure, in_step, look, look_again, put_aside
from pinax.stripe.imports.lists import pages
from pinax.stripe.imports.page_snapshots import completed, listed_snapshots
from pinax.stripe.imports.retrieve import rows_of, snapshot_of_row, unlisted_rows
from pinax.stripe.imports.stats import Stats, described
from pinax.stripe.models import TaxId
from pinax.stripe.models.primary import from_primary
from pinax.stripe.plain_json import id_of
from pinax.stripe.sync.bulk_write import LEFT_ALONE, UNCHANGED, batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.db.models import QuerySet

    from pinax.stripe.client import Page
    from pinax.stripe.imports.drift.findings import Compared, Finding
    from pinax.stripe.imports.lists import Listing, ObjectType
    from pinax.stripe.imports.rate_limiter import RateLimiter
    from pinax.stripe.models import StripeObject
    from pinax.stripe.scope import Scope
    from pinax.stripe.sync.snapshots import Snapshot

#: How many primary keys are read at a time.
KEYS: Final = 1000
#: How many rows of a sample are compared at a time.
SAMPLED: Final = 100


@dataclass
class DriftStats(Stats):
    """The numbers of one comparison.

    Attributes:
        repaired: how many findings were repaired.
        left: how many were not.
    """

    repaired: int = 0
    left: int = 0

    def __str__(self) -> str:
        return super().__str__() + (f", {self.repaired} repaired" if self.repaired else "")


class _Problems(Stats):
    """What went wrong on one page; all of it, because another thread counts."""

    def fail(self, problem: str) -> None:
        """Keep a problem."""
        self.problems.append(problem)


class Comparison:
    """A comparison of rows with Stripe.

    Args:
        limiter: how many requests per second.
        stats: where to count.
        found: called with each finding, and whether it was repaired.
        report: called after each page and each object.
        repair: whether to write what differs.
        concurrency: how many threads look at objects again; one, if the database cannot lock rows.
    """

    def __init__(  # noqa: PLR0913  (what the command offers)
        self,
        limiter: RateLimiter,
        stats: DriftStats,
        *,
        found: Callable[[Finding, bool], None],
        report: Callable[[Stats], None],
        repair: bool = False,
        concurrency: int = 1,
    ) -> None:
        self.limiter = limiter
        self.stats = stats
        self.found = found
        self.report = report
        self.repair = repair
        self.threads = usable(concurrency)

    def compare_list(self, listing: Listing) -> None:
        """Compare a list with its rows; never inside a transaction. Errors are recorded in the stats.

        Whatever seems to differ is looked at again before it is reported. A row that may be newer than Stripe's answer
        is not reported. A row that is missing in the list is reported if Stripe says that its object is deleted.
        """
        try:
            self._look_again(_steps_of(listing, self.limiter))
        except (PinaxStripeError, DatabaseError) as error:
            self.stats.fail(described(error))

    def compare_sample(self, kind: ObjectType, scope: Scope, number: int) -> None:
        """Compare rows that are chosen at random, by fetching the object of each; what is missing here is not found.

        Args:
            kind: their type.
            scope: their account and mode.
            number: how many.
        """
        rows = from_primary(rows_of(kind, scope))
        try:
            chosen = list(rows.order_by("?").values_list("pk", flat=True)[:number])
            for start in range(0, len(chosen), SAMPLED):
                some = rows.filter(pk__in=chosen[start : start + SAMPLED])
                suspects = [Suspect(snapshot_of_row(row, scope.context), listed=False) for row in some]
                self._look_again(self._first_looks(iter(suspects)))
        except (PinaxStripeError, DatabaseError) as error:
            self.stats.fail(described(error))

    def _first_looks(self, suspects: Iterator[Suspect]) -> list[Result | Suspect]:
        """Return what seems to differ; the other results are taken."""
        left: list[Result | Suspect] = []
        for step in run_lanes(shared(suspects, self.threads), self._first_look):
            if isinstance(step, Suspect):
                left.append(step)
            else:
                self._take(step)
        return left

    def _first_look(self, suspect: Suspect) -> Result | Suspect:
        try:
            compared = look(suspect, self.limiter)
        except Exception as error:  # noqa: BLE001  (it is reported, and the other objects are compared)
            return failure(suspect, error)
        return suspect if compared and compared.findings else in_step(suspect, compared)

    def _look_again(self, steps: Iterable[Result | Suspect]) -> None:
        def work(step: Result | Suspect) -> Result:
            return look_again(step, self.limiter, repair=self.repair) if isinstance(step, Suspect) else step

        for result in run_lanes(shared(put_aside(steps), self.threads), work):
            self._take(result)

    def _take(self, result: Result) -> None:
        stats, left = self.stats, {one.subject for one in result.left}
        stats.pages += result.pages
        stats.counts += result.counts
        for problem in result.problems:
            stats.fail(problem)
        for finding in result.findings:
            is_left = finding.subject in left
            stats.counts[finding.what] += 1
            stats.left += is_left
            stats.repaired += not is_left
            self.found(finding, not is_left)
        self.report(stats)


def _steps_of(listing: Listing, limiter: RateLimiter) -> Iterator[Result | Suspect]:
    """Yield a result for each page of a list, and suspects: objects on the pages, and rows that are not listed."""
    listed, started_at = Keys(), None
    for page in pages(listing, limiter):
        started_at = started_at or page.asked.at
        yield from _steps_of_page(listing, page, limiter, listed)
    if started_at is not None:
        for row in _rows_not_in(listed, _not_listed(listing, started_at)):
            yield Suspect(snapshot_of_row(row, listing.scope.context), listed=False)


def _steps_of_page(listing: Listing, page: Page, limiter: RateLimiter, listed: Keys) -> Iterator[Result | Suspect]:
    problems, counts = _Problems(""), Counter[str]()
    snapshots = listed_snapshots(listing, page, page.objects, problems, id_of)
    for some in batches([*completed(snapshots, limiter, problems, id_of)]):
        compared = compare_rows(some)
        for one in compared:
            if one.row is not None:
                listed.add(one.row.pk)
            if one.findings:
                yield Suspect(one.snapshot, listed=True)
            else:
                counts[LEFT_ALONE if one.left_alone else UNCHANGED] += 1
        yield from _suspects_inside(compared, listing)
    yield Result(counts, problems=tuple(problems.problems), pages=1)


def _suspects_inside(families: list[Compared], listing: Listing) -> Iterator[Suspect]:
    """Yield suspects among the objects that are imported with others: cards with their customer."""
    by_model: dict[object, list[Snapshot]] = {}
    for one in families:
        for snapshot in inner_snapshots(one):
            by_model.setdefault((snapshot.model, snapshot.key["stripe_account"]), []).append(snapshot)
    for snapshots in by_model.values():
        yield from (Suspect(one.snapshot, listed=True) for one in compare_rows(snapshots) if one.findings)
    for row in inner_rows(families):
        yield Suspect(snapshot_of_row(row, listing.scope.context), listed=False)


def _not_listed(listing: Listing, started_at: datetime) -> QuerySet[StripeObject]:
    """Return the rows that a list would show, and that nobody has written since the comparison started."""
    rows = unlisted_rows(listing, started_at)  # none, if a connected account lists itself
    if listing.kind.model is TaxId:
        rows = rows.filter(Q(customer=None))  # those of customers are compared with the customers
    return rows.filter(Q(created__gte=datetime.fromtimestamp(listing.since, tz=UTC))) if listing.since else rows


def _rows_not_in(listed: Keys, rows: QuerySet[StripeObject]) -> Iterator[StripeObject]:
    """Yield rows that were not listed, in constant memory, whatever is written meanwhile."""
    rows, after = from_primary(rows).order_by("pk"), 0
    while some := list(rows.filter(pk__gt=after).values_list("pk", flat=True)[:KEYS]):
        after = some[-1]
        yield from rows.filter(pk__in=[pk for pk in some if pk not in listed])
