"""How far imports have come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns, filters
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.models import ImportProgress
from pinax.stripe.times import from_timestamp

if TYPE_CHECKING:
    from django.utils.safestring import SafeString


@admin.register(ImportProgress)
class ImportProgressAdmin(ReadOnlyAdmin):
    """Imports by list; interrupted ones have not finished."""

    list_display = ("object_type", "mode", "account", "created_since", "pages", "began", "state")
    list_filter = (filters.Mode,)
    sortable_by = ()
    search_fields = ("object_type", "stripe_account")
    search_help_text = _("Exact match: an object type, a connected account.")
    fields = (
        "object_type",
        "mode",
        "account",
        "created_since",
        "pages",
        "cursor",
        "down_to",
        "began",
        "written",
        "state",
    )

    mode, account = columns.mode, columns.account
    #: Empty if all objects are imported.
    created_since = columns.method(_("created since"), lambda row, _site: _moment(row.since or None))
    #: When the last object of the last page was created; lists begin with the newest object.
    down_to = columns.method(_("down to"), lambda row, _site: _moment(row.reached))
    began = columns.moment_of("started_at", _("began"))
    written = columns.moment_of("listed_at", _("last page written"))
    state = columns.finished_at()


def _moment(timestamp: int | None) -> SafeString | str:
    return columns.moment(from_timestamp(timestamp))
