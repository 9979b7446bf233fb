from django.apps import AppConfig


class Shop(AppConfig):
    name = "tests.dispatch.shop"
    label = "dispatch_shop"
    default = True


class OpenShop(Shop):
    """The shop in a worker, where its receiver is connected."""

    default = False

    def ready(self):
        from pinax.stripe.signals import any_event

        from .receivers import sell

        any_event.connect(sell)
