"""The progress of the reconciliation of recorded events with Stripe's."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pinax.stripe.models import fields


class Reconciliation(models.Model):
    """The time until which all events of one account and mode are recorded, and the numbers of the last run.

    ``stripe_reconcile`` moves ``reached``, the cursor, when all events that Stripe listed are recorded. A run for some
    days or types only, which would leave a gap, does not change the row.

    Source: https://docs.stripe.com/api/events/list
    """

    stripe_account = fields.StripeId(
        blank=True, default="", help_text="The connected account; empty for the platform account."
    )
    livemode = models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")
    reached = models.DateTimeField(
        null=True, blank=True, help_text="All events before this time, by Stripe's clock, are recorded."
    )
    created_at = models.DateTimeField(auto_now_add=True, help_text="When the first run started.")
    started_at = models.DateTimeField(null=True, blank=True, help_text="When the last run started.")
    finished_at = models.DateTimeField(
        null=True, blank=True, help_text="When the last run finished; empty if it did not finish."
    )
    at_stripe = models.PositiveIntegerField(default=0, help_text="The number of events that Stripe listed.")
    here = models.PositiveIntegerField(default=0, help_text="The number of listed events that were recorded already.")
    recovered = models.PositiveIntegerField(default=0, help_text="The number of missing events that it has recorded.")
    failed = models.PositiveIntegerField(default=0, help_text="The number of errors.")

    class Meta:
        """One row for an account and mode."""

        db_table = "pinaxstripe_reconciliation"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["stripe_account", "livemode"], name="pinaxstripe_reconciliation_once")
        ]

    def __str__(self) -> str:
        return f"{'live' if self.livemode else 'test'} mode {self.stripe_account}".strip()
