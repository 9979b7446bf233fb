"""The sentences of `tests/sync/test_cut_lists.py`, through the async view."""

from tests.sync.test_cut_lists import *  # noqa: F403  (its tests and its fixtures)
