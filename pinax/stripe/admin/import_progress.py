"""How far imports have come."""

from __future__ import annotations

from django.contrib import admin

from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.models import ImportProgress


@admin.register(ImportProgress)
class ImportProgressAdmin(ReadOnlyAdmin):
    """Imports by what they list; interrupted ones have no end."""

    list_display = ("object_type", "stripe_account", "livemode", "pages", "started_at", "finished_at")
    list_filter = ("livemode",)
    sortable_by = ()
    search_fields = ("object_type", "stripe_account")
