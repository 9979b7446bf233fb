"""The sentences of `tests/inbox/test_verdicts.py`, through the async view."""

from tests.inbox.test_verdicts import *  # noqa: F403  (its tests and its fixtures)
from tests.inbox.test_verdicts import TestDeauthorized

# It posts while a request is answered, in the thread of the event loop.
del TestDeauthorized.test_two_deliveries_of_it_at_once_are_one
