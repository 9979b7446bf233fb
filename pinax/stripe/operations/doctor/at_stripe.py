"""What Stripe says of a mode: whether the key works, which endpoints there are, what is not delivered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pinax.stripe import client
from pinax.stripe.exceptions import AccountRefused, NoSuchObject, PinaxStripeError, StripeUnreachable
from pinax.stripe.imports.lists import object_types
from pinax.stripe.keys import key_for
from pinax.stripe.operations.endpoints import api
from pinax.stripe.platforms import connected_account_of

if TYPE_CHECKING:
    from pinax.stripe.operations.endpoints.api import Found
    from pinax.stripe.scope import Scope
    from pinax.stripe.times import Asked

#: How long Stripe may take to deliver an event before it counts as undelivered, and how far back is looked, in seconds.
PATIENCE: Final = 10 * 60
LOOKED_BACK: Final = 3 * 24 * 60 * 60

_FORBIDDEN: Final = 403


@dataclass
class AtStripe:
    """What Stripe says of an account in one mode.

    Attributes:
        scope: the account and the mode.
        error: why its events cannot be listed; None if they can.
        asked: when Stripe was asked and answered, by its own clock; None if it did not answer.
        here: when it answered, by the clock of this machine.
        found: its endpoints; None if they cannot be listed.
        not_listed: why endpoints cannot be listed; empty if they can.
        forbidden: the lists that the key may not read.
        undelivered: events that some endpoint has not answered 2xx for some time.
    """

    scope: Scope
    error: PinaxStripeError | None = None
    asked: Asked | None = None
    here: datetime | None = None
    found: Found | None = None
    not_listed: str = ""
    forbidden: list[str] = field(default_factory=list)
    undelivered: list[dict[str, Any]] = field(default_factory=list)


def ask(scope: Scope) -> AtStripe:
    """Ask Stripe about an account in one mode; what fails is noted."""
    answers = AtStripe(scope)
    try:
        page = client.page("/v1/events", {}, {"limit": "1"}, scope)
    except PinaxStripeError as error:
        answers.error = error
        return answers
    answers.asked, answers.here = page.asked, datetime.now(tz=UTC)
    try:
        answers.found = api.listed(scope)
    except PinaxStripeError as error:
        answers.not_listed = str(error)
    answers.undelivered = _undelivered(answers)
    answers.forbidden = _forbidden(scope)
    return answers


def _undelivered(answers: AtStripe) -> list[dict[str, Any]]:
    now = int(answers.asked.answered_at.timestamp()) if answers.asked else 0
    try:
        events = api.undelivered(answers.scope, now - LOOKED_BACK)
    except PinaxStripeError:
        return []
    return [event for event in events if event.get("created", now) < now - PATIENCE]


def _forbidden(scope: Scope) -> list[str]:
    """Return the object types with a model whose list a restricted key may not read; others may read everything."""
    if not key_for(scope).startswith("rk_"):
        return []
    found = []
    for kind in object_types():
        source = kind.model.list_of(kind.object_type, connected_account_of(scope))
        if source is None or "{" in source.path:
            continue
        try:
            client.page(source.path.partition("?")[0], {}, {"limit": "1"}, scope)
        except (NoSuchObject, AccountRefused):
            continue
        except StripeUnreachable as error:
            if error.status == _FORBIDDEN:
                found.append(kind.object_type)
    return found
