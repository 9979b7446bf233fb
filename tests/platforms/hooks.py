from pinax.stripe.hooks import DefaultHookSet, Platform
from tests.platforms.models import Merchant


class Merchants(DefaultHookSet):
    """Platforms of the settings, and of a table."""

    def platform(self, name):
        merchant = Merchant.objects.filter(name=name).first()
        if merchant is None:
            return super().platform(name)
        return Platform(merchant.account, secret_key=merchant.secret_key, webhook_secrets=[merchant.webhook_secret])

    def platforms(self):
        return [*super().platforms(), *Merchant.objects.values_list("name", flat=True)]
