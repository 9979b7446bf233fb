from django.db import models


class Sale(models.Model):
    """A receiver's work: one row for each time that it was kept."""

    event_id = models.CharField(max_length=255)
    worker = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return self.event_id
