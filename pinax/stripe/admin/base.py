"""The one base of every admin here: to look at, never to write.

What is asked of the database does not grow with the number of rows that are kept: counts are bounded, searches are
exact and on indexed columns, payloads are not read for lists.
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


#: How an address may narrow a list: as filters and our own links do.
BY_VALUE: Final = frozenset({"id", "exact", "in", "isnull", "gt", "gte", "lt", "lte"})


class LightChangeList(ChangeList):
    """A list that joins only what it shows, and leaves the large columns in the database."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: list[str | None] | None = None) -> QuerySet[Any]:
        """Return the rows to list."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        shown: ReadOnlyAdmin = self.model_admin  # type: ignore[assignment]  # nothing else has this list
        rows = rows.select_related(None).defer(None).defer(*shown.list_defer)
        return rows.select_related(*shown.list_joins) if shown.list_joins else rows


class ReadOnlyAdmin(_ModelAdmin):
    """Nothing is added, changed or deleted, whoever asks; whoever has the view permission may look.

    ``search_fields`` are compared as they are, to the whole of what was typed. One that leads over a reference
    (``event__stripe_id``) is followed first, so that only columns of the list's own table are searched.
    """

    #: References that a list shows.
    list_joins: Sequence[str] = ()
    #: Large columns, which a list does not need.
    list_defer: Sequence[str] = ()
    #: Columns of what was sent or said that a list shows: none can be narrowed by them.
    never_searched: Sequence[str] = ()

    actions = None
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    class Media:
        """Django's own look, and a few lines for what it has nothing for."""

        css: ClassVar[dict[str, Sequence[str]]] = {"all": ["pinax/stripe/admin.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: rows come from Stripe."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: rows say what Stripe says."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: the trail stays whole."""
        return False

    def sections(self, request: HttpRequest, obj: Any) -> Iterable[Section]:
        """What a page shows below the fields of ``obj``."""
        return ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Let nobody search the large columns by way of the address: all would be read, and told of.

        Nor any column but by its value: other ways read the whole table, and a database may fail at what was typed.
        """
        column, *ways = lookup.split("__")
        filters = {getattr(shown, "parameter_name", None) for shown in self.list_filter}  # know what they are given
        if "\0" in value and lookup not in filters:
            return False
        if column in {*self.list_defer, *self.never_searched} or not BY_VALUE.issuperset(ways):
            return False
        return super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]  # None, too

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        """Return the list that leaves the large columns where they are."""
        return LightChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the rows that have the whole of ``search_term`` in one of the columns searched, none of them twice.

        One index after the other is asked: given all the columns at once, a database may rather read the whole table.
        """
        term = search_term.strip()
        if not term:
            return queryset, False
        if "\0" in term:  # PostgreSQL would refuse it, and no row has one
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
        """Add the sections to what Django shows."""
        context["sections"] = list(self.sections(request, obj)) if obj is not None else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def may_see(self, request: HttpRequest, model: type[Model]) -> bool:
        """Whether this person may look at rows of another model here."""
        return self.admin_site.is_registered(model) and self.admin_site.get_model_admin(model).has_view_permission(
            request
        )

    def may_see_payloads(self, request: HttpRequest) -> bool:
        """Whether this person may look at what Stripe and strangers sent, and at what errors said."""
        return request.user.has_perm("pinax_stripe.view_payload")

    def payload(self, request: HttpRequest, shown: Section) -> Section:
        """Return a section for those who may look at payloads; for others, one that says so."""
        return shown if self.may_see_payloads(request) else Note(shown.title, HIDDEN)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list; a POST is refused where there is no action that it could ask for."""
        if request.method == "POST" and not self.get_actions(request):
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show that nobody has changed anything."""
        if request.method == "POST":
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def _found_by(self, path: str, term: str) -> Iterable[Any]:
        """Return the primary keys of rows with ``term`` at ``path``, the latest of them where there are too many."""
        reference, _, column = path.partition("__")
        if not column:
            return _latest(self.model, **{path: term})
        related: Any = self.model._meta.get_field(reference).related_model
        return _latest(self.model, **{f"{reference}__in": list(_latest(related, **{column: term}))})


def _latest(model: type[Model], **equals: Any) -> QuerySet[Any]:
    rows = model._base_manager.filter(**equals).order_by("-pk")
    return rows.values_list("pk", flat=True)[:MOST_LISTED]
