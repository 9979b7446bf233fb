"""How far our events have been compared with Stripe's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns, filters
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.models import Reconciliation

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise
    from django.utils.safestring import SafeString


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    """Accounts and modes with how far they are, and what their last sweep has found."""

    list_display = ("mode", "account", "complete", "state", "listed", "here", "recovered", "failed")
    list_filter = (filters.Mode,)
    sortable_by = ()
    search_fields = ("stripe_account",)
    search_help_text = _("Exact match: a connected account.")
    fields = ("mode", "account", "complete", "began", "state", "listed", "here", "recovered", "failed")

    @admin.display(description=_("mode"))
    def mode(self, row: Reconciliation) -> _StrOrPromise:
        """Show live or test."""
        return columns.mode(row)

    @admin.display(description=_("account"))
    def account(self, row: Reconciliation) -> SafeString | str:
        """Lead to the connected account."""
        return columns.account(row, self.admin_site)

    @admin.display(description=_("complete until"))
    def complete(self, row: Reconciliation) -> SafeString | str:
        """Show before which moment all events are recorded."""
        return columns.moment(row.reached) or self.admin_site.empty_value_display

    @admin.display(description=_("last sweep began"))
    def began(self, row: Reconciliation) -> SafeString | str:
        """Show when the last sweep began."""
        return columns.moment(row.started_at) or self.admin_site.empty_value_display

    @admin.display(description=_("last sweep finished"))
    def state(self, row: Reconciliation) -> SafeString | str:
        """Show when the last sweep came to its end, or that it has not."""
        if row.finished_at is None:
            return columns.icon(None, _("Running or interrupted"))
        return columns.moment(row.finished_at)

    @admin.display(description=_("at Stripe"))
    def listed(self, row: Reconciliation) -> int:
        """Show how many events Stripe listed."""
        return row.at_stripe
