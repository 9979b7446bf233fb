"""Facts that tests start from: a fake Stripe, a way to post anything to the webhook.

``heard`` is the fixture of the test kit. ``stripe`` is the kit's, too: it answers in this process, and with the mark
``loopback`` over HTTP, for tests of HTTP and tests with processes of their own. ``PINAX_TEST_STRIPE=loopback`` lets all
tests ask it over HTTP.
"""

from __future__ import annotations

import gc
import json
import logging
import os
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.test import Client

from pinax.stripe import signals
from pinax.stripe.client import _own_account
from pinax.stripe.testing import FakeStripe, in_process, serve, signature_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.testing.server import Server

WEBHOOK = "/stripe/webhook/"
OVER_HTTP = os.environ.get("PINAX_TEST_STRIPE") == "loopback"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what uses the database: nothing else need run on each. And group what shares a fixture of its module.

    One worker of pytest-xdist runs all tests of a group, so that the fixture is made once.
    """
    for item in items:
        if item.get_closest_marker("django_db") or "django_db_setup" in item.fixturenames:
            item.add_marker("database")
        if any(made[-1].scope == "module" for made in item._fixtureinfo.name2fixturedefs.values()):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def pytest_collection_finish():
    """Let the garbage collector leave alone what is there before the first test: looking at it takes half a second."""
    import hypothesis  # noqa: F401  (pytest imports it at the end; libraries then register what must not be frozen)

    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let what was logged about lone surrogates travel from a worker of pytest-xdist."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(scope="module")
def little_garbage() -> None:
    """Let tests that collect garbage not look at what others have left in caches: that takes longer than they do."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def stripe_server() -> Iterator[Server]:
    """One server for all tests: connections are kept alive between them."""
    with serve(FakeStripe()) as server:
        yield server


@pytest.fixture
def stripe(request, settings) -> Iterator[FakeStripe]:
    """A Stripe of one's own, that the app asks instead of the real one."""
    _own_account.cache_clear()  # an answer of the Stripe of the test before
    fake = FakeStripe()
    if OVER_HTTP or request.node.get_closest_marker("loopback"):
        server = request.getfixturevalue("stripe_server")
        server.fake = fake
        settings.PINAX_STRIPE_API_BASE = server.url
        yield fake
    else:
        with in_process(fake):
            yield fake


@pytest.fixture
def post_event(stripe):
    """Post a body to the webhook: a dictionary as JSON, bytes and text as they are."""
    client = Client(enforce_csrf_checks=True)

    def post(body: Any, **headers: str):
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return client.post(WEBHOOK, data, content_type="application/json", headers=headers)

    return post


@pytest.fixture
def connect():
    """Connect receivers to signals for the time of a test.

    One that has no stable path of its own, such as a lambda, gets a ``dispatch_uid``: the path that it has in the test.
    """
    connected = []

    def connect(signal, receiver, dispatch_uid=None):
        named = receiver if hasattr(receiver, "__qualname__") else type(receiver)
        uid = dispatch_uid or f"{named.__module__}.{named.__qualname__}"
        signal.connect(receiver, weak=False, dispatch_uid=uid)
        connected.append((signal, uid))
        return receiver

    yield connect
    for signal, uid in connected:
        signal.disconnect(dispatch_uid=uid)


@pytest.fixture
def forget_patterns() -> Iterator[None]:
    """Forget what ``on(...)`` has connected during a test."""
    with signals.override():
        yield


@pytest.fixture(autouse=True)
def no_network_in_a_transaction(request) -> Iterator[None]:
    """Fail a test in which Stripe was asked while a transaction of ours was open."""
    asked_inside: list[str] = []
    depth = {alias: len(connections[alias].atomic_blocks) for alias in connections}

    class Watch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            # stripe-python logs each request in the thread that makes it.
            if any(len(connections[alias].atomic_blocks) > depth[alias] for alias in connections):
                asked_inside.append(record.getMessage())

    watch, logger = Watch(logging.INFO), logging.getLogger("stripe")
    level = logger.level
    logger.addHandler(watch)
    logger.setLevel(logging.INFO)
    yield
    logger.removeHandler(watch)
    logger.setLevel(level)
    assert asked_inside == [], "Stripe was asked inside a transaction"


@pytest.fixture
def sign():
    """Return the header with which Stripe signs a body."""

    def sign(body: bytes, secret: str, **how: Any) -> dict[str, str]:
        return {"Stripe-Signature": signature_of(body, secret, **how)}

    return sign
