"""Rejected deliveries, in limited number."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinax.stripe.models import fields


class RejectedDelivery(models.Model):
    """A delivery that was rejected because of its signature, of Stripe's copy of the event, or of an unreadable body.

    The newest ``PINAX_STRIPE_REJECTED_KEPT`` are kept. As many unreadable deliveries that Stripe signed are kept
    separately, so forged deliveries cannot displace them. A gap in the primary keys means that older ones were deleted.

    Deliveries that ``stripe_endpoint upgrade`` compares are kept here, too: twenty of each event type and API version.
    """

    #: How many characters of a body are kept.
    BODY_KEPT = 64 * 1024

    class Cause(models.TextChoices):
        """Why a delivery was rejected; the reason has the details."""

        NOT_SIGNED = "not signed", _("not signed")
        MALFORMED = "malformed", _("the signature cannot be read")
        NO_MATCH = "no match", _("signed with another secret")
        STALE = "stale", _("signed too long ago, or ahead of time")
        CHANGED = "changed", _("changed in transit")
        NO_SECRET = "no secret", _("no webhook secret is set")
        DIFFERS = "differs", _("not confirmed by Stripe")
        UNREADABLE = "unreadable", _("sent by Stripe, but unreadable")
        COMPARED = "compared", _("in another API version, only compared")

    event = models.ForeignKey(
        "Event",
        verbose_name=_("event"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="rejected",
        help_text=_("The event whose id the body contains; empty if the signature was rejected."),
    )
    stripe_id = fields.StripeId(
        verbose_name=_("id"),
        blank=True,
        default="",
        db_index=True,
        help_text=_("The event id in the body; empty if there is none."),
    )
    platform = models.CharField(
        _("platform"),
        max_length=100,
        blank=True,
        default="",
        help_text=_("The platform to whose URL it was posted; empty for the default one."),
    )
    kind = models.CharField(
        _("kind"), max_length=255, blank=True, default="", help_text=_("The event type in the body.")
    )
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices, help_text=_("Why it was rejected."))
    reason = models.TextField(_("reason"), help_text=_("Why it was rejected, in detail."))
    size = models.PositiveIntegerField(
        _("size"), null=True, blank=True, help_text=_("The size of the body, in bytes; empty if it is unknown.")
    )
    body = models.TextField(
        _("body"), help_text=_("The first 65,536 characters of the body; characters other than ASCII are escaped.")
    )
    received_at = models.DateTimeField(_("received at"), auto_now_add=True, help_text=_("When it was rejected."))

    class Meta:
        """Newest first."""

        db_table = "pinaxstripe_rejecteddelivery"
        ordering: ClassVar[list[str]] = ["-pk"]
        verbose_name = _("rejected delivery")
        verbose_name_plural = _("rejected deliveries")

    def __str__(self) -> str:
        return f"{self.stripe_id}: {self.reason}" if self.stripe_id else self.reason
