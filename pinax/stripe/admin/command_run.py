"""When the management commands that have to run regularly were active."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.models import CommandRun


@admin.register(CommandRun)
class CommandRunAdmin(ReadOnlyAdmin):
    """Commands, and when each was last active."""

    list_display = ("name", "active", "started")
    sortable_by = ()
    fields = ("name", "active", "started")

    active = columns.moment_of("active_at", _("active at"))
    started = columns.moment_of("started_at", _("started at"))
