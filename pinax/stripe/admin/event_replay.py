"""Replays: events that somebody has processed again."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.models import EventReplay


@admin.register(EventReplay)
class EventReplayAdmin(ReadOnlyAdmin):
    """Replays, newest first."""

    list_display = ("happened", "event_page", "requested_by", "reason", "receiver", "repeated", "outcome")
    list_joins = ("event",)
    list_defer = ("event__webhook_message", "event__validated_message")
    sortable_by = ()
    search_fields = ("stripe_id",)
    search_help_text = _("Exact match: the id of an event.")
    fields = ("event_page", "happened", "requested_by", "reason", "receiver", "repeated", "outcome")

    happened = columns.moment_of("requested_at", _("requested at"))
    event_page = columns.event_link()
    #: Whether receivers that had succeeded were called again.
    repeated = columns.method(_("again"), lambda row, _site: columns.yes_or_no(row.again))
