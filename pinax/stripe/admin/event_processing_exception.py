"""Failed tries of events."""

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
    from django.utils.safestring import SafeString

    from pinax.stripe.admin.columns import Column
    from pinax.stripe.admin.sections import Section


@admin.register(EventProcessingException)
class EventProcessingExceptionAdmin(ReadOnlyAdmin):
    """Failed tries, newest first."""

    list_display = ("happened", "stage", "receiver", "what", "event_page")
    list_filter = ("stage",)
    list_joins = ("event",)
    list_defer = ("traceback", "event__webhook_message", "event__validated_message")
    never_searched = ("message",)
    sortable_by = ()
    search_fields = ("event__stripe_id",)
    search_help_text = _("Exact match: the id of an event.")
    fields = ("event_page", "stage", "receiver", "happened")

    def get_list_display(self, request: HttpRequest) -> tuple[Column, ...]:
        """Return the columns; what the error said is for those who may see it."""
        return tuple(name for name in self.list_display if name != "what" or self.may_see_payloads(request))

    def sections(self, request: HttpRequest, obj: EventProcessingException) -> Iterator[Section]:
        """Yield the message and the traceback."""
        yield Failures(_("What went wrong"), [obj], "", in_full=self.may_see_payloads(request))

    @admin.display(description=_("created"))
    def happened(self, row: EventProcessingException) -> SafeString | str:
        """Show when it happened, to the second."""
        return columns.moment(row.created_at)

    @admin.display(description=_("event"))
    def event_page(self, row: EventProcessingException) -> SafeString | str:
        """Lead to the event."""
        return columns.link(row.event, self.admin_site)

    @admin.display(description=_("message"))
    def what(self, row: EventProcessingException) -> str:
        """Show the beginning of the message."""
        return Truncator(row.message).chars(120)
