"""Errors that occurred while an event was processed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventProcessingException(models.Model):
    """A failed attempt: the step, the receiver, the error message and the traceback, without keys and secrets."""

    class Stage(models.TextChoices):
        """The steps of processing that can fail."""

        VERIFY = "verify", _("verifying the event")
        FETCH = "fetch", _("fetching the object's current state")
        SYNC = "sync", _("writing local rows")
        RECEIVER = "receiver", _("calling a receiver")
        COMMIT = "commit", _("marking the event as processed")

    event = models.ForeignKey(
        "Event",
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        related_name="exceptions",
        help_text=_("The event that was processed."),
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices, help_text=_("The step that failed."))
    receiver = models.CharField(
        _("receiver"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("The identity of the receiver that raised the error: its dispatch_uid, or its dotted path."),
    )
    message = models.TextField(_("message"), help_text=_("The error message."))
    traceback = models.TextField(_("traceback"), help_text=_("The traceback of the error."))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, help_text=_("When it failed."))

    class Meta:
        """Newest first."""

        db_table = "pinaxstripe_eventprocessingexception"
        ordering: ClassVar[list[str]] = ["-pk"]
        verbose_name = _("event processing exception")
        verbose_name_plural = _("event processing exceptions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], name="pinaxstripe_error_created_at")
        ]

    def __str__(self) -> str:
        # Without the message, which only users with the permission to view payloads may see.
        return f"{self.stage} {self.receiver}".strip()
