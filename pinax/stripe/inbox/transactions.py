"""The transactions of processing: no open one around it, and another run after a conflict."""

from __future__ import annotations

from typing import Final

from django.db import Error, OperationalError, transaction

from pinax.stripe.exceptions import ConcurrentUpdate, InsideTransaction, StepFailed
from pinax.stripe.models import Event
from pinax.stripe.models.primary import primary
from pinax.stripe.retries import retry

#: PostgreSQL's codes for a deadlock and a serialization failure.
_POSTGRESQL: Final = frozenset({"40P01", "40001"})
#: MySQL's and MariaDB's for a deadlock, a lock wait time-out and a changed record, and SQLite's message.
_NUMBERS_AND_WORDS: Final = frozenset({1213, 1205, 1020, "database is locked"})


def is_conflict(error: BaseException | None) -> bool:
    """Return whether a transaction made way for another one, and nothing is wrong with it."""
    if isinstance(error, StepFailed):
        error = error.__cause__
    if isinstance(error, ConcurrentUpdate):
        return True
    if not isinstance(error, OperationalError):
        return False
    return getattr(error.__cause__, "sqlstate", None) in _POSTGRESQL or (error.args or (None,))[0] in _NUMBERS_AND_WORDS


#: Decorates what is run again, after a random pause, if a concurrent update or a deadlock has rolled it back.
retry_on_conflict = retry(is_conflict)


def database() -> str:
    """Return the alias of the database that events and everything about them are written to."""
    return primary(Event)


def refuse_open_transaction() -> None:
    """Refuse to run inside an open transaction: its rollback would undo what Stripe was told is recorded.

    Raises:
        InsideTransaction: one is open; that of Django's ``TestCase`` does not count.
    """
    blocks = transaction.get_connection(database()).atomic_blocks
    if blocks and not blocks[-1]._from_testcase:
        raise InsideTransaction


def drop_lost_connection(error: BaseException | None) -> None:
    """Drop the connection, if it can no longer be used after this error, so that the next query makes a new one.

    A connection that is lost at the end of a transaction never gets back into autocommit; and a transaction that is
    begun on it then leaves it in a state that Django never leaves again, in any later request of this thread.
    """
    if isinstance(error, Error):
        transaction.get_connection(database()).close_if_unusable_or_obsolete()
