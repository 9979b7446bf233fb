"""The progress of imports."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pinax.stripe.models import fields


class ImportProgress(models.Model):
    """The progress of the import of one of Stripe's lists, from which ``stripe_sync`` resumes after an interruption.

    While ``finished_at`` is empty, the next import of the same list starts after ``cursor``, which is moved in the
    transaction that writes the rows of a page.
    """

    object_type = models.CharField(max_length=100, help_text="The object type that is listed.")
    stripe_account = fields.StripeId(
        blank=True, default="", help_text="The connected account it is listed for; empty for the platform account."
    )
    livemode = models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")
    since = models.BigIntegerField(
        default=0, help_text="Objects created before this Unix timestamp are left out; 0 for none."
    )
    cursor = fields.StripeId(blank=True, default="", help_text="The last object of the last page that was written.")
    reached = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="When that object was created, as a Unix timestamp, in case it is deleted meanwhile.",
    )
    newest = fields.StripeId(blank=True, default="", help_text="The first object of the first page.")
    pages = models.PositiveIntegerField(default=0, help_text="The number of pages that were written.")
    started_at = models.DateTimeField(
        null=True, blank=True, help_text="When the first page was requested, by Stripe's clock."
    )
    listed_at = models.DateTimeField(null=True, blank=True, help_text="When the last page was written.")
    finished_at = models.DateTimeField(null=True, blank=True, help_text="When the import was complete.")

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
