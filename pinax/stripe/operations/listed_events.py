"""An event as Stripe's own list has it: Stripe's word, so recording it confirms it, without another question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pinax.stripe.exceptions import UnreadableDelivery
from pinax.stripe.inbox.message import Message, read, received
from pinax.stripe.inbox.recording import confirm, is_ignored, record
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from pinax.stripe.inbox.message import Outcome
    from pinax.stripe.scope import Scope

#: What stands in ``verification_note`` of an event that was confirmed so.
NOTE: Final = "listed by Stripe"


class LocalState(NamedTuple):
    """How far an event is that we have a row of."""

    pk: int
    kind: str
    valid: bool | None
    processed: bool
    skipped: bool
    attempts: int
    next_attempt_at: datetime | None

    @property
    def is_scheduled(self) -> bool:
        """Whether nothing is left to do for a sweep: it is processed, or ``stripe_process`` tries it."""
        return self.processed or self.next_attempt_at is not None

    @property
    def is_settled(self) -> bool:
        """Whether Stripe's list has nothing to add: it is confirmed, or of a type that is switched off."""
        return bool(self.valid) or self._is_switched_off

    @property
    def is_untried(self) -> bool:
        """Whether it is confirmed, and nobody will do it: one that has failed comes again at its own time.

        One that was switched off half-way has none.
        """
        left_alone = self.skipped or not self.attempts
        return bool(self.valid) and left_alone and not (self.processed or self._is_switched_off)

    @property
    def _is_switched_off(self) -> bool:
        return self.skipped and is_ignored(self.kind)


def local_states(ids: Collection[str]) -> dict[str, LocalState]:
    """Return how far the events with these ids are, those that we have rows of; one statement."""
    rows = from_primary(Event.objects.filter(stripe_id__in=ids)).order_by()
    return {stripe_id: LocalState(*rest) for stripe_id, *rest in rows.values_list("stripe_id", *LocalState._fields)}


def read_listed(body: Any, scope: Scope) -> Message:
    """Return the message in an event that Stripe has listed for an account and mode.

    Raises:
        UnreadableDelivery: it is not an event, or not of that account and mode.
        RedactionFailed: the project's hook does not let it be kept.
    """
    return _in_scope(received(body), scope)


def skeleton_listed(body: Any, scope: Scope) -> Message:
    """Return what identifies an event that Stripe has listed, for when the rest of it cannot be recorded.

    Raises:
        UnreadableDelivery: as in `read_listed`.
    """
    return _in_scope(read(body), scope).skeleton


def _in_scope(message: Message, scope: Scope) -> Message:
    if not message.body.get("account") and message.stripe_account != scope.stripe_account:
        message = message.in_scope(scope)
    if message.stripe_account != scope.stripe_account:
        raise UnreadableDelivery(f"listed for another account than its own, {message.stripe_account}")
    if message.livemode != scope.livemode:
        raise UnreadableDelivery("listed for another mode than its own")
    return message


def take(message: Message) -> Event | Outcome:
    """Record an event that Stripe has listed, and confirm it; a forged row of the same id is set right.

    Returns:
        The event, confirmed; or what became of it, where there is nothing left to be done.
    """
    delivery = record(message, delivered=False)
    if delivery.outcome is None:
        confirm(delivery, message, NOTE)
    return delivery.outcome or delivery.event
