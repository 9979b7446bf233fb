"""How far the recorded events have been compared with Stripe's."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns, filters
from pinax.stripe.admin.acting import ActingAdmin, action_of
from pinax.stripe.admin.operations import RECONCILE
from pinax.stripe.models import Reconciliation


@admin.register(Reconciliation)
class ReconciliationAdmin(ActingAdmin):
    """Accounts and modes, how far each is reconciled, and what the last reconciliation found."""

    operations = (RECONCILE,)
    actions = (action_of(RECONCILE),)

    list_display = ("mode", "account", "complete", "state", "at_stripe_count", "here", "recovered", "failed")
    list_filter = (filters.Mode,)
    sortable_by = ()
    search_fields = ("stripe_account",)
    search_help_text = _("Exact match: a connected account.")
    fields = ("mode", "account", "complete", "began", "state", "at_stripe_count", "here", "recovered", "failed")

    mode, account = columns.mode, columns.account
    #: All events created before this datetime are recorded.
    complete = columns.moment_of("reached", _("complete until"))
    began = columns.moment_of("started_at", _("began"))
    state = columns.finished_at()
    at_stripe_count = columns.method(_("at Stripe"), lambda row, _site: row.at_stripe)
