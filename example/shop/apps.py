"""The shop's configuration."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """The app that handles Stripe's events."""

    name = "shop"

    def ready(self) -> None:
        """Import the module that connects the receivers."""
        from . import receivers  # noqa: F401
