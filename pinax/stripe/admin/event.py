"""Events: what happened, whether Stripe confirms it, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pinax.stripe.admin import columns, filters
from pinax.stripe.admin.base import ReadOnlyAdmin
from pinax.stripe.admin.sections import HIDDEN, Failures, Note, Payload, Receipts, Refusals, Section, posted
from pinax.stripe.inbox.receivers import names_of
from pinax.stripe.models import Event, EventProcessingException, EventReceipt, RejectedDelivery, model_of
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise
    from django.utils.safestring import SafeString

    from pinax.stripe.models import StripeObject

#: How many failed tries and refused deliveries the page of an event shows; a link leads to all of them.
MOST_SHOWN: Final = 10
#: How many receivers it shows that have come through.
MOST_RECEIPTS: Final = 200


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Events, newest first."""

    list_display = ("kind", "happened", "confirmed", "progress", "carried", "customer_page", "mode", "account")
    list_filter = (
        filters.Kind,
        filters.Valid,
        filters.Processed,
        filters.Failed,
        filters.Skipped,
        filters.Mode,
        "created",
    )
    list_joins = ("customer",)
    list_defer = ("webhook_message", "validated_message", "customer__data")
    sortable_by = ("happened", "kind")
    search_fields = (
        "stripe_id",
        "object_id",
        "stripe_account",
        "customer__stripe_id",
        "request_id",
    )
    search_help_text = _("Exact match: the id of an event, an object, a customer, an account or a request.")
    fieldsets = (
        (
            _("What happened"),
            {
                "fields": (
                    "what",
                    "stripe_id",
                    "happened",
                    "mode",
                    "account",
                    "object_page",
                    "customer_page",
                    ("api_version", "request_id"),
                )
            },
        ),
        (_("Is it true?"), {"fields": ("confirmed", "verification_note", ("received", "delivered", "vouched_for"))}),
        (
            _("What became of it"),
            {
                "fields": (
                    "progress",
                    ("done", "recorded_only"),
                    ("next_try", "given_up"),
                    ("attempts", "failures"),
                    "pruned",
                )
            },
        ),
    )

    def sections(self, request: HttpRequest, obj: Event) -> Iterator[Section]:
        """Yield who has come through, what went wrong, what was refused, and the two messages."""
        if obj.synced_at and self.may_see(request, EventReceipt):
            yield self._receipts(obj)
        if self.may_see(request, EventProcessingException):
            yield from self._failures(obj, in_full=self.may_see_payloads(request))
        if self.may_see(request, RejectedDelivery):
            yield from self._refusals(request, obj)
        if obj.pruned_at:
            yield Note(_("Messages"), _("Pruned: they were blanked when they had been kept long enough."))
            return
        if obj.validated_message is not None:
            hint = _("The only copy that is acted on.")
            copy = Payload(_("Stripe's copy"), obj.validated_message, hint, is_open=True)
            yield self.payload(request, copy)
        hint = _("What was posted to the webhook. Anybody can post anything.")
        yield self.payload(request, Payload(_("As delivered"), obj.webhook_message, hint, is_open=not obj.valid))

    @admin.display(description=_("created"), ordering="created")
    def happened(self, event: Event) -> SafeString | str:
        """Show when it happened, to the second."""
        return columns.moment(event.created)

    @admin.display(description=_("received"))
    def received(self, event: Event) -> SafeString | str:
        """Show when it came first."""
        return columns.moment(event.received_at)

    @admin.display(description=_("signed by"))
    def vouched_for(self, event: Event) -> _StrOrPromise:
        """Show which webhook secret vouches for what was posted, by its label."""
        return event.signed_by or columns.yes_or_no(event.signed)

    @admin.display(description=_("processed at"))
    def done(self, event: Event) -> SafeString | str:
        """Show when it was done."""
        return columns.moment(event.processed_at) or self.admin_site.empty_value_display

    @admin.display(description=_("next attempt at"))
    def next_try(self, event: Event) -> SafeString | str:
        """Show when it is tried next."""
        return columns.moment(event.next_attempt_at) or self.admin_site.empty_value_display

    @admin.display(description=_("given up at"))
    def given_up(self, event: Event) -> SafeString | str:
        """Show when it was given up."""
        return columns.moment(event.given_up_at) or self.admin_site.empty_value_display

    @admin.display(description=_("skipped"))
    def recorded_only(self, event: Event) -> _StrOrPromise:
        """Show whether it is recorded only."""
        return columns.yes_or_no(event.skipped)

    @admin.display(description=_("pruned"))
    def pruned(self, event: Event) -> SafeString | str:
        """Show when its messages were blanked."""
        return columns.moment(event.pruned_at) or self.admin_site.empty_value_display

    @admin.display(description=_("confirmed"))
    def confirmed(self, event: Event) -> SafeString:
        """Show the three states of ``valid``."""
        return columns.confirmed(event)

    @admin.display(description=_("processed"))
    def progress(self, event: Event) -> SafeString:
        """Show whether it is done, and why not."""
        return columns.progress(event)

    @admin.display(description=_("mode"))
    def mode(self, event: Event) -> _StrOrPromise:
        """Show live or test."""
        return columns.mode(event)

    @admin.display(description=_("account"))
    def account(self, event: Event) -> SafeString | str:
        """Lead to the connected account."""
        return columns.account(event, self.admin_site)

    @admin.display(description=_("object"))
    def carried(self, event: Event) -> SafeString | str:
        """Lead to the list that has the object, if anything has: a row for each would cost a query for each."""
        if not event.object_id:
            return event.object_type
        model = model_of({"object": event.object_type, "id": event.object_id})
        return columns.listed(model, self.admin_site, event.object_id, q=event.object_id)

    @admin.display(description=_("customer"))
    def customer_page(self, event: Event) -> SafeString | str:
        """Lead to the customer."""
        return columns.link(event.customer, self.admin_site)

    @admin.display(description=_("kind"))
    def what(self, event: Event) -> SafeString:
        """Say in a sentence what the event type means."""
        sentence = registry.handler_for(event.kind).description
        return format_html('<strong>{}</strong><br><span class="quiet">{}</span>', event.kind, sentence)

    @admin.display(description=_("object"))
    def object_page(self, event: Event) -> SafeString | str:
        """Lead to the row of the object, where there is one."""
        # The id that a row without one of Stripe's has begins with its type.
        named = event.object_id.startswith(event.object_type)
        words = event.object_id if named else f"{event.object_type} {event.object_id}".strip()
        row = _row_of(event)
        return columns.link(row, self.admin_site, words) if row or not words else words

    @admin.display(description=_("delivered"))
    def delivered(self, event: Event) -> str:
        """Say how often Stripe has posted it."""
        return ngettext("%(count)d time", "%(count)d times", event.deliveries) % {"count": event.deliveries}

    def _receipts(self, event: Event) -> Section:
        """Return who has come through, and who has not yet, of the receivers that this process knows."""
        through = [(row.receiver, columns.moment(row.succeeded_at)) for row in event.receipts.all()[:MOST_RECEIPTS]]
        known = {name for name, _when in through}
        waiting: list[str] = []
        if not event.processed:
            names = names_of(event, registry.handler_for(event.kind))
            waiting = [name for name in names if name not in known]
        if event.processed:
            note = _("The others came through at the last try, which made the event done.")
        elif event.given_up_at:
            note = _("Nothing tries the others by itself any more. What came through is kept, and not repeated.")
        else:
            note = _("The object is written, and what came through is kept. The next try calls only the others.")
        return Receipts(_("Receivers"), through, waiting, note)

    def _failures(self, event: Event, *, in_full: bool) -> Iterator[Section]:
        rows = list(event.exceptions.all()[:MOST_SHOWN])
        if rows:
            link = self._all(EventProcessingException, event)
            yield Failures(_("What went wrong, newest first"), rows, link, in_full=in_full)

    def _refusals(self, request: HttpRequest, event: Event) -> Iterator[Section]:
        in_full = self.may_see_payloads(request)
        rows = [
            (
                columns.link(row, self.admin_site, row.reason),
                columns.moment(row.received_at),
                _posted(row, in_full=in_full),
            )
            for row in event.rejected.all()[:MOST_SHOWN]
        ]
        if rows:
            yield Refusals(_("Refused deliveries, newest first"), rows, self._all(RejectedDelivery, event))

    def _all(self, model: type[Any], event: Event) -> SafeString | str:
        return columns.listed(model, self.admin_site, _("Show all"), q=event.stripe_id)


def _posted(delivery: RejectedDelivery, *, in_full: bool) -> Payload | Note:
    title = _("What was posted")
    return Payload(title, posted(delivery.body), is_inner=True) if in_full else Note(title, HIDDEN, is_inner=True)


def _row_of(event: Event) -> StripeObject | None:
    """Return the row of the object that the event carries, as its handler finds it; tombstone or not."""
    snapshot = registry.handler_for(event.kind)(event).snapshot()
    if snapshot is not None:
        return snapshot.row()
    if not event.object_id:
        return None
    claimed = {"object": event.object_type, "id": event.object_id}
    rows = model_of(claimed).all_objects.about(claimed, event.scope)
    return rows.defer("data").first()
