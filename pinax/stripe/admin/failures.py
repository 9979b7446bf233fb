"""The page of failures, grouped by cause, and the filter that leads to the events of one cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns
from pinax.stripe.admin.acting import ActingAdmin
from pinax.stripe.admin.operations import REPLAY
from pinax.stripe.admin.sections import HIDDEN
from pinax.stripe.models import EventProcessingException
from pinax.stripe.operations.causes import MOST, cause_named, causes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.contrib.admin.views.main import ChangeList
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern


class Cause(admin.SimpleListFilter):
    """The events that fail for one cause; shown only while it is used."""

    title = _("cause")
    parameter_name = "cause"
    template = "admin/pinax_stripe/folded_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the cause that is chosen, if any is."""
        chosen = self.value()
        return [(chosen, _("chosen"))] if chosen else []

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Yield the way back to all events, and the cause."""
        yield from super().choices(changelist)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the events that fail for the cause."""
        chosen = self.value()
        if not chosen:
            return queryset
        cause = cause_named(chosen)
        return queryset.filter(pk__in=cause.events if cause else [])


class FailuresAdmin(ActingAdmin):
    """Adds a page on which the failures are grouped by cause; each group can be replayed with one confirmation."""

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses, and that of the failures."""
        view = self.admin_site.admin_view(self.failures_view)
        return [path("failures/", view, name="pinax_stripe_event_failures"), *super().get_urls()]

    def failures_view(self, request: HttpRequest) -> HttpResponse:
        """Show why events fail, the most frequent cause first; five statements, however many fail.

        Raises:
            PermissionDenied: the user may not see events and their errors, or posts something.
        """
        may_see = self.has_view_permission(request) and self.may_see(request, EventProcessingException)
        if request.method == "POST" or not may_see:
            raise PermissionDenied
        found = causes()
        examples = EventProcessingException.objects.in_bulk([cause.example for cause in found])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Failures by cause"),
            "rows": [self._row(request, cause, examples.get(cause.example)) for cause in found],
            "number": sum(len(cause.events) for cause in found),
            "is_cut": sum(len(cause.events) for cause in found) >= MOST,
            "hidden": "" if self.may_see_payloads(request) else HIDDEN,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/pinax_stripe/failures_by_cause.html", context)

    def selected(self, request: HttpRequest, given: Mapping[str, Any]) -> list[int]:
        """Return the events that were selected one by one, or all of one cause."""
        cause = cause_named(given["cause"]) if given.get("cause") else None
        return cause.events if cause else super().selected(request, given)

    def _row(self, request: HttpRequest, cause: Any, example: EventProcessingException | None) -> dict[str, Any]:
        names = f"{self.admin_site.name}:pinax_stripe_event"
        return {
            "cause": cause,
            "since": columns.moment(cause.since),
            "events": f"{reverse(f'{names}_changelist')}?cause={cause.key}",
            "example": example,
            "example_event": example and reverse(f"{names}_change", args=[example.event_id]),
            "replay": f"{reverse(f'{names}_operate', args=[REPLAY.name])}?cause={cause.key}"
            if REPLAY.is_permitted(request)
            else "",
        }
