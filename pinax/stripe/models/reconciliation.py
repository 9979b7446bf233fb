"""How far our events have been compared with Stripe's."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pinax.stripe.models import fields


class Reconciliation(models.Model):
    """Up to which moment all events of one account and mode are recorded, and the numbers of the last sweep.

    ``stripe_reconcile`` moves ``reached``, the cursor, once everything that Stripe listed is recorded. A sweep of some
    days or types only, which would leave a gap, leaves no mark here.

    Source: https://docs.stripe.com/api/events/list
    """

    stripe_account = fields.StripeId(
        blank=True, default="", help_text="Whose events; empty for those of the platform itself."
    )
    livemode = models.BooleanField(help_text="Live mode, or test mode and sandboxes.")
    reached = models.DateTimeField(
        null=True, blank=True, help_text="All events before this moment, by Stripe's clock, are recorded."
    )
    created_at = models.DateTimeField(auto_now_add=True, help_text="When the first sweep began.")
    started_at = models.DateTimeField(null=True, blank=True, help_text="When the last sweep began.")
    finished_at = models.DateTimeField(
        null=True, blank=True, help_text="When it came to its end; empty where it has not."
    )
    at_stripe = models.PositiveIntegerField(default=0, help_text="The events that Stripe listed.")
    here = models.PositiveIntegerField(default=0, help_text="Those of them that were recorded before.")
    recovered = models.PositiveIntegerField(default=0, help_text="Those that it has recorded.")
    failed = models.PositiveIntegerField(default=0, help_text="What went wrong in it.")

    class Meta:
        """One row for an account and mode."""

        db_table = "pinaxstripe_reconciliation"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["stripe_account", "livemode"], name="pinaxstripe_reconciliation_once")
        ]

    def __str__(self) -> str:
        return f"{'live' if self.livemode else 'test'} mode {self.stripe_account}".strip()
