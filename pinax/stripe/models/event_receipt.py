"""Receivers that have succeeded for an event whose other receivers have failed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinax.stripe.models import fields


class EventReceipt(models.Model):
    """A receiver that has succeeded for an event for which another one has failed; it is not called again.

    An event whose receivers all succeed in the first attempt has no receipts.
    """

    event = models.ForeignKey(
        "Event",
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        related_name="receipts",
        help_text=_("The event for which the receiver was called."),
    )
    #: Case-sensitive on every database, like an id: the names of two functions may differ in case only.
    receiver = fields.StripeId(
        verbose_name=_("receiver"),
        help_text=_("The identity of the receiver: its dispatch_uid, or its dotted path."),
    )
    succeeded_at = models.DateTimeField(
        _("succeeded at"), auto_now_add=True, help_text=_("When the receiver succeeded.")
    )

    class Meta:
        """One row for a receiver and an event."""

        db_table = "pinaxstripe_eventreceipt"
        ordering: ClassVar[list[str]] = ["pk"]
        verbose_name = _("event receipt")
        verbose_name_plural = _("event receipts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "receiver"], name="pinaxstripe_eventreceipt_once")
        ]

    def __str__(self) -> str:
        return self.receiver
