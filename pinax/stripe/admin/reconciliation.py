"""How far our events have been compared with Stripe's."""

from __future__ import annotations

from django.contrib import admin

from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.models import Reconciliation


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    """Accounts and modes with how far they are, and what their last sweep has found."""

    list_display = ("__str__", "reached", "finished_at", "at_stripe", "here", "recovered", "failed")
    list_filter = ("livemode",)
    sortable_by = ()
    search_fields = ("stripe_account",)
