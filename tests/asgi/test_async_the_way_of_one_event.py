"""The sentences of `tests/inbox/test_the_way_of_one_event.py`, through the async view."""

from tests.inbox.test_the_way_of_one_event import *  # noqa: F403  (its tests and its fixtures)
