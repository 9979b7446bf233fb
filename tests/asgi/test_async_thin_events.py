"""The sentences of `tests/inbox/test_thin_events.py`, through the async view."""

from tests.inbox.test_thin_events import *  # noqa: F403  (its tests and its fixtures)
