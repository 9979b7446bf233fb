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
    from django.utils.functional import _StrOrPromise
    from django.utils.safestring import SafeString


@admin.register(ImportProgress)
class ImportProgressAdmin(ReadOnlyAdmin):
    """Imports by what they list; interrupted ones have no end."""

    list_display = ("object_type", "mode", "account", "created_since", "pages", "began", "state")
    list_filter = (filters.Mode,)
    sortable_by = ()
    search_fields = ("object_type", "stripe_account")
    search_help_text = _("Exact match: a type of objects, a connected account.")
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

    @admin.display(description=_("mode"))
    def mode(self, row: ImportProgress) -> _StrOrPromise:
        """Show live or test."""
        return columns.mode(row)

    @admin.display(description=_("account"))
    def account(self, row: ImportProgress) -> SafeString | str:
        """Lead to the connected account."""
        return columns.account(row, self.admin_site)

    @admin.display(description=_("created since"))
    def created_since(self, row: ImportProgress) -> SafeString | str:
        """Show from when on objects are listed; nothing where all of them are."""
        return columns.moment(from_timestamp(row.since)) if row.since else self.admin_site.empty_value_display

    @admin.display(description=_("down to"))
    def down_to(self, row: ImportProgress) -> SafeString | str:
        """Show when the last object was created; lists begin with the newest."""
        return columns.moment(from_timestamp(row.reached)) or self.admin_site.empty_value_display

    @admin.display(description=_("began"))
    def began(self, row: ImportProgress) -> SafeString | str:
        """Show when the first page was asked for."""
        return columns.moment(row.started_at) or self.admin_site.empty_value_display

    @admin.display(description=_("last page written"))
    def written(self, row: ImportProgress) -> SafeString | str:
        """Show when the list came to its end."""
        return columns.moment(row.listed_at) or self.admin_site.empty_value_display

    @admin.display(description=_("finished"))
    def state(self, row: ImportProgress) -> SafeString | str:
        """Show when it came to its end, or that it has not."""
        if row.finished_at is None:
            return columns.icon(None, _("Running or interrupted"))
        return columns.moment(row.finished_at)
