"""Receivers that have come through, where others have not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.models import EventReceipt

if TYPE_CHECKING:
    from django.utils.safestring import SafeString


@admin.register(EventReceipt)
class EventReceiptAdmin(ReadOnlyAdmin):
    """Who has come through of which event, newest first."""

    list_display = ("receiver", "happened", "event_page")
    list_joins = ("event",)
    list_defer = ("event__webhook_message", "event__validated_message")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("event__stripe_id",)
    search_help_text = _("Exact match: the id of an event.")
    fields = ("event_page", "receiver", "happened")

    @admin.display(description=_("succeeded at"))
    def happened(self, row: EventReceipt) -> SafeString | str:
        """Show when it came through, to the second."""
        return columns.moment(row.succeeded_at)

    @admin.display(description=_("event"))
    def event_page(self, row: EventReceipt) -> SafeString | str:
        """Lead to the event."""
        return columns.link(row.event, self.admin_site)
