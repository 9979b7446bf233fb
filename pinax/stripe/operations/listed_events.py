"""Events from Stripe's list endpoint: they are Stripe's own copy, so recording one confirms it without a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Q

from pinax.stripe.event_json import is_thin
from pinax.stripe.exceptions import UnreadableDelivery
from pinax.stripe.hooks import hookset
from pinax.stripe.inbox.confirmation import confirm, confirmation
from pinax.stripe.inbox.message import Message, at_home, read, received
from pinax.stripe.inbox.recording import is_ignored, record, record_by_identity
from pinax.stripe.inbox.rejections import store_once, unreadable_json
from pinax.stripe.inbox.transactions import database, retry_on_conflict
from pinax.stripe.inbox.verification import without_own_account
from pinax.stripe.keys import needs_account
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary
from pinax.stripe.plain_json import id_of
from pinax.stripe.platforms import is_own

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from pinax.stripe.inbox.message import Outcome
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope

#: The ``verification_note`` of an event that was confirmed so.
NOTE: Final = "listed by Stripe"
#: How many characters of messages one statement inserts: databases limit the size of a statement.
SIZE: Final = 1_000_000


class LocalState(NamedTuple):
    """The state of an event that has a row."""

    pk: int
    kind: str
    object_id: str
    valid: bool | None
    processed: bool
    skipped: bool
    attempts: int
    next_attempt_at: datetime | None

    @property
    def is_scheduled(self) -> bool:
        """Whether a reconciliation can leave it alone: it is processed, or ``stripe_process`` will try it."""
        return self.processed or self.next_attempt_at is not None

    @property
    def is_settled(self) -> bool:
        """Whether Stripe's list adds nothing: it is confirmed, or of a type that is switched off."""
        return bool(self.valid) or self._is_switched_off

    @property
    def is_untried(self) -> bool:
        """Whether it is confirmed, and nothing has tried it: one that has failed is retried on its own schedule.

        One that was switched off after a failure has no schedule.
        """
        left_alone = self.skipped or not self.attempts
        return bool(self.valid) and left_alone and not (self.processed or self._is_switched_off)

    @property
    def _is_switched_off(self) -> bool:
        return self.skipped and is_ignored(self.kind)


def local_states(bodies: Collection[Json]) -> dict[str, LocalState]:
    """Return the states of the listed events that have rows, by the ids of both forms of an event; one statement."""
    ids = {stripe_id for body in bodies for stripe_id in ids_in(body)}
    rows = from_primary(Event.objects.filter(Q(stripe_id__in=ids) | Q(thin_id__in=ids))).order_by()
    found = {}
    for stripe_id, thin_id, *rest in rows.values_list("stripe_id", "thin_id", *LocalState._fields):
        found[stripe_id] = LocalState(*rest)
        if thin_id:
            found[thin_id] = found[stripe_id]
    return found


def ids_in(body: Json) -> list[str]:
    """Return the id of a listed event, and of a thin event also the id of the snapshot event that it names."""
    return list(filter(None, [id_of(body), id_of(body.get("snapshot_event")) if is_thin(body) else None]))


def read_listed(body: Any, scope: Scope) -> Message:
    """Return the message in an event that Stripe has listed for an account and mode.

    Raises:
        UnreadableDelivery: it is not an event, or not of that account and mode.
        RedactionFailed: the project's hook does not let it be kept.
    """
    return _in_scope(received(body, platform=scope.platform), scope)


def keep_what_is_known(body: Any, scope: Scope, error: Exception) -> None:
    """Keep what is known of a listed event that could not be recorded because of an error.

    One that can be read is recorded by what identifies it, and ``stripe_process`` fetches the rest from Stripe.
    """
    if isinstance(error, UnreadableDelivery):
        store_once(unreadable_json(body, "listed by Stripe", error, scope.platform))
    else:
        record_by_identity(_in_scope(read(body, platform=scope.platform), scope).skeleton)


def _in_scope(message: Message, scope: Scope) -> Message:
    if message.is_thin and is_own(scope) and not needs_account(scope):
        message = at_home(without_own_account(message))
        if message.stripe_account != scope.stripe_account:
            return message  # of an account that is connected to the platform
    if not message.body.get("account") and message.stripe_account != scope.stripe_account:
        message = message.in_scope(scope)
    if message.stripe_account != scope.stripe_account:
        raise UnreadableDelivery(f"listed for another account than its own, {message.stripe_account}")
    if message.livemode != scope.livemode:
        raise UnreadableDelivery("listed for another mode than its own")
    return message


def is_wanted(message: Message) -> bool:
    """Whether neither the settings nor the project's hook leave an event out."""
    return not is_ignored(message.kind) and hookset().wants(message.body)


def record_listed(message: Message) -> Event | Outcome:
    """Record an event from Stripe's list, and confirm it; an invalid row with the same id is corrected.

    Returns:
        The event, confirmed; or its outcome, if nothing is left to be done.
    """
    delivery = record(message, delivered=False)
    if delivery.outcome is None:
        confirm(delivery, message, NOTE)
    return delivery.outcome or delivery.event


def insert_listed(messages: Sequence[Message]) -> dict[str, int]:
    """Insert confirmed events for messages from Stripe's list that have no row; all with one statement, if it can be.

    Returns:
        The primary keys by event id. Those that are missing there are for `record_listed`: another process may have
        inserted one of them meanwhile, or the database rejects one.
    """
    found: dict[str, int] = {}
    for some in _in_statements(messages):
        try:
            found |= _insert(some)
        except OperationalError:  # nothing is wrong with the events
            raise
        except DatabaseError:
            continue
    return found


@retry_on_conflict
def _insert(messages: Sequence[Message]) -> dict[str, int]:
    rows = [
        Event(**{"stripe_id": message.id, "deliveries": 0, **confirmation(message, message, NOTE)})
        for message in messages
    ]
    with transaction.atomic(database()):
        Event.objects.bulk_create(rows)
    if not all(row.pk for row in rows):  # MySQL does not return keys
        ids = [row.stripe_id for row in rows]
        keys = dict(from_primary(Event.objects.filter(stripe_id__in=ids)).values_list("stripe_id", "pk"))
        return {message.id: keys[row.stripe_id] for message, row in zip(messages, rows, strict=True)}
    return {message.id: row.pk for message, row in zip(messages, rows, strict=True)}


def _in_statements(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """Yield as many messages at a time as one statement may insert."""
    some: list[Message] = []
    size = 0
    for message in messages:
        own = len(str(message.body))
        if some and size + own > SIZE:
            yield some
            some, size = [], 0
        some.append(message)
        size += own
    if some:
        yield some
