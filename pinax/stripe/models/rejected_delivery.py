"""Evidence of refused posts, bounded."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinax.stripe.models import fields


class RejectedDelivery(models.Model):
    """A delivery that was rejected, and why: its signature, Stripe's copy of the event, or an unreadable body.

    The newest ``PINAX_STRIPE_REJECTED_KEPT`` are kept, and as many of those that Stripe sent and that could not be
    read, which no number of forged ones displaces. Their numbers go on counting: a gap says that more was rejected
    than is kept.
    """

    #: How much of a body is kept, in characters.
    BODY_KEPT = 64 * 1024

    class Cause(models.TextChoices):
        """Why a delivery is refused, in a word; the reason has the details."""

        NOT_SIGNED = "not signed", _("not signed")
        MALFORMED = "malformed", _("the signature cannot be read")
        NO_MATCH = "no match", _("signed with another secret")
        STALE = "stale", _("signed too long ago, or ahead of time")
        CHANGED = "changed", _("changed on the way")
        NO_SECRET = "no secret", _("no webhook secret is set")
        DIFFERS = "differs", _("Stripe says otherwise")
        UNREADABLE = "unreadable", _("sent by Stripe, but unreadable")

    event = models.ForeignKey(
        "Event",
        verbose_name=_("event"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="rejected",
        help_text=_("The event whose id it claims, where it was read as one; empty where its signature was refused."),
    )
    stripe_id = fields.StripeId(
        verbose_name=_("id"),
        blank=True,
        default="",
        db_index=True,
        help_text=_("The event id that the body claims; empty where it claims none."),
    )
    kind = models.CharField(
        _("kind"), max_length=255, blank=True, default="", help_text=_("The event type that the body claims.")
    )
    cause = models.CharField(
        _("cause"), max_length=20, choices=Cause.choices, help_text=_("Why it was refused, in a word.")
    )
    reason = models.TextField(_("reason"), help_text=_("Why it was refused, in words."))
    size = models.PositiveIntegerField(
        _("size"), null=True, blank=True, help_text=_("How large the body was, in bytes; empty where nobody counted.")
    )
    body = models.TextField(
        _("body"), help_text=_("What was posted, the first 64 Ki characters; what is beyond ASCII is escaped.")
    )
    received_at = models.DateTimeField(_("received at"), auto_now_add=True, help_text=_("When it was refused."))

    class Meta:
        """Newest first."""

        db_table = "pinaxstripe_rejecteddelivery"
        ordering: ClassVar[list[str]] = ["-pk"]
        verbose_name = _("rejected delivery")
        verbose_name_plural = _("rejected deliveries")

    def __str__(self) -> str:
        return f"{self.stripe_id}: {self.reason}" if self.stripe_id else self.reason
