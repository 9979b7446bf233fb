"""The events of the last two weeks by outcome, as an SVG and as a table.

One statement counts them, by an index. Where there are many, Django's cache keeps the numbers for some minutes.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db.models import Case, CharField, Count, IntegerField, Q, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin.overview import address_of
from pinax.stripe.models import Event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from typing import TypeAlias

    from django.contrib.admin import AdminSite
    from django.utils.functional import _StrOrPromise

    #: How many events each day has, by its number, of each outcome, by its name.
    Counts: TypeAlias = dict[tuple[int, str], int]

DAYS: Final = 14
#: The number of events from which on the counts are kept in the cache, and for how many seconds.
MANY: Final = 20_000
KEPT: Final = 300

logger = logging.getLogger("pinax.stripe")

#: The size of the chart, in units of its view box.
WIDTH: Final = 700
HEIGHT: Final = 120
BAR: Final = 40

#: The outcomes, from the bottom of a bar to its top: name, words, the events, and the filter that finds them.
OUTCOMES: Final[tuple[tuple[str, _StrOrPromise, Q, dict[str, Any]], ...]] = (
    ("processed", _("Processed"), Q(processed=True), {"status": "processed"}),
    ("skipped", _("Skipped"), Q(skipped=True), {"status": "skipped"}),
    ("invalid", _("Not acted on"), Q(valid=False), {"valid__exact": 0, "skipped__exact": 0}),
    ("given-up", _("Given up"), Q(given_up_at__isnull=False), {"status": "given-up"}),
    ("pending", _("Still pending"), Q(), {"status": "trying"}),
)


@dataclass(frozen=True)
class Bar:
    """A part of a day's bar."""

    name: str
    x: int
    y: float
    height: float
    words: str


@dataclass(frozen=True)
class Chart:
    """What the template draws.

    Attributes:
        bars: the parts of the bars, with their places in the view box.
        labels: the day under each bar, and its place.
        rows: for each day, its name and its numbers, each with the address of the events.
        outcomes: the outcomes in the order of the numbers.
        highest: the number of events on the day with the most.
        total: the number of events.
    """

    bars: Sequence[Bar]
    labels: Sequence[tuple[int, str]]
    rows: Sequence[tuple[str, Sequence[tuple[int, str]]]]
    outcomes: Sequence[tuple[str, _StrOrPromise]]
    highest: int
    total: int
    width: int = WIDTH
    height: int = HEIGHT
    bar: int = BAR


def chart(site: AdminSite) -> Chart:
    """Count the events of each of the last days by outcome; many events are counted once in five minutes."""
    last = localdate()
    days = [last - timedelta(days=number) for number in reversed(range(DAYS))]
    counts = _kept([_begin(day) for day in days])
    totals = [sum(counts.get((number, name), 0) for name, *_rest in OUTCOMES) for number in range(DAYS)]
    highest = max(totals)
    bars: list[Bar] = []
    rows: list[tuple[str, list[tuple[int, str]]]] = []
    for number, day in enumerate(days):
        y, cells, words = float(HEIGHT), [], date_format(day, "MONTH_DAY_FORMAT")
        for name, outcome, _events, query in OUTCOMES:
            count = counts.get((number, name), 0)
            cells.append((count, address_of(Event, site, since=day.isoformat(), until=day.isoformat(), **query)))
            height = round(HEIGHT * count / highest, 2) if count else 0
            y = round(y - height, 2)
            if count:
                bars.append(Bar(name, _place(number), y, height, f"{words}: {count} {outcome}"))
        rows.append((words, cells))
    labels = [(_place(number) + BAR // 2, date_format(day, "j.n.")) for number, day in enumerate(days)]
    outcomes = [(name, words) for name, words, *_rest in OUTCOMES]
    return Chart(bars, labels, rows, outcomes, highest, sum(totals))


def _kept(begins: Sequence[datetime]) -> Counts:
    """Return the counts from the cache, or count, and put them there if it has taken long.

    Without a working cache, the events are counted each time.
    """
    key = f"pinax_stripe.chart.{begins[0].timestamp():.0f}"
    try:
        kept: Counts | None = cache.get(key)
    except Exception as error:  # noqa: BLE001  (backends raise what their clients raise)
        logger.warning("the counts of the admin's chart cannot be read from the cache: %s", type(error).__name__)
        return _counts(begins)
    if kept is not None:
        return kept
    counts = _counts(begins)
    if sum(counts.values()) >= MANY:
        cache.set(key, counts, KEPT)
    return counts


def _counts(begins: Sequence[datetime]) -> Counts:
    """Return how many events of each day have each outcome.

    The days are told apart here, not by functions of the database: MySQL may not know the time zone.
    """
    later = [When(created__gte=begin, then=Value(number)) for number, begin in reversed(list(enumerate(begins)))]
    outcome = Case(
        *(When(events, then=Value(name)) for name, _words, events, _query in OUTCOMES if events),
        default=Value(OUTCOMES[-1][0]),
        output_field=CharField(),
    )
    events = Event.objects.filter(created__gte=begins[0], created__lt=begins[-1] + timedelta(days=2)).order_by()
    days = events.annotate(day=Case(*later, output_field=IntegerField()), outcome=outcome)
    return {
        (row["day"], row["outcome"]): row["number"]
        for row in days.values("day", "outcome").annotate(number=Count("pk"))
    }


def localdate() -> date:
    """Return the current day in the current time zone."""
    return timezone.localdate() if settings.USE_TZ else timezone.now().date()


def _begin(day: date) -> datetime:
    midnight = datetime.combine(day, time.min)
    return timezone.make_aware(midnight) if settings.USE_TZ else midnight


def _place(number: int) -> int:
    """Return where the bar of a day begins."""
    return number * WIDTH // DAYS + (WIDTH // DAYS - BAR) // 2
