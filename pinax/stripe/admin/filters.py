"""Filters of lists, in words."""

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

    #: What stands in the address, what a person reads, and the rows that are meant.
    Meanings = Mapping[str, tuple[_StrOrPromise, Q]]

_PENDING = Q(processed=False, skipped=False) & (Q(valid=True) | Q(valid__isnull=True))
_FAILED = _PENDING & Q(attempts__gt=0)


class InWords(admin.SimpleListFilter):
    """A filter of a few choices, each with its words and its rows."""

    meanings: ClassVar[Meanings]

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, _StrOrPromise]]:
        """Return the choices."""
        return [(value, words) for value, (words, _rows) in self.meanings.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the choice; all of them where there is none."""
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
        "unknown": (_("Not asked yet"), Q(valid__isnull=True)),
    }


class Processed(InWords):
    """Whether the event is done."""

    title = _("processed")
    parameter_name = "done"
    meanings: ClassVar[Meanings] = {
        "yes": (_("Yes"), Q(processed=True)),
        "no": (_("No"), Q(processed=False)),
    }


class Failed(InWords):
    """Whether the event still waits although it has been tried, as `Event.objects.failed` says, and for what."""

    title = _("failed")
    parameter_name = "failed"
    meanings: ClassVar[Meanings] = {
        "yes": (_("Yes"), _FAILED),
        "receivers": (_("Waiting for receivers"), _PENDING & Q(synced_at__isnull=False, given_up_at__isnull=True)),
        "given-up": (_("Given up"), _PENDING & Q(given_up_at__isnull=False)),
        "no": (_("No"), ~_FAILED),
    }


class Skipped(InWords):
    """Whether the event is recorded only."""

    title = _("skipped")
    parameter_name = "skipped"
    meanings: ClassVar[Meanings] = {
        "yes": (_("Yes"), Q(skipped=True)),
        "no": (_("No"), Q(skipped=False)),
    }


class Deleted(InWords):
    """Whether the object is gone at Stripe. Both are listed at first: who looks for a deleted card shall find it."""

    title = _("deleted")
    parameter_name = "deleted"
    meanings: ClassVar[Meanings] = {
        "yes": (_("Yes"), Q(deleted_at__isnull=False)),
        "no": (_("No"), Q(deleted_at__isnull=True)),
    }


class IdOnly(InWords):
    """Whether no more is known than that another object points at it."""

    title = _("id only")
    parameter_name = "stub"
    meanings: ClassVar[Meanings] = {
        "yes": (_("Yes"), Q(synced_at__isnull=True)),
        "no": (_("No"), Q(synced_at__isnull=False)),
    }


class Incomplete(InWords):
    """Whether Stripe cut a list in the object, and could not be asked for the rest."""

    title = _("incomplete")
    parameter_name = "incomplete"
    meanings: ClassVar[Meanings] = {
        "yes": (_("Yes"), Q(incomplete=True)),
        "no": (_("No"), Q(incomplete=False)),
    }


class Kind(admin.ListFilter):
    """The event type, typed in: ``invoice.paid``, or the beginning of it and a star, ``invoice.*``."""

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
        #: What was typed; no database is asked for a NUL, which PostgreSQL would refuse.
        self.typed = typed.replace("\0", "").strip()
        self.others: list[tuple[str, str]] = []

    def has_output(self) -> bool:
        """Whether it is shown: always."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Return the name that stands in the address."""
        return [self.parameter_name]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the events of the type, or of the types that begin so."""
        if not self.typed:
            return queryset
        if self.typed.endswith("*"):
            return queryset.filter(kind__startswith=self.typed[:-1])
        return queryset.filter(kind=self.typed)

    def choices(self, changelist: ChangeList) -> Iterator[Mapping[str, object]]:
        """Yield the one choice that needs no typing: all."""
        without = changelist.get_query_string(remove=[self.parameter_name, PAGE_VAR])
        self.others = parse_qsl(without.removeprefix("?"), keep_blank_values=True)
        yield {"selected": not self.typed, "query_string": without, "display": _("All")}
