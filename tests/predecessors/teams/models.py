"""A team has customers, and is not a user."""

from django.db import models


class Team(models.Model):
    email = models.EmailField()

    def __str__(self):
        return self.email
