"""Failed attempts to process an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.admin.sections import Failures
from pinax.stripe.models import EventProcessingException

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from pinax.stripe.admin.columns import Column
    from pinax.stripe.admin.sections import Section


@admin.register(EventProcessingException)
class EventProcessingExceptionAdmin(ReadOnlyAdmin):
    """Failed attempts, newest first."""

    list_display = ("happened", "stage", "receiver", "summary", "event_page")
    list_filter = ("stage",)
    list_joins = ("event",)
    list_defer = ("traceback", "event__webhook_message", "event__validated_message", "event__answer")
    never_searched = ("message",)
    sortable_by = ()
    search_fields = ("event__stripe_id",)
    search_help_text = _("Exact match: the id of an event.")
    fields = ("event_page", "stage", "receiver", "happened")

    happened = columns.moment_of("created_at", _("created"))
    event_page = columns.event_link()
    summary = columns.method(_("message"), lambda row, _site: Truncator(row.message).chars(120))

    def get_list_display(self, request: HttpRequest) -> tuple[Column, ...]:
        """Return the columns; the message only for users who may see payloads."""
        return tuple(name for name in self.list_display if name != "summary" or self.may_see_payloads(request))

    def sections(self, request: HttpRequest, obj: EventProcessingException) -> Iterator[Section]:
        """Yield the message and the traceback."""
        yield Failures(_("Error"), [obj], "", in_full=self.may_see_payloads(request))
