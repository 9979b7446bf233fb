"""When the management commands that have to run regularly were active."""

from __future__ import annotations

from django.db import models


class CommandRun(models.Model):
    """When a management command that has to run regularly was last active; one row for each command.

    ``stripe_process`` writes it at the end of each run, and at most once a minute while it runs. All of its processes
    share the row. ``stripe_status --alert`` writes one, too.

    If the project overrides ``HookSet.alert``, there is also a row for each alert that was reported and is not resolved
    yet, named like ``alert critical given_up``: since when there is the alert, and when it was last found.
    """

    name = models.CharField(max_length=100, unique=True, help_text="The name of the command.")
    started_at = models.DateTimeField(help_text="When the process started that was last active.")
    active_at = models.DateTimeField(help_text="When it was last active.")

    class Meta:
        """One row for a command."""

        db_table = "pinaxstripe_commandrun"

    def __str__(self) -> str:
        return self.name
