"""Filters of several lists that Django's own filters do not offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import parse_qsl

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin.statuses import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.contrib.admin.options import ModelAdmin
    from django.contrib.admin.views.main import ChangeList
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    #: A value in the query string, its label, and the rows that it selects.
    Meanings = Mapping[str, tuple[_StrOrPromise, Q]]

FOLDED: Final = "admin/pinax_stripe/folded_filter.html"

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


class Status(admin.SimpleListFilter):
    """The status of the object at Stripe, in Stripe's own word."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, _StrOrPromise]]:
        """Return the statuses that Stripe documents."""
        return [(status, status) for status in STATUSES[model_admin.model.__name__]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the objects with the status, also with one that is not among the choices."""
        return queryset.filter(status=self.value()) if self.value() else queryset


class Typed(admin.ListFilter):
    """A filter with inputs for what is typed."""

    template = "admin/pinax_stripe/typed_filter.html"
    #: The parameters in the query string; each has an input.
    parameters: ClassVar[Sequence[str]]
    #: The type of the inputs, and the labels of each.
    input_type = "search"
    labels: ClassVar[Sequence[_StrOrPromise]]
    placeholder = ""
    hint: _StrOrPromise = ""

    def __init__(
        self, request: HttpRequest, params: dict[str, list[str]], model: type[Any], model_admin: ModelAdmin[Any]
    ) -> None:
        super().__init__(request, params, model, model_admin)
        given = {name: params.pop(name, [""])[-1] for name in self.parameters}
        #: What was typed, without NUL characters, which PostgreSQL rejects.
        self.typed = {name: value.replace("\0", "").strip() for name, value in given.items()}
        self.others: list[tuple[str, str]] = []

    @property
    def inputs(self) -> list[tuple[str, str, _StrOrPromise]]:
        """The name, the value and the label of each input."""
        return [(name, value, label) for (name, value), label in zip(self.typed.items(), self.labels, strict=True)]

    @property
    def is_used(self) -> bool:
        """Whether anything was typed."""
        return any(self.typed.values())

    def known(self) -> Iterable[str]:
        """Return what the inputs suggest."""
        return ()

    def has_output(self) -> bool:
        """Return True: it is always shown."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Return the names of the query parameters."""
        return list(self.parameters)

    def choices(self, changelist: ChangeList) -> Iterator[Mapping[str, object]]:
        """Yield the only choice besides the inputs: all."""
        without = changelist.get_query_string(remove=[*self.parameters, PAGE_VAR])
        self.others = parse_qsl(without.removeprefix("?"), keep_blank_values=True)
        yield {"selected": not self.is_used, "query_string": without, "display": _("All")}


class Account(Typed):
    """A connected account; or, with the word ``platform``, the platform itself."""

    title = _("account")
    parameters = ("account",)
    labels = (_("Account"),)
    placeholder = "acct_…"
    hint = _("The id of a connected account, or platform")

    def known(self) -> Iterable[str]:
        """Return the word for the platform."""
        return ("platform",)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the account."""
        account = self.typed["account"]
        return queryset.filter(stripe_account="" if account == "platform" else account) if account else queryset


class Currency(Typed):
    """A currency, by its three letters."""

    title = _("currency")
    parameters = ("currency",)
    labels = (_("Currency"),)
    placeholder = "eur"
    hint = _("Three letters, e.g. eur")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the objects in the currency."""
        currency = self.typed["currency"].lower()
        return queryset.filter(currency=currency) if currency else queryset
