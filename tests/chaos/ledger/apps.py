from django.apps import AppConfig


class Ledger(AppConfig):
    """The ledger, whose receivers hear of nothing unless a test connects them."""

    name = "tests.chaos.ledger"
    label = "chaos_ledger"
    default = True


class OpenLedger(Ledger):
    """The ledger in a project that runs: its receivers hear of every event."""

    default = False

    def ready(self):
        from pinax.stripe.signals import any_event

        from . import receivers

        any_event.connect(receivers.first)
        any_event.connect(receivers.second)
