"""Who has run an event again, when, and why."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinax.stripe.models import fields


class EventReplay(models.Model):
    """An event that somebody has run again by hand: the audit trail of ``stripe_replay``.

    ``outcome`` is empty where the replay was interrupted; what it had begun is then left to recovery.
    """

    event = models.ForeignKey(
        "Event",
        verbose_name=_("event"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replays",
        help_text=_("The event that was run again."),
    )
    stripe_id = fields.StripeId(verbose_name=_("id"), db_index=True, help_text=_("The event's id at Stripe, evt_…"))
    requested_by = models.CharField(_("requested by"), max_length=255, help_text=_("Who asked for it."))
    reason = models.TextField(_("reason"), help_text=_("Why, in words."))
    receiver = models.CharField(
        _("receiver"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("The one receiver that was asked for; empty: all."),
    )
    again = models.BooleanField(
        _("again"), default=False, help_text=_("Whether what had succeeded before was run again, too.")
    )
    outcome = models.CharField(_("outcome"), max_length=50, blank=True, default="", help_text=_("What became of it."))
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True, help_text=_("When it was asked for."))

    class Meta:
        """Newest first."""

        db_table = "pinaxstripe_eventreplay"
        ordering: ClassVar[list[str]] = ["-pk"]
        verbose_name = _("event replay")
        verbose_name_plural = _("event replays")

    def __str__(self) -> str:
        return f"{self.stripe_id}: {self.reason}"[:200]
