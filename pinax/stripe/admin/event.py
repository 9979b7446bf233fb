"""Events: what happened, whether Stripe confirms it, and how far it has been processed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pinax.stripe.admin import columns, event_filters, filters, states
from pinax.stripe.admin.acting import action_of
from pinax.stripe.admin.dashboard import dashboard
from pinax.stripe.admin.event_sections import Kept, changes, timeline
from pinax.stripe.admin.failures import Cause, FailuresAdmin
from pinax.stripe.admin.operations import ON_EVENTS
from pinax.stripe.admin.sections import HIDDEN, Failures, Note, Payload, Receivers, Rejections, Section, posted
from pinax.stripe.admin.sentences import described, row_of, sentence
from pinax.stripe.inbox.receivers import names_of
from pinax.stripe.models import (
    Customer,
    Event,
    EventProcessingException,
    EventReceipt,
    RejectedDelivery,
    model_of,
)
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise
    from django.utils.safestring import SafeString

    from pinax.stripe.admin.columns import Column

#: How many failed attempts and rejected deliveries the page of an event shows; a link leads to all of them.
MOST_SHOWN: Final = 10
#: How many receipts it shows.
MOST_RECEIPTS: Final = 200


@admin.register(Event)
class EventAdmin(FailuresAdmin):
    """Events, newest first."""

    operations = ON_EVENTS
    actions = tuple(map(action_of, ON_EVENTS))
    acts_in_order = ("created", "pk")

    list_display = (
        "mode",
        "status",
        "kind",
        "short_id",
        "carried",
        "customer_name",
        "account",
        "received_shortly",
        "tries",
    )
    list_display_links = ("kind",)
    list_filter = (
        event_filters.State,
        event_filters.Kind,
        event_filters.FoldedMode,
        event_filters.Platform,
        filters.Account,
        event_filters.Receiver,
        event_filters.Dates,
        event_filters.SkipCause,
        Cause,
    )
    list_joins = ("customer",)
    list_defer = ("webhook_message", "validated_message", "answer", "customer__data")
    sortable_by = ("kind",)
    search_fields = (
        "stripe_id",
        "thin_id",
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
                    ("stripe_id", "thin_id"),
                    "happened",
                    "mode",
                    ("platform", "account"),
                    "object_page",
                    "customer_page",
                    "others",
                    "at_stripe",
                    ("api_version", "request_id"),
                )
            },
        ),
        (_("Verification"), {"fields": ("confirmed", "verification_note", ("received", "delivered", "secret"))}),
        (
            _("Processing"),
            {
                "fields": (
                    "status",
                    ("finished", "skip_cause"),
                    ("next_attempt", "given_up"),
                    ("attempts", "failures"),
                    "pruned",
                )
            },
        ),
    )

    mode, account = columns.mode, columns.account
    happened = columns.moment_of("created", _("created"), ordering="created")
    received = columns.moment_of("received_at", _("received at"))
    finished = columns.moment_of("processed_at", _("processed at"))
    next_attempt = columns.moment_of("next_attempt_at", _("next attempt at"))
    given_up = columns.moment_of("given_up_at", _("given up at"))
    pruned = columns.moment_of("pruned_at", _("pruned at"))
    confirmed = columns.method(_("confirmed"), lambda event, _site: columns.confirmed(event))
    status = columns.method(_("status"), lambda event, _site: states.shown(event))
    short_id = columns.method(_("id"), lambda event, _site: columns.short(event.stripe_id))
    tries = columns.method(_("tries"), lambda event, _site: event.attempts)
    received_shortly = columns.moment_of("received_at", _("received"))
    customer_page = columns.method(_("customer"), lambda event, site: columns.link(event.customer, site))
    customer_name = columns.method(_("customer"), columns.customer_by_name)
    #: The label of the webhook secret that signed what was posted.
    secret = columns.method(_("signed by"), lambda event, _site: event.signed_by or columns.yes_or_no(event.signed))

    def get_list_display(self, request: HttpRequest) -> tuple[Column, ...]:
        """Return the columns; the names of customers only for users who may see customers."""
        without = "customer_page" if not self.may_see(request, Customer) else "customer_name"
        return tuple(without if name == "customer_name" else name for name in self.list_display)

    def headline(self, request: HttpRequest, row: Event) -> str:
        """Return what the event says as a sentence; it quotes the payload."""
        return sentence(row) if self.may_see_payloads(request) else ""

    def sections(self, request: HttpRequest, obj: Event) -> Iterator[Section]:
        """Yield the changes, the timeline, the receivers, the errors, the rejected deliveries, and the two messages."""
        in_full, kept = self.may_see_payloads(request), self._kept(request, obj)
        if in_full:
            yield from changes(obj)
        yield timeline(obj, self.admin_site, kept)
        yield from self._receivers(request, obj, kept)
        if kept.errors:
            link = self._all(EventProcessingException, obj)
            yield Failures(_("Errors, newest first"), kept.errors, link, in_full=in_full)
        yield from self._rejections(obj, kept, in_full=in_full)
        if obj.pruned_at:
            yield Note(_("Messages"), _("Pruned: they were blanked at the end of their retention period."))
            return
        if obj.message is not None:
            hint = _("The only copy that is acted on.")
            copy = Payload(_("Stripe's copy"), obj.message, hint, is_open=True)
            yield self.payload(request, copy)
        if obj.answer is not None:
            hint = _("What the response to the delivery contained.")
            yield self.payload(request, Payload(_("Answer"), obj.answer, hint, is_open=True))
        hint = _("What was posted to the webhook. Anybody can post anything.")
        yield self.payload(request, Payload(_("As delivered"), obj.webhook_message, hint, is_open=not obj.valid))

    @admin.display(description=_("object"))
    def carried(self, event: Event) -> SafeString | str:
        """Link to the list that has the object, if any has: a link to each row would cost a query each."""
        if not event.object_id:
            return event.object_type
        model = model_of({"object": event.object_type, "id": event.object_id})
        return columns.listed(model, self.admin_site, columns.short(event.object_id), q=event.object_id)

    @admin.display(description=_("kind"))
    def what(self, event: Event) -> SafeString:
        """Show the event type, and in a sentence what it means."""
        return format_html('<strong>{}</strong><br><span class="quiet">{}</span>', event.kind, described(event.kind))

    @admin.display(description=_("object"))
    def object_page(self, event: Event) -> SafeString | str:
        """Link to the row of the object, if there is one."""
        # An id that was made up for an object without one begins with the object type.
        named = event.object_id.startswith(event.object_type)
        words = event.object_id if named else f"{event.object_type} {event.object_id}".strip()
        row = row_of(event)
        return columns.link(row, self.admin_site, words) if row or not words else words

    @admin.display(description=_("other events"))
    def others(self, event: Event) -> SafeString | str:
        """Link to all events of the object, and of the customer."""
        customer = event.customer
        links = [
            columns.listed(Event, self.admin_site, words, q=its_id)
            for words, its_id in (
                (_("of the object"), event.object_id),
                (_("of the customer"), customer.stripe_id if customer else ""),
            )
            if its_id
        ]
        return format_html_join(" · ", "{}", ((link,) for link in links))

    @admin.display(description=_("at Stripe"))
    def at_stripe(self, event: Event) -> SafeString | str:
        """Link to the event in Stripe's dashboard."""
        return dashboard("event", event.stripe_id, stripe_account=event.stripe_account, livemode=event.livemode)

    @admin.display(description=_("delivered"))
    def delivered(self, event: Event) -> str:
        """Show how often Stripe has posted the event."""
        return ngettext("%(count)d time", "%(count)d times", event.deliveries) % {"count": event.deliveries}

    def _kept(self, request: HttpRequest, event: Event) -> Kept:
        """Return what is kept of the event, the newest first, as far as the user may see it."""

        def some(rows: Any, number: int = MOST_SHOWN) -> list[Any]:
            return list(rows[:number]) if self.may_see(request, rows.model) else []

        return Kept(
            errors=some(event.exceptions.all()),
            receipts=some(event.receipts.all(), MOST_RECEIPTS) if event.synced_at else [],
            rejected=some(event.rejected.all()),
            asked_for=some(event.replays.all()),
        )

    def _receivers(self, request: HttpRequest, event: Event, kept: Kept) -> Iterator[Section]:
        """Yield the receivers that have succeeded and, of those that this process knows, the others."""
        succeeded = dict.fromkeys(event.receivers, event.processed_at)
        waiting: list[str] = []
        note: _StrOrPromise = ""
        if event.synced_at and self.may_see(request, EventReceipt):
            succeeded |= {row.receiver: row.succeeded_at for row in kept.receipts}
            if event.processed:
                note = _("The seconds are those of the last attempt, which called only the receivers left.")
            elif event.given_up_at:
                note = _("The others are not called again automatically. Those that succeeded are not called again.")
            else:
                note = _("The object is synced. The next attempt calls only the receivers that have not succeeded.")
            if not event.processed:
                names = names_of(event, registry.handler_for(event.kind))
                waiting = [name for name in names if name not in succeeded]
        rows = [(name, columns.moment(when), _seconds(event, name)) for name, when in succeeded.items()]
        if rows or note:
            yield Receivers(_("Receivers"), rows, waiting, note)

    def _rejections(self, event: Event, kept: Kept, *, in_full: bool) -> Iterator[Section]:
        rows = [
            (
                columns.link(row, self.admin_site, row.reason),
                columns.moment(row.received_at),
                _posted(row, in_full=in_full),
            )
            for row in kept.rejected
        ]
        if rows:
            yield Rejections(_("Rejected deliveries, newest first"), rows, self._all(RejectedDelivery, event))

    def _all(self, model: type[Any], event: Event) -> SafeString | str:
        return columns.listed(model, self.admin_site, _("Show all"), q=event.stripe_id)


def _seconds(event: Event, receiver: str) -> str:
    """Return how long a receiver took in the last attempt, in seconds; empty if it was not called then."""
    seconds = event.receivers.get(receiver)
    return "" if seconds is None else number_format(seconds, decimal_pos=3)


def _posted(delivery: RejectedDelivery, *, in_full: bool) -> Payload | Note:
    title = _("What was posted")
    return Payload(title, posted(delivery.body), is_inner=True) if in_full else Note(title, HIDDEN, is_inner=True)
