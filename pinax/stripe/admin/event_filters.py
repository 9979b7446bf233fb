"""The filters of the list of events; each condition is one that an index serves."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from pinax.stripe import platforms
from pinax.stripe.admin.filters import FOLDED, InWords, Mode, Typed
from pinax.stripe.admin.states import STATES, TRIED
from pinax.stripe.catalog import CATALOG
from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.models import Event, EventProcessingException
from pinax.stripe.models.event_queryset import PENDING, SCHEDULED_OR_GIVEN_UP
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.contrib.admin.options import ModelAdmin
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

#: How many names of platforms are suggested.
MOST_SUGGESTED = 100


class State(admin.SimpleListFilter):
    """The state of the event, as the list shows it; and all that are still to be processed."""

    title = _("status")
    parameter_name = "status"
    template = FOLDED

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, _StrOrPromise]]:
        """Return the choices."""
        several = [
            ("pending", _("Not processed yet")),
            ("due", _("Due")),
            ("failing", _("Failing")),
            ("trying", _("Not processed, nor given up")),
            ("unchecked", _("Not confirmed yet")),
        ]
        return [*several, *((state.name, state.words) for state in STATES)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the events in the state; all of them if none is chosen."""
        several = {
            "pending": PENDING & SCHEDULED_OR_GIVEN_UP,
            "due": PENDING & Q(next_attempt_at__lte=timezone.now()),
            "failing": TRIED & Q(attempts__gt=0),
            "trying": TRIED,
            "unchecked": Q(valid__isnull=True, skipped=False),
        }
        states = {state.name: state.rows for state in STATES}
        chosen = self.value() or ""
        if chosen in several:
            return queryset.filter(several[chosen])
        return queryset.filter(states[chosen]()) if chosen in states else queryset


class FoldedMode(Mode):
    """Live mode or test mode."""

    template = FOLDED


class SkipCause(InWords):
    """Why an event is recorded only."""

    title = _("skip cause")
    parameter_name = "skip_cause__exact"
    template = FOLDED
    meanings: ClassVar[Mapping[str, tuple[_StrOrPromise, Q]]] = {
        cause.value: (cause.label, Q(skip_cause=cause.value)) for cause in Event.SkipCause
    }


class Kind(Typed):
    """An event type, ``invoice.paid``, or a pattern as ``on()`` takes it, ``customer.*`` or ``*.paid``.

    A pattern that begins with an asterisk finds the types that the app knows: no index leads to the others.
    """

    title = _("type")
    parameters = ("kind",)
    labels = (_("Type"),)
    placeholder = "invoice.*"
    hint = _("An event type, or a pattern with asterisks")

    def known(self) -> Iterable[str]:
        """Return all event types."""
        return CATALOG

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the events whose type the pattern names."""
        pattern = self.typed["kind"]
        if not pattern:
            return queryset
        if "*" not in pattern:
            return queryset.filter(kind=pattern)
        beginning, _asterisk, rest = pattern.partition("*")
        if not rest and beginning:
            return queryset.filter(kind__startswith=beginning)
        return queryset.filter(kind__in=[kind for kind in WEBHOOK_SIGNALS if matches(kind, pattern)])


class Platform(Typed):
    """A named platform; shown if there are any."""

    title = _("platform")
    parameters = ("platform",)
    labels = (_("Platform"),)
    hint = _("The name of a platform")

    def known(self) -> Iterable[str]:
        """Return the names of platforms, as many as a person looks through."""
        try:
            return [*islice(filter(None, platforms.names()), MOST_SUGGESTED)]
        except PinaxStripeError:  # the project's hook failed; the list of events is shown all the same
            return []

    def has_output(self) -> bool:
        """Return whether there is a platform besides the default one."""
        return self.is_used or any(self.known())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the events of the platform."""
        name = self.typed["platform"]
        # The second condition is that of the index.
        return queryset.filter(~Q(platform=""), platform=name) if name else queryset


class Receiver(Typed):
    """A receiver that has failed at events that are not processed yet."""

    title = _("failing receiver")
    parameters = ("receiver",)
    labels = (_("Receiver"),)
    hint = _("The identity of a receiver: its dispatch_uid, or its dotted path")

    def known(self) -> Iterable[str]:
        """Return the receivers that are connected."""
        signals = (any_event, *WEBHOOK_SIGNALS.values())
        return sorted({identity for signal in signals for identity, _ in signal.receivers_for(None)})

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the events that are not processed yet, and at which the receiver has failed."""
        receiver = self.typed["receiver"]
        if not receiver:
            return queryset
        failed = EventProcessingException.objects.filter(event=OuterRef("pk"), receiver=receiver)
        return queryset.filter(SCHEDULED_OR_GIVEN_UP, Exists(failed), processed=False)


class Dates(Typed):
    """The first and the last day on which the events were created, in the current time zone."""

    title = _("date")
    parameters = ("since", "until")
    labels = (_("from"), _("to"))
    input_type = "date"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the events of these days."""
        since, until = (_midnight(value, days) for value, days in zip(self.typed.values(), (0, 1), strict=True))
        queryset = queryset.filter(created__gte=since) if since else queryset
        return queryset.filter(created__lt=until) if until else queryset


def _midnight(value: str, days: int) -> datetime | None:
    """Return the beginning of a day, or of one after it; None if it is not a date that a database can hold."""
    try:
        day = parse_date(value)
        if day is None:
            return None
        moment = datetime.combine(day + timedelta(days=days), time.min)
        return timezone.make_aware(moment) if 1 < moment.year < 9999 else None  # noqa: PLR2004  (the years of datetime)
    except (ValueError, OverflowError):
        return None
