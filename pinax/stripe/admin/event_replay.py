"""Operator actions: who asked for what, why, and what became of it."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns, names, states
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.models import EventReplay


@admin.register(EventReplay)
class EventReplayAdmin(ReadOnlyAdmin):
    """Operator actions, newest first; those of one confirmation are its result, row by row."""

    list_display = ("happened", "action", "target", "became", "now", "requested_by", "reason", "receiver", "repeated")
    list_filter = ("action",)
    list_joins = ("event",)
    list_defer = ("event__webhook_message", "event__validated_message", "event__answer")
    sortable_by = ()
    search_fields = ("stripe_id", "batch")
    search_help_text = _("Exact match: the id of an event or an object, or a batch.")
    fields = (
        "action",
        "target",
        "happened",
        "requested_by",
        "reason",
        "receiver",
        "repeated",
        "became",
        "now",
        "batch",
    )

    happened = columns.moment_of("requested_at", _("requested at"))
    #: The event, or the id of the object that it was done to.
    target = columns.event_link()
    became = columns.method(_("outcome"), lambda row, _site: names.known(row.outcome))
    #: What the event has come to since: what was queued may be processed.
    now = columns.method(_("state now"), lambda row, _site: states.shown(row.event) if row.event else None)
    #: Whether receivers that had succeeded were called again.
    repeated = columns.method(_("again"), lambda row, _site: columns.yes_or_no(row.again))
