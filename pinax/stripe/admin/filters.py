"""Filters of lists that Django's own filters do not offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pinax.stripe.catalog import CATALOG

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.contrib.admin.options import ModelAdmin
    from django.contrib.admin.views.main import ChangeList
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    #: A value in the query string, its label, and the rows that it selects.
    Meanings = Mapping[str, tuple[_StrOrPromise, Q]]

_PENDING = Q(processed=False, skipped=False) & (Q(valid=True) | Q(valid__isnull=True))
_FAILED = _PENDING & Q(attempts__gt=0)
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


class Valid(InWords):
    """Whether Stripe confirms the event."""

    title = _("confirmation")
    parameter_name = "confirmed"
    meanings: ClassVar[Meanings] = {
        "yes": (_("Confirmed"), Q(valid=True)),
        "no": (_("Not confirmed"), Q(valid=False)),
        "contradicted": (_("Not confirmed, though signed"), Q(valid=False, signed=True)),
        "unknown": (_("Not asked yet"), Q(valid__isnull=True)),
    }


class Failed(InWords):
    """Whether the event is pending after an attempt, as `Event.objects.failed`, and what it is waiting for."""

    title = _("failed")
    parameter_name = "failed"
    meanings: ClassVar[Meanings] = {
        "yes": (_("Yes"), _FAILED),
        "receivers": (_("Waiting for receivers"), _PENDING & Q(synced_at__isnull=False, given_up_at__isnull=True)),
        "given-up": (_("Given up"), _PENDING & Q(given_up_at__isnull=False)),
        "no": (_("No"), ~_FAILED),
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


class Kind(admin.ListFilter):
    """An input for an event type, ``invoice.paid``, or the beginning of one and an asterisk, ``invoice.*``."""

    title = _("kind")
    template = "admin/pinax_stripe/kind_filter.html"
    parameter_name = "kind"
    known = tuple(CATALOG)

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[Any],
        model_admin: ModelAdmin[Any],
    ) -> None:
        super().__init__(request, params, model, model_admin)
        typed = params.pop(self.parameter_name, [""])[-1]
        #: What was typed, without NUL characters, which PostgreSQL rejects.
        self.typed = typed.replace("\0", "").strip()
        self.others: list[tuple[str, str]] = []

    def has_output(self) -> bool:
        """Return True: it is always shown."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Return the name of the query parameter."""
        return [self.parameter_name]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the events of the type, or of the types with the prefix."""
        if not self.typed:
            return queryset
        if self.typed.endswith("*"):
            return queryset.filter(kind__startswith=self.typed[:-1])
        return queryset.filter(kind=self.typed)

    def choices(self, changelist: ChangeList) -> Iterator[Mapping[str, object]]:
        """Yield the only choice besides the input: all."""
        without = changelist.get_query_string(remove=[self.parameter_name, PAGE_VAR])
        self.others = parse_qsl(without.removeprefix("?"), keep_blank_values=True)
        yield {"selected": not self.typed, "query_string": without, "display": _("All")}
