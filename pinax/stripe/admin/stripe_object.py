"""The one base for every synced object; what a list of each shows is in `pinax.stripe.admin.objects`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Field
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns, filters
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.admin.sections import Events, Payload
from pinax.stripe.models import Event, StripeObject
from pinax.stripe.models.fields import FromStripe, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.contrib.admin import AdminSite
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from pinax.stripe.admin.columns import Column
    from pinax.stripe.admin.sections import Section

#: How many of the latest events the page of an object shows; a link leads to all of them.
LATEST: Final = 20

_COMMON: Final = frozenset({"id", *(field.name for field in StripeObject._meta.get_fields())})


class StripeObjectAdmin(ReadOnlyAdmin):
    """Objects of one kind, those that we learnt of last first; deleted ones are marked, not hidden.

    Attributes:
        shown: the columns of a list, besides what all objects have.
    """

    shown: ClassVar[Sequence[str]] = ()
    search_fields = ("stripe_id",)
    search_help_text = _("Exact match: id.")

    # No index gives "newest first, undated ones last" on every database; this costs nothing on any.
    ordering = ("-pk",)
    sortable_by = ("came_to_be",)
    list_filter = (filters.Mode, filters.Deleted, filters.IdOnly, filters.Incomplete, "created")

    def __init__(self, model: type[StripeObject], site: AdminSite) -> None:
        super().__init__(model, site)
        self._own = [field for field in model._meta.concrete_fields if field.name not in _COMMON]
        self._columns: dict[str, Column] = {field.name: columns.column_of(field, site) for field in self._own}
        self._references = [field.name for field in self._own if isinstance(field, Reference)]
        listed = [name for name in self.shown if name in self._references]
        self.list_joins = listed
        self.list_defer = ("data", *(f"{name}__data" for name in listed))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return all rows, tombstones too, with the rows that they point at."""
        rows: QuerySet[Any] = self.model.all_objects.order_by(*self.ordering)
        joined = rows.select_related(*self._references) if self._references else rows
        return joined.defer(*(f"{name}__data" for name in self._references))

    def get_list_display(self, request: HttpRequest) -> tuple[Column, ...]:
        """Return what all objects have, with the kind's own columns in between."""
        own = (self._columns[name] for name in self.shown)
        # Methods, not their names: some kinds have a column that is called so.
        return ("stripe_id", "came_to_be", self.oddity, *own, self.mode, self.account)

    def get_fieldsets(self, request: HttpRequest, obj: StripeObject | None = None) -> Any:
        """Return what all objects have, and of the kind's own columns those that say something."""
        told = [field for field in self._own if obj and getattr(obj, field.attname) not in (None, "")]
        groups: tuple[tuple[Any, list[Any]], ...] = (
            (None, ["stripe_id", "came_to_be", self.mode, self.account, self.state]),
            (_("What Stripe says"), [f for f in told if isinstance(f, FromStripe) and not isinstance(f, Reference)]),
            (_("What it refers to"), [f for f in told if isinstance(f, Reference)]),
            (_("In this project"), [f for f in told if not isinstance(f, FromStripe)]),
            (_("Our copy"), ["reflects", "asked", "written", "pointing_here"]),
        )
        return [
            (title, {"fields": [self._columns[f.name] if isinstance(f, Field) else f for f in fields]})
            for title, fields in groups
            if fields
        ]

    def sections(self, request: HttpRequest, obj: StripeObject) -> Iterator[Section]:
        """Yield the latest events about it, and the whole object."""
        if self.may_see(request, Event):
            yield self._latest_events(obj)
        if obj.data is not None:
            yield self.payload(request, Payload(_("The whole object"), obj.data, _("As Stripe last described it.")))

    @admin.display(description=_("mode"))
    def mode(self, row: StripeObject) -> str:
        """Show live or test."""
        return str(columns.mode(row))

    @admin.display(description=_("account"))
    def account(self, row: StripeObject) -> SafeString | str:
        """Lead to the connected account."""
        return columns.account(row, self.admin_site)

    @admin.display(description=_("created"), ordering="created")
    def came_to_be(self, row: StripeObject) -> SafeString | str:
        """Show when it came to be, to the second."""
        return columns.moment(row.created) or self.admin_site.empty_value_display

    @admin.display(description=_("state"))
    def state(self, row: StripeObject) -> SafeString:
        """Say whether it is still there, and how much of it is known."""
        if row.is_deleted:
            return columns.icon(False, _("Deleted at Stripe"))
        if row.is_stub:
            return columns.icon(None, _("Known by its id only, because another object points at it"))
        return columns.icon(True, _("Synced"))

    @admin.display(description=_("state"))
    def oddity(self, row: StripeObject) -> SafeString | str:
        """Mark in a list what is not just synced."""
        if row.is_deleted:
            return columns.icon(False, _("Deleted"))
        if row.incomplete:
            return columns.icon(None, _("Incomplete: Stripe cut a list in it"))
        return columns.icon(None, _("Id only")) if row.is_stub else ""

    @admin.display(description=_("reflects"))
    def reflects(self, row: StripeObject) -> SafeString | str:
        """Show the moment at Stripe that the row reflects."""
        return columns.moment(row.as_of) or self.admin_site.empty_value_display

    @admin.display(description=_("fetched"))
    def asked(self, row: StripeObject) -> SafeString | str:
        """Show when Stripe was last asked for it."""
        return columns.moment(row.fetched_at) or self.admin_site.empty_value_display

    @admin.display(description=_("written"))
    def written(self, row: StripeObject) -> SafeString | str:
        """Show when the row was last written."""
        return columns.moment(row.synced_at) or self.admin_site.empty_value_display

    @admin.display(description=_("what refers to it"))
    def pointing_here(self, row: StripeObject) -> SafeString | str:
        """Lead to the lists of what points at it."""
        lists = [
            columns.listed(
                relation.related_model,
                self.admin_site,
                (relation.get_accessor_name() or "").replace("_", " "),
                **{f"{relation.field.name}__id__exact": row.pk},
            )
            for relation in row._meta.related_objects
        ]
        return format_html_join(" · ", "{}", ((link,) for link in lists)) or self.admin_site.empty_value_display

    def _latest_events(self, row: StripeObject) -> Section:
        events = Event.objects.about(row).defer("webhook_message", "validated_message")[:LATEST]
        rows = [
            (
                columns.link(event, self.admin_site, event.kind),
                columns.moment(event.created),
                columns.confirmed(event),
                columns.progress(event),
            )
            for event in events
        ]
        everything = columns.listed(Event, self.admin_site, _("Show all"), q=row.stripe_id) if rows else ""
        return Events(_("Latest events about it"), rows, everything)
