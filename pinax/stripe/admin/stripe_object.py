"""The admin of every synced object; `pinax.stripe.admin.objects` has the columns of each list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Field, ForeignKey
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns, filters, states
from pinax.stripe.admin.acting import ActingAdmin, action_of
from pinax.stripe.admin.dashboard import dashboard
from pinax.stripe.admin.names import in_words
from pinax.stripe.admin.operations import FETCH
from pinax.stripe.admin.sections import Events, Payload
from pinax.stripe.admin.statuses import STATUSES
from pinax.stripe.models import Customer, Event, StripeObject
from pinax.stripe.models.fields import FromStripe, Lowercase, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.contrib.admin import AdminSite
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from pinax.stripe.admin.columns import Column
    from pinax.stripe.admin.sections import Section

#: How many events the page of an object shows, latest first; a link leads to all of them.
LATEST: Final = 20

_COMMON: Final = frozenset({"id", *(field.name for field in StripeObject._meta.get_fields())})


class StripeObjectAdmin(ActingAdmin):
    """Objects of one type, the last recorded first; deleted objects are marked, not hidden."""

    operations = (FETCH,)
    actions = (action_of(FETCH),)

    #: The columns of the list, besides those of every object.
    shown: ClassVar[Sequence[str]] = ()
    search_fields: ClassVar[tuple[str, ...]] = ("stripe_id",)
    search_help_text = _("Exact match: id.")

    # No index gives "newest first, undated ones last" on every database; this is fast on all of them.
    ordering = ("-pk",)
    sortable_by = ("came_to_be",)
    mode, account = columns.mode, columns.account
    customer_name = columns.method(_("customer"), columns.customer_by_name)
    came_to_be = columns.moment_of("created", _("created"), ordering="created")
    reflects = columns.moment_of("as_of", _("as of"))
    fetched = columns.moment_of("fetched_at", _("fetched at"))
    written = columns.moment_of("synced_at", _("synced at"))

    def __init__(self, model: type[StripeObject], site: AdminSite) -> None:
        super().__init__(model, site)
        own = (field for field in model._meta.concrete_fields if field.name not in _COMMON)
        self._own = [field for field in own if not isinstance(field, Lowercase)]  # these are there to be searched
        self._columns: dict[str, Column] = {field.name: columns.column_of(field, site) for field in self._own}
        self._references = [field.name for field in self._own if isinstance(field, Reference)]
        listed = [name for name in self.shown if name in self._references]
        others = [field.name for field in self._own if isinstance(field, ForeignKey) and field.name in self.shown]
        self.list_joins = list(dict.fromkeys([*listed, *others]))
        self.list_defer = ("data", *(f"{name}__data" for name in listed))
        self.list_filter = tuple(self._filters())  # type: ignore[misc]  # each model has others

    def _filters(self) -> Iterator[Any]:
        """Yield the filters whose columns the model has, and that an index serves on a large table."""
        indexed = {index.fields[0] for index in self.model._meta.indexes if index.fields}
        yield from (filters.Mode, filters.State)
        if self.model.__name__ in STATUSES:
            yield filters.Status
        if "currency" in indexed:
            yield filters.Currency
        if "stripe_account" in indexed:
            yield filters.Account
        yield "created"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return all rows, tombstones included, with the rows that they refer to."""
        rows: QuerySet[Any] = self.model.all_objects.order_by(*self.ordering)
        joined = rows.select_related(*self._references) if self._references else rows
        return joined.defer(*(f"{name}__data" for name in self._references))

    def get_list_display(self, request: HttpRequest) -> tuple[Column, ...]:
        """Return the columns of every object, with those of the model in between."""
        by_name = {"customer": self.customer_name} if self.may_see(request, Customer) else {}
        own = ({**self._columns, **by_name}[name] for name in self.shown)
        # Methods, not their names: some models have a field with the same name.
        return ("stripe_id", "came_to_be", self.oddity, *own, self.mode, self.account)

    def get_fieldsets(self, request: HttpRequest, obj: StripeObject | None = None) -> Any:
        """Return the fields of every object, and those of the model that are not empty."""
        filled = [field for field in self._own if obj and getattr(obj, field.attname) not in (None, "")]
        groups: tuple[tuple[Any, list[Any]], ...] = (
            (None, ["stripe_id", "came_to_be", self.mode, self.account, self.state, "at_stripe"]),
            (_("At Stripe"), [f for f in filled if isinstance(f, FromStripe) and not isinstance(f, Reference)]),
            (_("Refers to"), [f for f in filled if isinstance(f, Reference)]),
            (_("In this project"), [f for f in filled if not isinstance(f, FromStripe)]),
            (_("Local copy"), ["reflects", "fetched", "written", "referring"]),
        )
        return [
            (title, {"fields": [self._columns[f.name] if isinstance(f, Field) else f for f in fields]})
            for title, fields in groups
            if fields
        ]

    def sections(self, request: HttpRequest, obj: StripeObject) -> Iterator[Section]:
        """Yield the latest events about the object, and the whole object."""
        if self.may_see(request, Event):
            yield self._latest_events(obj)
        yield from self.whole(request, obj)

    def whole(self, request: HttpRequest, obj: StripeObject) -> Iterator[Section]:
        """Yield the whole object, unless it is known by its id only."""
        if obj.data is not None:
            yield self.payload(request, Payload(_("The whole object"), obj.data, _("As Stripe last described it.")))

    @admin.display(description=_("at Stripe"))
    def at_stripe(self, row: StripeObject) -> SafeString | str:
        """Link to the object in Stripe's dashboard."""
        stripe_object = getattr(row, "stripe_object", "")
        found = dashboard(stripe_object, row.stripe_id, stripe_account=row.stripe_account, livemode=row.livemode)
        return found or self.admin_site.empty_value_display

    @admin.display(description=_("state"))
    def state(self, row: StripeObject) -> SafeString:
        """Show whether the object still exists, and how much of it is known."""
        if row.is_deleted:
            return columns.icon(False, _("Deleted at Stripe"))
        if row.is_stub:
            return columns.icon(None, _("Known by its id only, because another object refers to it"))
        return columns.icon(True, _("Synced"))

    @admin.display(description=_("state"))
    def oddity(self, row: StripeObject) -> SafeString | str:
        """Mark the rows of a list that are not simply synced."""
        if row.is_deleted:
            return columns.icon(False, _("Deleted"))
        if row.incomplete:
            return columns.icon(None, _("Incomplete: Stripe truncated a list in it"))
        return columns.icon(None, _("Id only")) if row.is_stub else ""

    @admin.display(description=_("referred to by"))
    def referring(self, row: StripeObject) -> SafeString | str:
        """Link to the lists of objects that refer to it."""
        lists = [
            columns.listed(
                relation.related_model,
                self.admin_site,
                in_words(relation.get_accessor_name() or ""),
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
                states.shown(event),
            )
            for event in events
        ]
        everything = columns.listed(Event, self.admin_site, _("Show all"), q=row.stripe_id) if rows else ""
        return Events(_("Latest events about it"), rows, everything)
