"""Evidence of refused posts, bounded."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pinax.stripe.models import fields


class RejectedDelivery(models.Model):
    """A delivery that was read, and refused because Stripe's copy of the event says otherwise.

    The newest ``PINAX_STRIPE_REJECTED_KEPT`` are kept.
    """

    #: How much of a body is kept, in characters.
    BODY_KEPT = 64 * 1024

    event = models.ForeignKey(
        "Event",
        verbose_name=_("event"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="rejected",
        help_text=_("The event whose id it claims."),
    )
    stripe_id = fields.StripeId(verbose_name=_("id"), db_index=True, help_text=_("The event id that the body claims."))
    reason = models.TextField(_("reason"), help_text=_("Why it was refused, in words."))
    body = models.TextField(_("body"), help_text=_("What was posted, as escaped JSON."))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True, help_text=_("When it was refused."))

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-pk"]
        verbose_name = _("rejected delivery")
        verbose_name_plural = _("rejected deliveries")

    def __str__(self) -> str:
        return f"{self.stripe_id}: {self.reason}"
