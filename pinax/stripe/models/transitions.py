"""Changes of an event's row: conditional updates, which the instance follows, and values that wait for the next one."""

from __future__ import annotations

import json
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db import models

from pinax.stripe.models.primary import primary
from pinax.stripe.models.statements import update

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Q


class Transitions(models.Model):
    """The one place that changes an event's row."""

    #: What `assign_unsaved` has left to the next `transition`: what differs from the row, and all of it.
    _unsaved: Mapping[str, Any] = MappingProxyType({})
    _unsaved_in_full: Mapping[str, Any] = MappingProxyType({})
    #: The row's ``next_attempt_at`` at that time.
    _lease_before: datetime | None = None

    class Meta:
        """Without a table of its own."""

        abstract = True

    def transition(self, values: Mapping[str, Any], *conditions: Q, **where: Any) -> bool:
        """Update the row if it still matches; the instance gets the values if and only if the row was updated.

        Values that were set with `assign_unsaved` are written, too.

        Args:
            values: plain values by attribute name, no expressions.
            conditions: conditions for the row, as `Q` objects.
            where: conditions for the row, as lookups.
        """
        unsaved = {**self._unsaved, **values}
        if not update(type(self), primary(type(self)), unsaved, *conditions, pk=self.pk, **where):
            return False
        self._take(unsaved)
        self._unsaved = self._unsaved_in_full = {}
        return True

    def assign_unsaved(self, values: Mapping[str, Any]) -> None:
        """Set values on the instance, which the next `transition` writes to the row; those that differ from it."""
        self._lease_before = vars(self)["next_attempt_at"]
        known = vars(self)
        differing = {
            name: value
            for name, value in values.items()
            if value is not known[name] and (not isinstance(value, str | datetime) or value != known[name])
        }
        self._take(values)
        # A copy: a receiver may change the messages that it gets.
        copies = {name: json.loads(json.dumps(value)) for name, value in differing.items() if isinstance(value, dict)}
        self._unsaved = {**self._unsaved, **differing, **copies}
        self._unsaved_in_full = {**self._unsaved_in_full, **values, **copies}

    def compare_lease(self, next_attempt_at: datetime | None) -> None:
        """Write all values that were set aside if the locked row has another ``next_attempt_at`` than before.

        The row may then differ in any of them: who replaces what was posted renews the lease.
        """
        if self._unsaved and next_attempt_at != self._lease_before:
            self._unsaved = self._unsaved_in_full

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again; values that were set aside are dropped."""
        self._unsaved = self._unsaved_in_full = {}
        super().refresh_from_db(*args, **kwargs)

    def _take(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)
