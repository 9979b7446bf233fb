"""The shop, as Django knows it."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """What the shop does about what happens at Stripe."""

    name = "shop"

    def ready(self) -> None:
        """Connect the receivers: importing the module is all it takes."""
        from . import receivers  # noqa: F401
