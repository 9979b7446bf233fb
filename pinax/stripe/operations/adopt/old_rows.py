"""What is read from a predecessor's tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime


class OldEvent(NamedTuple):
    """An event that a predecessor has processed.

    Attributes:
        stripe_id: ``evt_…``.
        kind: the event type.
        livemode: True for live mode; None if the row does not say.
        received_at: when the predecessor recorded it.
        created: when it happened, if the predecessor has a column for that; else when it was recorded.
        body: the event as JSON, if the predecessor has kept it; else None.
        stripe_account: the connected account; empty if the row names none.
        platform: the name of the platform; empty for the default one.
    """

    stripe_id: str
    kind: str
    livemode: bool | None
    received_at: datetime
    created: datetime
    body: Any
    stripe_account: str = ""
    platform: str = ""


class OldCustomer(NamedTuple):
    """A customer that exists at Stripe, as far as the predecessor knows.

    Attributes:
        stripe_id: ``cus_…``.
        user: the primary key of the user; None if the customer has none.
        stripe_account: the connected account; empty for the platform's own customers.
        livemode: True for live mode; None if the predecessor does not know.
        platform: the name of the platform; empty for the default one.
    """

    stripe_id: str
    user: Any
    stripe_account: str = ""
    livemode: bool | None = None
    platform: str = ""


class Leftover(NamedTuple):
    """What cannot be taken over, for the project to decide.

    Attributes:
        what: ``"customer"`` or ``"account"``.
        stripe_id: its id.
        stripe_account: the connected account it belongs to.
        user: the primary key that the predecessor has for the user.
        reason: why it is left over.
    """

    what: str
    stripe_id: str
    stripe_account: str
    user: Any
    reason: str


@dataclass(frozen=True)
class EventPage:
    """A page of a predecessor's events.

    Attributes:
        ids: the events' ids by the primary keys of the old rows.
        load: reads the events with these keys.
    """

    ids: dict[Any, str]
    load: Callable[[Collection[Any]], Iterable[OldEvent]]


class Source(Protocol):
    """The tables of one predecessor in this database."""

    def events(self, since: datetime, size: int) -> Iterator[EventPage]:
        """Yield the processed events that were recorded since then, in pages of ``size``."""

    def unprocessed(self, since: datetime) -> int:
        """Return how many events were recorded since then and not processed."""

    def customers(self, size: int) -> Iterator[list[OldCustomer]]:
        """Yield the customers in pages of ``size``; purged ones are left out."""

    def leftovers(self, size: int) -> Iterator[Leftover]:
        """Yield what this version has no place for."""
