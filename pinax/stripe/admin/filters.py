"""Filters of several lists that Django's own filters do not offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.admin.options import ModelAdmin
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    #: A value in the query string, its label, and the rows that it selects.
    Meanings = Mapping[str, tuple[_StrOrPromise, Q]]

_PRESENT = Q(deleted_at__isnull=True)


class InWords(admin.SimpleListFilter):
    """A filter with a few choices, each with a label and a condition."""

    meanings: ClassVar[Meanings]

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, _StrOrPromise]]:
        """Return the choices."""
        return [(value, words) for value, (words, _rows) in self.meanings.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the choice; all of them if nothing is chosen."""
        chosen = self.meanings.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class Mode(InWords):
    """Live mode or test mode."""

    title = _("mode")
    parameter_name = "mode"
    meanings: ClassVar[Meanings] = {
        "live": (_("Live"), Q(livemode=True)),
        "test": (_("Test"), Q(livemode=False)),
    }


class State(InWords):
    """The state of an object's row, as lists show it. Deleted objects are listed too, so that they can be found."""

    title = _("state")
    parameter_name = "state"
    meanings: ClassVar[Meanings] = {
        "synced": (_("Synced"), _PRESENT & Q(synced_at__isnull=False, incomplete=False)),
        "incomplete": (_("Incomplete"), _PRESENT & Q(incomplete=True)),
        "stub": (_("Id only"), _PRESENT & Q(synced_at__isnull=True)),
        "deleted": (_("Deleted"), Q(deleted_at__isnull=False)),
    }
