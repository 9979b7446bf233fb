"""The sentences of `tests/test_opentelemetry.py`, through the async view: the code changes threads at each request."""

from tests.test_opentelemetry import *  # noqa: F403  (its tests and its fixtures)

# Here SystemExit ends the event loop, and does not get to the test.
del test_an_error_that_ends_the_process_ends_the_spans  # noqa: F821
