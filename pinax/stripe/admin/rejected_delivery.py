"""Rejected deliveries: what was posted, and why it was rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.admin.event_sections import difference
from pinax.stripe.admin.sections import Payload, posted
from pinax.stripe.models import Event, RejectedDelivery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from pinax.stripe.admin.sections import Section


@admin.register(RejectedDelivery)
class RejectedDeliveryAdmin(ReadOnlyAdmin):
    """Rejected deliveries, newest first."""

    list_display = ("number", "received", "reason", "kind", "bytes", "event_page")
    list_display_links = ("number", "received")
    list_filter = ("cause", "received_at")
    list_joins = ("event",)
    list_defer = ("body", "event__webhook_message", "event__validated_message", "event__answer")
    sortable_by = ()
    search_fields = ("stripe_id",)
    search_help_text = _("Exact match: the id that the body claims.")
    fields = ("cause", "reason", "received", "bytes", "platform", "kind", "event_page")

    #: A gap in the numbers shows that more deliveries were rejected than are kept.
    number = columns.method(_("number"), lambda row, _site: row.pk)
    bytes = columns.method(_("size"), lambda row, _site: None if row.size is None else filesizeformat(row.size))
    received = columns.moment_of("received_at", _("received at"))
    #: The event whose id the body claims; only the id, if no such event is recorded or the claim is not proven.
    event_page = columns.event_link()

    def sections(self, request: HttpRequest, obj: RejectedDelivery) -> Iterator[Section]:
        """Yield how it differs from Stripe's copy, if that is known, and what was posted."""
        event, hint = obj.event, _("Nobody confirms this; it was not acted on.")
        if obj.cause == RejectedDelivery.Cause.COMPARED:  # it may have come before its event was recorded
            event = Event.objects.filter(stripe_id=obj.stripe_id).first()
            hint = _("Signed with a webhook secret; it was only compared.")
        if self.may_see_payloads(request):
            yield from difference(obj, event)
        yield self.payload(request, Payload(_("What was posted"), posted(obj.body), hint, is_open=True))
