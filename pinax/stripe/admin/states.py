"""The state of an event in a word and a colour, the same on every page, and the rows that are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from pinax.stripe.models.event_queryset import PENDING
from pinax.stripe.operations.health import OVERDUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrOrPromise
    from django.utils.safestring import SafeString

    from pinax.stripe.models import Event

#: Pending and not given up. Each of these events has a next attempt, and an index leads to those that have one.
TRIED: Final = PENDING & Q(given_up_at__isnull=True, next_attempt_at__isnull=False)


class State(NamedTuple):
    """A state of an event; of several that hold, the first one counts.

    Attributes:
        name: its value in the query string, and its CSS class.
        words: what it is called.
        hint: what it means for the operator.
        look: good, busy, bad or quiet: its colour.
        holds: whether an event is in it.
        rows: the events that are in it.
    """

    name: str
    words: _StrOrPromise
    hint: _StrOrPromise
    look: str
    holds: Callable[[Event], bool]
    rows: Callable[[], Q]


def is_overdue(event: Event) -> bool:
    """Whether the next attempt of an event should have been made some time ago."""
    return event.next_attempt_at is not None and event.next_attempt_at < timezone.now() - OVERDUE


def _overdue() -> Q:
    return Q(next_attempt_at__lt=timezone.now() - OVERDUE)


STATES: Final = (
    State(
        "processed",
        _("Processed"),
        _("The object is synced, and every receiver has succeeded."),
        "good",
        lambda event: event.processed,
        lambda: Q(processed=True),
    ),
    State(
        "skipped",
        _("Skipped"),
        _("Recorded only: its type is switched off, its mode has no key, or the project does not want it."),
        "quiet",
        lambda event: event.skipped,
        lambda: Q(processed=False, skipped=True),
    ),
    State(
        "contradicted",
        _("Not acted on, though signed"),
        _("A webhook secret signed it, but Stripe contradicts it."),
        "bad",
        lambda event: event.valid is False and event.signed,
        lambda: Q(processed=False, skipped=False, valid=False, signed=True),
    ),
    State(
        "invalid",
        _("Not acted on"),
        _("Stripe contradicts it: it is forged, or not for this endpoint."),
        "quiet",
        lambda event: event.valid is False,
        lambda: Q(processed=False, skipped=False, valid=False, signed=False),
    ),
    State(
        "given-up",
        _("Given up"),
        _("It has failed too often, and is no longer retried automatically."),
        "bad",
        lambda event: event.given_up_at is not None,
        lambda: PENDING & Q(given_up_at__isnull=False),
    ),
    State(
        "overdue",
        _("Overdue"),
        _("It should have been tried some time ago: stripe_process does not run, or does not keep up."),
        "bad",
        is_overdue,
        lambda: TRIED & _overdue(),
    ),
    State(
        "receivers",
        _("Retrying receivers"),
        _("The object is synced. The receivers that have not succeeded are called again automatically."),
        "busy",
        lambda event: event.synced_at is not None,
        lambda: TRIED & ~_overdue() & Q(synced_at__isnull=False),
    ),
    State(
        "retrying",
        _("Retrying"),
        _("The last attempt failed; it is retried automatically."),
        "busy",
        lambda event: event.attempts > 0,
        lambda: TRIED & ~_overdue() & Q(synced_at__isnull=True, attempts__gt=0),
    ),
    State(
        "waiting",
        _("Waiting"),
        _("It has not been tried yet."),
        "quiet",
        lambda _event: True,
        lambda: TRIED & ~_overdue() & Q(synced_at__isnull=True, attempts=0),
    ),
)


def state_of(event: Event) -> State:
    """Return the state that an event is in."""
    return next(state for state in STATES if state.holds(event))


def shown(event: Event) -> SafeString:
    """Return the state of an event as pages show it."""
    state = state_of(event)
    return format_html('<span class="pinax-stripe-state {}" title="{}">{}</span>', state.look, state.hint, state.words)
