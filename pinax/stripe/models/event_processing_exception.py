"""Errors on an event's way, kept for people to read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventProcessingException(models.Model):
    """One failed try: which step, which receiver, what it said, and where. No key or secret is ever in it."""

    class Stage(models.TextChoices):
        """The steps of an event's way that can fail."""

        VERIFY = "verify", _("asking Stripe about the event")
        FETCH = "fetch", _("fetching the object's current state")
        SYNC = "sync", _("writing local rows")
        RECEIVER = "receiver", _("calling a receiver")
        COMMIT = "commit", _("marking the event done")

    event = models.ForeignKey(
        "Event",
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        related_name="exceptions",
        help_text=_("The event that was tried."),
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices, help_text=_("The step that failed."))
    receiver = models.CharField(
        _("receiver"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("The dotted name of the receiver that raised."),
    )
    message = models.TextField(_("message"), help_text=_("What the error said."))
    traceback = models.TextField(_("traceback"), help_text=_("Where it came from."))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, help_text=_("When it failed."))

    class Meta:
        """Newest first."""

        db_table = "pinaxstripe_eventprocessingexception"
        ordering: ClassVar[list[str]] = ["-pk"]
        verbose_name = _("event processing exception")
        verbose_name_plural = _("event processing exceptions")

    def __str__(self) -> str:
        # Not the message: a name shows in more places than those that hide it from who may not see it.
        return f"{self.stage} {self.receiver}".strip()
