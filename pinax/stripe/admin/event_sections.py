"""The sections of an event's page: its timeline, what changed, and how deliveries differ from Stripe's copy."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pinax.stripe.admin import columns, names
from pinax.stripe.admin.sections import MOST_SHOWN, Payload, Section, posted
from pinax.stripe.admin.states import is_overdue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from django.contrib.admin import AdminSite
    from django.utils.functional import _StrOrPromise
    from django.utils.safestring import SafeString

    from pinax.stripe.models import Event, EventProcessingException, EventReceipt, EventReplay, RejectedDelivery

#: The longest texts that are compared, in lines: comparing takes long for texts that nobody would read.
MOST_LINES: Final = 2_000


class Moment(NamedTuple):
    """A line of the timeline."""

    at: datetime
    words: _StrOrPromise
    details: SafeString | str = ""
    look: str = "quiet"


@dataclass(frozen=True)
class Timeline(Section):
    """What happened to an event, the oldest first; its last line is what happens next."""

    template = "admin/pinax_stripe/timeline.html"
    leads = True
    moments: Sequence[Moment]

    @property
    def rows(self) -> Iterator[tuple[SafeString | str, Moment]]:
        """The lines, with their times as they are shown."""
        return ((columns.moment(moment.at), moment) for moment in self.moments)


@dataclass(frozen=True)
class Changes(Section):
    """What an event says has changed: the field, its value before, and its value then."""

    template = "admin/pinax_stripe/changes.html"
    leads = True
    rows: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Difference(Section):
    """How a delivery differs from Stripe's copy, line by line."""

    template = "admin/pinax_stripe/difference.html"
    lines: Sequence[tuple[str, str]]
    is_too_long: bool = False


class Kept(NamedTuple):
    """What is kept of an event besides its row, as far as the user may see it."""

    errors: Sequence[EventProcessingException]
    receipts: Sequence[EventReceipt]
    rejected: Sequence[RejectedDelivery]
    asked_for: Sequence[EventReplay]


def timeline(event: Event, site: AdminSite, kept: Kept) -> Timeline:
    """Return what happened to an event."""
    moments = [*_own_moments(event)]
    for error in kept.errors:
        receiver = format_html("<code>{}</code> ", error.receiver) if error.receiver else ""
        details = format_html("{}{}", receiver, columns.link(error, site, _("Error")))
        moments.append(Moment(error.created_at, _("Failed: %s") % error.get_stage_display(), details, "bad"))
    moments += [
        Moment(row.succeeded_at, _("Receiver succeeded"), _receiver(event, row.receiver), "good")
        for row in kept.receipts
    ]
    moments += [
        Moment(row.received_at, _("Delivery rejected"), columns.link(row, site, row.reason), "bad")
        for row in kept.rejected
    ]
    moments += [Moment(row.requested_at, row.get_action_display(), _asked_for(row, site)) for row in kept.asked_for]
    return Timeline(gettext_lazy("Timeline"), sorted(moments, key=lambda moment: moment.at))


def changes(event: Event) -> Iterator[Changes]:
    """Yield what Stripe says has changed; nothing if it says nothing."""
    before, now = event.changes["before"], event.changes["after"]
    rows = [(name, _text(value), _text(now.get(name))) for name, value in before.items()]
    if rows:
        yield Changes(gettext_lazy("What changed"), rows)


def difference(delivery: RejectedDelivery, event: Event | None) -> Iterator[Difference]:
    """Yield how a rejected delivery differs from Stripe's copy; nothing if there is no such copy, or no JSON."""
    copy, body = event.message if event else None, posted(delivery.body)
    if copy is None or not isinstance(body, dict):
        return
    title = gettext_lazy("How it differs from Stripe's copy")
    theirs, ours = (Payload("", _sorted(value)).text.splitlines() for value in (copy, body))
    if max(len(theirs), len(ours)) > MOST_LINES or sum(map(len, theirs + ours)) > MOST_SHOWN:
        yield Difference(title, [], is_too_long=True)
        return
    found = list(difflib.unified_diff(theirs, ours, lineterm="", n=2))[2:]
    looks = {"+": "added", "-": "removed", "@": "place"}
    yield Difference(title, [(looks.get(line[:1], ""), line) for line in found])


def _own_moments(event: Event) -> Iterator[Moment]:
    yield Moment(event.created, _("Happened at Stripe"))
    times = ngettext("%d delivery", "%d deliveries", event.deliveries) % event.deliveries
    yield Moment(event.received_at, _("Recorded"), times)
    if event.synced_at:
        yield Moment(event.synced_at, _("Object synced"), _("Some receivers had not succeeded"))
    if event.processed_at:
        names = format_html_join("", "{}", ((_receiver(event, name),) for name in event.receivers))
        yield Moment(event.processed_at, _("Processed"), names, "good")
    if event.given_up_at:
        failures = ngettext("after %d failure", "after %d failures", event.failures) % event.failures
        yield Moment(event.given_up_at, _("Given up"), failures, "bad")
    if event.pruned_at:
        yield Moment(event.pruned_at, _("Messages pruned"))
    if event.next_attempt_at and not event.processed:
        late = is_overdue(event)
        words = _("Overdue: stripe_process does not run, or does not keep up") if late else _("Next attempt")
        yield Moment(event.next_attempt_at, words, look="bad" if late else "busy")


def _receiver(event: Event, name: str) -> SafeString:
    """Return the identity of a receiver, and how long it took, if that is known."""
    seconds = event.receivers.get(name)
    took = "" if seconds is None else _("%s s") % number_format(seconds, decimal_pos=3)
    return format_html("<code>{}</code> {} ", name, took)


def _asked_for(row: EventReplay, site: AdminSite) -> SafeString:
    return format_html(
        "{}: {} → {}", row.requested_by, row.reason, columns.link(row, site, names.known(row.outcome) or "…")
    )


def _text(value: Any) -> str:
    return Payload("", value).text


def _sorted(value: Any) -> Any:
    """Return JSON with its keys in order, so that their order makes no difference."""
    return json.loads(json.dumps(value, sort_keys=True))
