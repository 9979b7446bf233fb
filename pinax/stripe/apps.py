"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import pre_migrate


class PinaxStripeConfig(AppConfig):
    """Every Stripe event, recorded, verified, synced and signalled, once."""

    name = "pinax.stripe"
    label = "pinax_stripe"
    verbose_name = "Stripe"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Set the defaults of the settings, register the system checks, and make a handler for every event type.

        The dispatcher comes last: Celery's worker knows a task once its module is imported.
        """
        from pinax.stripe import checks, conf, webhooks  # noqa: F401  (all of them need the models)
        from pinax.stripe.checks.predecessors import refuse_unreleased_history
        from pinax.stripe.dispatch import announce

        pre_migrate.connect(refuse_unreleased_history, sender=self)
        announce()
