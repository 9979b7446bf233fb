"""Events that somebody has run again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.models import EventReplay

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise
    from django.utils.safestring import SafeString


@admin.register(EventReplay)
class EventReplayAdmin(ReadOnlyAdmin):
    """Replays, newest first."""

    list_display = ("happened", "event_page", "requested_by", "reason", "receiver", "twice", "outcome")
    list_joins = ("event",)
    list_defer = ("event__webhook_message", "event__validated_message")
    sortable_by = ()
    search_fields = ("stripe_id",)
    search_help_text = _("Exact match: the id of an event.")
    fields = ("event_page", "happened", "requested_by", "reason", "receiver", "twice", "outcome")

    @admin.display(description=_("requested at"))
    def happened(self, row: EventReplay) -> SafeString | str:
        """Show when it was asked for, to the second."""
        return columns.moment(row.requested_at)

    @admin.display(description=_("event"))
    def event_page(self, row: EventReplay) -> SafeString | str:
        """Lead to the event."""
        return columns.link(row.event, self.admin_site) if row.event else row.stripe_id

    @admin.display(description=_("again"))
    def twice(self, row: EventReplay) -> _StrOrPromise:
        """Show whether what had succeeded was run again."""
        return columns.yes_or_no(row.again)
