"""The sentences of `tests/inbox/test_thin_events.py`, through the async view."""

import pytest

from tests.inbox.test_thin_events import *  # noqa: F403  (its tests and its fixtures)
from tests.inbox.test_thin_events import UNKNOWN, thin_types


@pytest.fixture
def kinds():
    """Return one type of ten: what differs between them is the same for both views."""
    return [*thin_types()[::10], *UNKNOWN]
