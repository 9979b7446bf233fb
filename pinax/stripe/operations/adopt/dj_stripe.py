"""The tables of dj-stripe 2.9 to 2.11: ``djstripe_event``, ``_webhookeventtrigger``, ``_customer`` and others.

dj-stripe creates the row of an event in the transaction that calls its handlers, so each row is a processed event. A
row that was deleted since leaves the processed ``WebhookEventTrigger`` behind.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.db import models

from pinax.stripe import platforms
from pinax.stripe.exceptions import NotAdoptable
from pinax.stripe.operations.adopt.old_rows import EventPage, Leftover, OldCustomer, OldEvent
from pinax.stripe.operations.adopt.tables import by_key, pages, parsed, raw, rows_of, table, target_of
from pinax.stripe.times import from_timestamp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

#: The tables, with some of their columns.
TABLES: Final[dict[str, set[str]]] = {
    "djstripe_event": {"stripe_data"},
    "djstripe_customer": {"subscriber_id"},
    "djstripe_webhookeventtrigger": {"event_id"},
    "djstripe_account": set(),
    "djstripe_apikey": set(),
}

OTHER_SUBSCRIBER: Final = "the subscriber is not a user, but a row of {table}: keep the link in a model of your own"

_Event = table(
    "djstripe_event",
    key="djstripe_id",
    stripe_id=raw("id"),
    livemode=models.BooleanField(null=True),
    created=models.DateTimeField(null=True),
    djstripe_created=models.DateTimeField(),
    stripe_data=raw(),
    type=raw(),
    owner=raw("djstripe_owner_account_id"),
)
_Trigger = table(
    "djstripe_webhookeventtrigger",
    body=raw(),
    valid=models.BooleanField(),
    processed=models.BooleanField(),
    created=models.DateTimeField(),
    event=raw("event_id"),
    account=raw("stripe_trigger_account_id"),
)
_Customer = table(
    "djstripe_customer",
    key="djstripe_id",
    stripe_id=raw("id"),
    livemode=models.BooleanField(null=True),
    date_purged=models.DateTimeField(null=True),
    subscriber=raw("subscriber_id"),
    owner=raw("djstripe_owner_account_id"),
)
_Account = table("djstripe_account", key="djstripe_id", stripe_id=raw("id"))
_ApiKey = table("djstripe_apikey", key="djstripe_id", type=raw(), owner=raw("djstripe_owner_account_id"))


class DjStripe:
    """The tables of dj-stripe.

    Args:
        platform: the name of the platform whose keys are in ``djstripe_apikey``; empty for the default one, and for
            those whose account is that of a named platform.
    """

    def __init__(self, platform: str = "") -> None:
        self.platform = platform

    def events(self, since: datetime, size: int) -> Iterator[EventPage]:
        """Yield all events, and those whose row was deleted."""
        rows = rows_of(_Event).filter(djstripe_created__gte=since)
        for page in pages(rows, "stripe_id", size=size):
            yield EventPage({row["pk"]: row["stripe_id"] for row in page}, self._load)
        rows = rows_of(_Trigger).filter(created__gte=since, processed=True, event__isnull=True)
        for page in pages(rows, "body", "created", "account", size=size):
            events = {row["pk"]: event for row in page if (event := self._of_trigger(row))}
            yield EventPage({pk: event.stripe_id for pk, event in events.items()}, partial(_chosen, events))

    def _load(self, keys: Collection[Any]) -> Iterator[OldEvent]:
        columns = ("stripe_id", "livemode", "created", "djstripe_created", "stripe_data", "type", "owner")
        for row in rows_of(_Event).filter(pk__in=keys).values(*columns):
            account, platform = self._place(row["owner"])
            yield OldEvent(
                row["stripe_id"],
                row["type"],
                row["livemode"],
                row["djstripe_created"],
                row["created"] or row["djstripe_created"],
                parsed(row["stripe_data"]),  # empty in rows of dj-stripe 2.8 and before
                account,
                platform,
            )

    def _of_trigger(self, row: dict[str, Any]) -> OldEvent | None:
        """Return the event that was delivered; None if the body is not one."""
        body = parsed(row["body"])
        body = body if isinstance(body, dict) else {}
        stripe_id, kind = body.get("id"), body.get("type")
        if not isinstance(stripe_id, str) or not isinstance(kind, str):
            return None
        created = from_timestamp(body.get("created")) or row["created"]
        account, platform = self._place(row["account"])
        livemode = body.get("livemode") is True
        return OldEvent(stripe_id, kind, livemode, row["created"], created, body, account, platform)

    def unprocessed(self, since: datetime) -> int:
        """Return how many valid deliveries were not processed."""
        return rows_of(_Trigger).filter(created__gte=since, valid=True, processed=False, event__isnull=True).count()

    def customers(self, size: int) -> Iterator[list[OldCustomer]]:
        """Yield the customers; without users if the subscribers are not users."""
        are_users = self._subscribers == get_user_model()._meta.db_table
        rows = rows_of(_Customer).filter(date_purged__isnull=True)
        for page in pages(rows, "stripe_id", "livemode", "subscriber", "owner", size=size):
            yield [
                OldCustomer(
                    row["stripe_id"],
                    row["subscriber"] if are_users else None,
                    *self._place(row["owner"])[:1],
                    row["livemode"],
                    self._place(row["owner"])[1],
                )
                for row in page
            ]

    def leftovers(self, size: int) -> Iterator[Leftover]:
        """Yield the customers whose subscribers are not users."""
        if self._subscribers == get_user_model()._meta.db_table:
            return
        reason = OTHER_SUBSCRIBER.format(table=self._subscribers)
        rows = rows_of(_Customer).filter(date_purged__isnull=True, subscriber__isnull=False)
        for page in pages(rows, "stripe_id", "subscriber", "owner", size=size):
            for row in page:
                yield Leftover("customer", row["stripe_id"], self._place(row["owner"])[0], row["subscriber"], reason)

    @cached_property
    def _subscribers(self) -> str:
        """The table that subscribers are in."""
        target = target_of("djstripe_customer", "subscriber_id")
        return target[0] if target else get_user_model()._meta.db_table

    @cached_property
    def _key_of_accounts(self) -> str:
        """The name of the field that foreign keys to accounts reference: ``DJSTRIPE_FOREIGN_KEY_TO_FIELD``."""
        target = target_of("djstripe_customer", "djstripe_owner_account_id")
        return "pk" if target and target[1] == "djstripe_id" else "stripe_id"

    @cached_property
    def _own(self) -> dict[str, str]:
        """The accounts whose keys dj-stripe has, each with the name of the platform here.

        Raises:
            NotAdoptable: there are several, and not all of them are platforms here.
        """
        keys = rows_of(_ApiKey).exclude(type="publishable").filter(owner__isnull=False)
        owners = {self._id_of(owner) for owner in keys.values_list("owner", flat=True).distinct()}
        named = {platforms.account_of(name): name for name in platforms.names() if name}
        unnamed = sorted(owners - named.keys())
        if len(unnamed) > 1:
            raise NotAdoptable(
                f"dj-stripe has keys of several accounts: {', '.join(unnamed)}. Only one can be the default platform: "
                "name the others, with their accounts, in PINAX_STRIPE_PLATFORMS"
            )
        return {account: named.get(account, self.platform) for account in owners}

    @cached_property
    def _ids(self) -> dict[Any, str]:
        """The ids of accounts that were looked up."""
        return {}

    def _id_of(self, owner: Any) -> str:
        if self._key_of_accounts == "stripe_id":
            return str(owner)
        if owner not in self._ids:
            self._ids[owner] = by_key(_Account, {owner}, "stripe_id").get(owner, "")
        return self._ids[owner]

    def _place(self, owner: Any) -> tuple[str, str]:
        """Return the connected account of an object, empty for a platform's own, and the name of the platform."""
        account = "" if owner is None else self._id_of(owner)
        if account and account not in self._own:
            return account, self.platform
        return "", self._own.get(account, self.platform)


def _chosen(events: dict[Any, OldEvent], keys: Collection[Any]) -> list[OldEvent]:
    return [events[key] for key in keys]
