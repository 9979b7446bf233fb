"""What operators have requested: who, what, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinax.stripe.models import fields

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class EventReplay(models.Model):
    """An operator's action in the admin or with ``stripe_replay``: the audit trail.

    ``event`` is empty if the action did not concern an event, or if the event was deleted. ``outcome`` is empty if the
    action was interrupted; ``stripe_process`` then completes it.
    """

    class Action(models.TextChoices):
        """What was requested."""

        REPLAY = "replay", _("replay")
        PROCESS = "process", _("process now")
        VERIFY = "verify", _("verify again")
        GIVE_UP = "give up", _("give up")
        RETRY = "retry", _("retry after giving up")
        PRUNE = "prune", _("prune the payload")
        FETCH = "fetch", _("fetch from Stripe")
        RECONCILE = "reconcile", _("reconcile now")

    event = models.ForeignKey(
        "Event",
        verbose_name=_("event"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replays",
        help_text=_("The event that the action concerns."),
    )
    stripe_id = fields.StripeId(
        verbose_name=_("id"),
        db_index=True,
        help_text=_("The id at Stripe of the event, evt_…, or of the object that the action concerns."),
    )
    action = models.CharField(
        _("action"), max_length=20, choices=Action.choices, default=Action.REPLAY, help_text=_("What was requested.")
    )
    batch = models.CharField(
        _("batch"),
        max_length=32,
        blank=True,
        default="",
        db_index=True,
        help_text=_("The same for all actions of one confirmation; empty on the command line."),
    )
    requested_by = models.CharField(_("requested by"), max_length=255, help_text=_("Who requested it."))
    reason = models.TextField(_("reason"), help_text=_("Why it was requested."))
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
        _("outcome"), max_length=255, blank=True, default="", help_text=_("The outcome of the action.")
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True, help_text=_("When it was requested."))

    class Meta:
        """Newest first; one permission for each action in the admin."""

        db_table = "pinaxstripe_eventreplay"
        ordering: ClassVar[list[str]] = ["-pk"]
        verbose_name = _("operator action")
        verbose_name_plural = _("operator actions")
        permissions: ClassVar[list[tuple[str, _StrOrPromise]]] = [
            ("process_event", _("Can process events now")),
            ("replay_event", _("Can replay events")),
            ("verify_event", _("Can verify events again")),
            ("give_up_event", _("Can give events up")),
            ("retry_event", _("Can retry events that are given up")),
            ("prune_event", _("Can prune the payloads of events")),
            ("fetch_object", _("Can fetch objects from Stripe")),
            ("reconcile", _("Can reconcile events with Stripe")),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.stripe_id}"[:200]
