"""Receivers that have come through, where others have not yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinax.stripe.models import fields


class EventReceipt(models.Model):
    """One receiver that is through with an event at which another one has failed: it is not called again.

    An event whose receivers all come through at the first try has none of these.
    """

    event = models.ForeignKey(
        "Event",
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        related_name="receipts",
        help_text=_("The event that it was called for."),
    )
    #: Compared to the letter, like an id: functions may differ in upper and lower case alone.
    receiver = fields.StripeId(verbose_name=_("receiver"), help_text=_("The dotted name of the receiver."))
    succeeded_at = models.DateTimeField(_("succeeded at"), auto_now_add=True, help_text=_("When it came through."))

    class Meta:
        """One for a receiver and an event."""

        db_table = "pinaxstripe_eventreceipt"
        ordering: ClassVar[list[str]] = ["pk"]
        verbose_name = _("event receipt")
        verbose_name_plural = _("event receipts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "receiver"], name="pinaxstripe_eventreceipt_once")
        ]

    def __str__(self) -> str:
        return self.receiver
