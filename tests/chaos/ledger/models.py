from django.db import models


class Entry(models.Model):
    """A receiver's work for an event: one row for each time that it was kept. Nothing is unique, on purpose."""

    event_id = models.CharField(max_length=255, db_index=True)
    receiver = models.CharField(max_length=20)
    process = models.CharField(max_length=20, default="")

    def __str__(self) -> str:
        return f"{self.event_id} {self.receiver}"
