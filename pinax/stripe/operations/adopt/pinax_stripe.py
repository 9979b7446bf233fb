"""The tables of pinax-stripe 4: ``pinax_stripe_event``, ``_customer``, ``_account`` and ``_useraccount``."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.db import models

from pinax.stripe.operations.adopt.old_rows import EventPage, Leftover, OldCustomer, OldEvent
from pinax.stripe.operations.adopt.tables import by_key, columns_of_tables, pages, parsed, raw, rows_of, table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

#: The tables, with the columns that only this predecessor has.
TABLES: Final = {"pinax_stripe_event": {"webhook_message"}, "pinax_stripe_customer": {"user_id"}}

ACCOUNT_WITH_USER: Final = "an account has no user in this version: keep it in a model of your own"
SEVERAL_USERS: Final = "the customer has several users; another one is linked"

_Event = table(
    "pinax_stripe_event",
    stripe_id=raw(),
    created_at=models.DateTimeField(),
    kind=raw(),
    livemode=models.BooleanField(),
    webhook_message=raw(),
    validated_message=raw(),
    valid=models.BooleanField(null=True),
    processed=models.BooleanField(),
    customer_key=models.BigIntegerField(db_column="customer_id"),
)
_EventOfAccount = table("pinax_stripe_event", account_key=models.BigIntegerField(db_column="stripe_account_id"))
_Customer = table(
    "pinax_stripe_customer", stripe_id=raw(), user_key=raw("user_id"), date_purged=models.DateTimeField(null=True)
)
_CustomerOfAccount = table("pinax_stripe_customer", account_key=models.BigIntegerField(db_column="stripe_account_id"))
_Account = table("pinax_stripe_account", stripe_id=raw(), user_key=raw("user_id"))
_UserAccount = table(
    "pinax_stripe_useraccount", user_key=raw("user_id"), customer_key=models.BigIntegerField(db_column="customer_id")
)


class PinaxStripe:
    """The tables of pinax-stripe 4; 3 has no connected accounts.

    Args:
        platform: the name of the platform they belong to; empty for the default one.
    """

    def __init__(self, platform: str = "") -> None:
        self.platform = platform
        self.has_accounts = {"pinax_stripe_account", "pinax_stripe_useraccount"} <= columns_of_tables(
            "pinax_stripe_account", "pinax_stripe_useraccount"
        ).keys()

    def events(self, since: datetime, size: int) -> Iterator[EventPage]:
        """Yield the events that are valid and processed."""
        rows = rows_of(_Event).filter(created_at__gte=since, valid=True, processed=True)
        for page in pages(rows, "stripe_id", size=size):
            yield EventPage({row["pk"]: row["stripe_id"] for row in page}, self._load)

    def _load(self, keys: Collection[Any]) -> Iterator[OldEvent]:
        accounts = self._accounts(_EventOfAccount, keys)
        columns = ("pk", "stripe_id", "kind", "livemode", "created_at", "webhook_message", "validated_message")
        for row in rows_of(_Event).filter(pk__in=keys).values(*columns):
            body = parsed(row["validated_message"])  # Stripe's copy; what was posted may be forged in other fields
            yield OldEvent(
                row["stripe_id"],
                row["kind"],
                row["livemode"],
                row["created_at"],
                row["created_at"],
                body if isinstance(body, dict) and "created" in body else parsed(row["webhook_message"]),
                accounts.get(row["pk"], ""),
                self.platform,
            )

    def unprocessed(self, since: datetime) -> int:
        """Return how many events were not processed: they failed, were not valid, or of a type without a handler."""
        rows = rows_of(_Event).filter(created_at__gte=since)
        return rows.count() - rows.filter(valid=True, processed=True).count()

    def customers(self, size: int) -> Iterator[list[OldCustomer]]:
        """Yield the customers; those of connected accounts with a user of ``UserAccount``."""
        rows = rows_of(_Customer).filter(date_purged__isnull=True)
        for page in pages(rows, "stripe_id", "user_key", size=size):
            keys = [row["pk"] for row in page]
            accounts, modes = self._accounts(_CustomerOfAccount, keys), self._modes(keys)
            users = self._users(page)
            yield [
                OldCustomer(
                    row["stripe_id"],
                    next(iter(users[row["pk"]]), None),
                    accounts.get(row["pk"], ""),
                    modes.get(row["pk"]),
                    self.platform,
                )
                for row in page
            ]

    def leftovers(self, size: int) -> Iterator[Leftover]:
        """Yield the accounts that have a user, and the users of a customer beyond the one that is linked."""
        if not self.has_accounts:
            return
        for page in pages(rows_of(_Account).filter(user_key__isnull=False), "stripe_id", "user_key", size=size):
            for row in page:
                yield Leftover("account", row["stripe_id"], "", row["user_key"], ACCOUNT_WITH_USER)
        for page in pages(rows_of(_Customer).filter(date_purged__isnull=True), "stripe_id", "user_key", size=size):
            users, accounts = self._users(page), self._accounts(_CustomerOfAccount, [row["pk"] for row in page])
            for row in page:
                for user in users[row["pk"]][1:]:
                    yield Leftover("customer", row["stripe_id"], accounts.get(row["pk"], ""), user, SEVERAL_USERS)

    def _accounts(self, model: Any, keys: Collection[Any]) -> dict[Any, str]:
        """Return the ids of the connected accounts, by the keys of the rows that have one."""
        if not self.has_accounts:
            return {}
        found = by_key(model, set(keys), "account_key")
        names = by_key(_Account, set(found.values()), "stripe_id")
        return {pk: names[account] for pk, account in found.items() if account in names}

    def _users(self, customers: Collection[dict[str, Any]]) -> dict[Any, list[Any]]:
        """Return the users of customers by the customers' keys: their own, then those of ``UserAccount``."""
        users = {row["pk"]: [] if row["user_key"] is None else [row["user_key"]] for row in customers}
        if self.has_accounts:
            rows = rows_of(_UserAccount).filter(customer_key__in=users).order_by("pk")
            for customer, user in rows.values_list("customer_key", "user_key"):
                if user not in users[customer]:
                    users[customer].append(user)
        return users

    def _modes(self, customers: Collection[Any]) -> dict[Any, bool]:
        """Return the modes of the customers' events: customers of pinax-stripe have no column for it."""
        rows = rows_of(_Event).filter(customer_key__in=customers, valid=True).order_by()
        found: defaultdict[Any, set[bool]] = defaultdict(set)
        for customer, livemode in rows.values_list("customer_key", "livemode").distinct():
            found[customer].add(livemode)
        return {customer: modes.pop() for customer, modes in found.items() if len(modes) == 1}
