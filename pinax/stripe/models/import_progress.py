"""How far imports have come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pinax.stripe.models import fields


class ImportProgress(models.Model):
    """How far the import of one of Stripe's lists has come: what ``stripe_sync`` goes on from after an interruption.

    While ``finished_at`` is empty, the next import of the same list starts after ``cursor``; each page moves it in
    the transaction that writes the page's rows.
    """

    object_type = models.CharField(max_length=100, help_text="What is listed, as Stripe calls it.")
    stripe_account = fields.StripeId(
        blank=True, default="", help_text="The connected account it is listed for; empty for the platform itself."
    )
    livemode = models.BooleanField(help_text="Live mode, or test mode and sandboxes.")
    since = models.BigIntegerField(
        default=0, help_text="What was created before this moment, in Unix seconds, is left out; 0: nothing is."
    )
    cursor = fields.StripeId(blank=True, default="", help_text="The last object of the last page that was written.")
    reached = models.BigIntegerField(
        null=True, blank=True, help_text="When that object was created, in Unix seconds, in case it is gone by then."
    )
    newest = fields.StripeId(blank=True, default="", help_text="The first object of the first page.")
    pages = models.PositiveIntegerField(default=0, help_text="The pages that were written.")
    started_at = models.DateTimeField(
        null=True, blank=True, help_text="When the first page was asked for, by Stripe's clock."
    )
    listed_at = models.DateTimeField(null=True, blank=True, help_text="When the last page was written.")
    finished_at = models.DateTimeField(null=True, blank=True, help_text="When nothing was left to be done.")

    class Meta:
        """One row for a list."""

        db_table = "pinaxstripe_importprogress"
        verbose_name = "import"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["object_type", "stripe_account", "livemode", "since"], name="pinaxstripe_importprogress_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.stripe_account}".strip()
