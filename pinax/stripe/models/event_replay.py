"""Replays of events: who requested them, when, and why."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinax.stripe.models import fields


class EventReplay(models.Model):
    """A manual replay of an event: the audit trail of ``stripe_replay``.

    ``outcome`` is empty if the replay was interrupted; ``stripe_process`` then completes it.
    """

    event = models.ForeignKey(
        "Event",
        verbose_name=_("event"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replays",
        help_text=_("The event that was replayed."),
    )
    stripe_id = fields.StripeId(verbose_name=_("id"), db_index=True, help_text=_("The event's id at Stripe, evt_…"))
    requested_by = models.CharField(_("requested by"), max_length=255, help_text=_("Who requested the replay."))
    reason = models.TextField(_("reason"), help_text=_("Why the event was replayed."))
    receiver = models.CharField(
        _("receiver"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("The identity of the receiver that was called; empty for all receivers."),
    )
    again = models.BooleanField(
        _("again"), default=False, help_text=_("Whether receivers that had succeeded before were called again, too.")
    )
    outcome = models.CharField(
        _("outcome"), max_length=50, blank=True, default="", help_text=_("The outcome of the replay.")
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True, help_text=_("When it was requested."))

    class Meta:
        """Newest first."""

        db_table = "pinaxstripe_eventreplay"
        ordering: ClassVar[list[str]] = ["-pk"]
        verbose_name = _("event replay")
        verbose_name_plural = _("event replays")

    def __str__(self) -> str:
        return f"{self.stripe_id}: {self.reason}"[:200]
