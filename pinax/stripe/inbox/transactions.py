"""The transactions of an event's way: what it may not run inside of, and what is worth another try."""

from __future__ import annotations

from typing import Final

from django.db import Error, OperationalError, transaction

from pinax.stripe.exceptions import InsideTransaction
from pinax.stripe.models import Event
from pinax.stripe.models.primary import primary

#: PostgreSQL's codes for a deadlock and for transactions that could not be put in a row.
_POSTGRESQL: Final = frozenset({"40P01", "40001"})
#: MySQL's and MariaDB's for a deadlock and for a lock that was waited for too long, and what SQLite says of one.
_NUMBERS_AND_WORDS: Final = frozenset({1213, 1205, "database is locked"})


def database() -> str:
    """Return the alias of the database that events and everything about them are written to."""
    return primary(Event)


def refuse_open_transaction() -> None:
    """Refuse to work inside somebody else's transaction: it could take back what we have told Stripe is kept.

    Raises:
        InsideTransaction: one is open; that of Django's ``TestCase`` does not count.
    """
    blocks = transaction.get_connection(database()).atomic_blocks
    if blocks and not blocks[-1]._from_testcase:
        raise InsideTransaction


def drop_lost_connection(error: BaseException | None) -> None:
    """Drop the connection, if it can no longer be used after this error, so that what comes next makes a new one.

    One that is lost at the end of a transaction never gets back into autocommit; and a transaction that is begun on it
    then leaves it in a state that Django never leaves again, in any later request of this thread.
    """
    if isinstance(error, Error):
        transaction.get_connection(database()).close_if_unusable_or_obsolete()


def is_deadlock(error: BaseException | None) -> bool:
    """Whether the database chose this transaction to make way for another: nothing is wrong with it."""
    if not isinstance(error, OperationalError):
        return False
    return getattr(error.__cause__, "sqlstate", None) in _POSTGRESQL or (error.args or (None,))[0] in _NUMBERS_AND_WORDS
