"""Evidence of refused posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.admin.sections import Payload, posted
from pinax.stripe.models import RejectedDelivery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from pinax.stripe.admin.sections import Section


@admin.register(RejectedDelivery)
class RejectedDeliveryAdmin(ReadOnlyAdmin):
    """Refused deliveries, newest first."""

    list_display = ("number", "received", "reason", "kind", "bytes", "event_page")
    list_display_links = ("number", "received")
    list_filter = ("cause", "received_at")
    list_joins = ("event",)
    list_defer = ("body", "event__webhook_message", "event__validated_message")
    sortable_by = ()
    search_fields = ("stripe_id",)
    search_help_text = _("Exact match: the id that the body claims.")
    fields = ("cause", "reason", "received", "bytes", "kind", "event_page")

    def sections(self, request: HttpRequest, obj: RejectedDelivery) -> Iterator[Section]:
        """Yield what was posted."""
        hint = _("Nobody confirms this; nothing of it was acted on.")
        yield self.payload(request, Payload(_("What was posted"), posted(obj.body), hint, is_open=True))

    @admin.display(description=_("number"))
    def number(self, row: RejectedDelivery) -> int:
        """Show its number: where numbers jump, more was refused than is kept."""
        return row.pk

    @admin.display(description=_("size"))
    def bytes(self, row: RejectedDelivery) -> str:
        """Show how large the body was."""
        return self.admin_site.empty_value_display if row.size is None else filesizeformat(row.size)

    @admin.display(description=_("received"))
    def received(self, row: RejectedDelivery) -> SafeString | str:
        """Show when it came, to the second."""
        return columns.moment(row.received_at)

    @admin.display(description=_("event"))
    def event_page(self, row: RejectedDelivery) -> SafeString | str:
        """Lead to the event whose id it claims; the id alone where there is none, or no proof that it is meant."""
        if row.event:
            return columns.link(row.event, self.admin_site)
        return row.stripe_id or self.admin_site.empty_value_display
