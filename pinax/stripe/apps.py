"""The app's configuration."""

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
        """Set the defaults of the settings, register the system checks, and create the handlers.

        The dispatcher is imported last: importing its module registers the task with Celery's worker.
        """
        from pinax.stripe import checks, conf, webhooks  # noqa: F401  (these need the models)
        from pinax.stripe.checks.predecessors import refuse_unreleased_history
        from pinax.stripe.dispatch import announce

        pre_migrate.connect(refuse_unreleased_history, sender=self)
        announce()
