"""Receipts: the receivers that have succeeded for an event, kept if others have failed."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.models import EventReceipt


@admin.register(EventReceipt)
class EventReceiptAdmin(ReadOnlyAdmin):
    """Receivers that have succeeded, newest first."""

    list_display = ("receiver", "happened", "event_page")
    list_joins = ("event",)
    list_defer = ("event__webhook_message", "event__validated_message", "event__answer")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("event__stripe_id",)
    search_help_text = _("Exact match: the id of an event.")
    fields = ("event_page", "receiver", "happened")

    happened = columns.moment_of("succeeded_at", _("succeeded at"))
    event_page = columns.event_link()
