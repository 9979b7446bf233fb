"""The sentences of `tests/test_opentelemetry.py`, through the async view: the code changes threads at each request."""

from tests.test_opentelemetry import *  # noqa: F403  (its tests and its fixtures)
