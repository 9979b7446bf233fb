"""One table."""

from django.db import models


class Delivery(models.Model):
    """The body of a POST."""

    stripe_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=255)
    body = models.JSONField()

    def __str__(self) -> str:
        return self.stripe_id
