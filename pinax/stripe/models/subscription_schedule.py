"""Subscription schedules."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject


class SubscriptionSchedule(StripeObject):
    """A subscription's planned changes, in phases.

    Source: https://docs.stripe.com/api/subscription_schedules/object
    """

    stripe_object = "subscription_schedule"
    stripe_paths = ("/v1/subscription_schedules/{id}",)
    stripe_list = StripeList("/v1/subscription_schedules")

    customer = fields.Reference("Customer", related_name="subscription_schedules")
    customer_account = fields.Text()
    subscription = fields.Reference("Subscription", related_name="schedules")
    released_subscription = fields.Reference("Subscription", related_name="released_schedules")
    status = fields.Text(db_index=True)
    end_behavior = fields.Text("end_behavior", "renewal_behavior")
    current_phase_start = fields.Timestamp("current_phase.start_date")
    current_phase_end = fields.Timestamp("current_phase.end_date")
    canceled_at = fields.Timestamp()
    completed_at = fields.Timestamp()
    released_at = fields.Timestamp()

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_subscriptionschedule"
