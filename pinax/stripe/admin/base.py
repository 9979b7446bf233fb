"""The base class of every admin here: read-only.

The cost of a page does not grow with the number of rows: counts are bounded, searches are exact and use indexed
columns, and lists do not read payloads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied

from pinax.stripe.admin.paginator import MOST_LISTED, BoundedPaginator
from pinax.stripe.admin.sections import HIDDEN, Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest, HttpResponse

    from pinax.stripe.admin.sections import Section

    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


#: The lookups that a query string may use.
BY_VALUE: Final = frozenset({"id", "exact", "in", "isnull", "gt", "gte", "lt", "lte"})


class LightChangeList(ChangeList):
    """A list that joins only what it shows, and defers large columns."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: list[str | None] | None = None) -> QuerySet[Any]:
        """Return the rows to list."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        shown: ReadOnlyAdmin = self.model_admin  # type: ignore[assignment]  # only its admins use this list
        rows = rows.select_related(None).defer(None).defer(*shown.list_defer)
        return rows.select_related(*shown.list_joins) if shown.list_joins else rows


class ReadOnlyAdmin(_ModelAdmin):
    """Nobody can add, change or delete rows; users with the view permission can look at them.

    ``search_fields`` are compared exactly with the whole search term. For a field of a related model
    (``event__stripe_id``), the related rows are found first, so that only the list's own table is searched.
    """

    #: Foreign keys that a list shows.
    list_joins: Sequence[str] = ()
    #: Large columns, which lists do not read.
    list_defer: Sequence[str] = ()
    #: Columns with payloads or error messages that a list shows, but cannot be filtered by.
    never_searched: Sequence[str] = ()

    actions: Sequence[Any] | None = None
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    class Media:
        """A small style sheet for what Django's does not cover."""

        css: ClassVar[dict[str, Sequence[str]]] = {"all": ["pinax/stripe/admin.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: rows come from Stripe."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: rows say what Stripe says."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False: the audit trail stays complete."""
        return False

    def sections(self, request: HttpRequest, obj: Any) -> Iterable[Section]:
        """Return what a page shows below the fields of ``obj``."""
        return ()

    def headline(self, request: HttpRequest, row: Any) -> str:
        """Return what the page of a row is headed with; empty for its name."""
        return ""

    def operations_on(self, request: HttpRequest, row: Any) -> Sequence[tuple[str, Any]]:
        """Return the operations that the page of a row offers, each with the address of its confirmation."""
        return ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow lookups by value only, and none of a large column.

        A lookup of a payload would disclose it to users who may not see it. Others, such as ``regex``, read the whole
        table, and may be an error in the database.
        """
        column, *lookups = lookup.split("__")
        filters = {getattr(shown, "parameter_name", None) for shown in self.list_filter}
        filters.update(*(getattr(shown, "parameters", ()) for shown in self.list_filter))
        if "\0" in value and lookup not in filters:
            return False
        if column in {*self.list_defer, *self.never_searched} or not BY_VALUE.issuperset(lookups):
            return False
        return super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]  # None, too

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        """Return the list that defers large columns."""
        return LightChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the rows that have ``search_term`` as the value of a search field, without duplicates.

        Each index is queried by itself: for a condition on several columns a database may scan the whole table.
        """
        term = search_term.strip()
        if not term:
            return queryset, False
        if "\0" in term:  # PostgreSQL rejects it, and no row has one
            return queryset.none(), False
        found = {pk for path in self.search_fields for pk in self._found_by(path, term)}
        return queryset.filter(pk__in=found), False

    def render_change_form(  # noqa: PLR0913, PLR0917  (Django's own signature)
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Render the page with its sections."""
        context["sections"] = list(self.sections(request, obj)) if obj is not None else []
        headline = self.headline(request, obj) if obj is not None else ""
        context["subtitle"] = headline or context.get("subtitle")
        context["operations"] = self.operations_on(request, obj) if obj is not None else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def may_see(self, request: HttpRequest, model: type[Model]) -> bool:
        """Whether the user may view rows of another model in this admin site."""
        return self.admin_site.is_registered(model) and self.admin_site.get_model_admin(model).has_view_permission(
            request
        )

    def may_see_payloads(self, request: HttpRequest) -> bool:
        """Whether the user may view payloads and error messages."""
        return request.user.has_perm("pinax_stripe.view_payload")

    def payload(self, request: HttpRequest, shown: Section) -> Section:
        """Return the section if the user may view payloads, else a note that it is hidden."""
        return shown if self.may_see_payloads(request) else Note(shown.title, HIDDEN)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list; a POST is denied if there are no actions."""
        if request.method == "POST" and not self.get_actions(request):
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the history, which is empty: nobody can change anything here."""
        if request.method == "POST":
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def _found_by(self, path: str, term: str) -> Iterable[Any]:
        """Return the primary keys of rows with ``term`` at ``path``; of too many, the latest."""
        reference, _, column = path.partition("__")
        if not column:
            return _latest(self.model, **{path: term})
        related: Any = self.model._meta.get_field(reference).related_model
        return _latest(self.model, **{f"{reference}__in": list(_latest(related, **{column: term}))})


def _latest(model: type[Model], **equals: Any) -> QuerySet[Any]:
    rows = model._base_manager.filter(**equals).order_by("-pk")
    return rows.values_list("pk", flat=True)[:MOST_LISTED]
