"""Reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinax.stripe.models import fields
from pinax.stripe.models.base import Implied, StripeList, StripeObject

if TYPE_CHECKING:
    from collections.abc import Iterator


class Review(StripeObject):
    """A manual review of a payment by Radar.

    Source: https://docs.stripe.com/api/radar/reviews/object
    """

    stripe_object = "review"
    stripe_paths = ("/v1/reviews/{id}",)
    #: Lists open reviews only.
    stripe_list = StripeList("/v1/reviews")

    charge = fields.Reference("Charge", related_name="reviews")
    payment_intent = fields.Reference("PaymentIntent", related_name="reviews")
    open = fields.Flag()
    reason = fields.Text()
    opened_reason = fields.Text()
    closed_reason = fields.Text()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_review"

    def implies(self) -> Iterator[Implied]:
        """Yield that the payment has this review."""
        yield Implied("charge", "review")
        yield Implied("payment_intent", "review")
