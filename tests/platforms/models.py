from django.db import models


class Merchant(models.Model):
    """A platform whose keys are in the database, as of a project whose customers bring their own Stripe accounts."""

    name = models.SlugField(unique=True)
    account = models.CharField(max_length=255)
    secret_key = models.CharField(max_length=255)
    webhook_secret = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.name
