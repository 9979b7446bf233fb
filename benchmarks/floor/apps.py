"""Connects the one receiver, in every process of the project that is measured."""

from django.apps import AppConfig
from django.conf import settings


def receive(**_kwargs: object) -> None:
    """The one receiver of every event; it does nothing."""


class Floor(AppConfig):
    name = "benchmarks.floor"

    def ready(self) -> None:
        if settings.APP == "pinax":
            from pinax.stripe.signals import any_event

            any_event.connect(receive)
        elif settings.APP == "djstripe":
            from djstripe.event_handlers import djstripe_receiver
            from djstripe.signals import WEBHOOK_SIGNALS

            djstripe_receiver(list(WEBHOOK_SIGNALS))(receive)
