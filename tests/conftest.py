"""Facts that tests start from: a Stripe on loopback, a way to post to the webhook, ears on every signal."""

from __future__ import annotations

import gc
import hashlib
import hmac
import json
import logging
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from django.db import connections
from django.test import Client

from pinax.stripe import signals
from pinax.stripe.client import _own_account
from pinax.stripe.connections import _put_back as put_back
from pinax.stripe.connections import restored
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event
from pinax.stripe.testing import FakeStripe, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.testing.server import Server

WEBHOOK = "/stripe/webhook/"


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
def stripe(settings, stripe_server) -> FakeStripe:
    """A Stripe of one's own, that the app asks instead of the real one."""
    stripe_server.fake = FakeStripe()
    _own_account.cache_clear()  # an answer of the Stripe of the test before
    settings.PINAX_STRIPE_API_BASE = stripe_server.url
    return stripe_server.fake


@pytest.fixture
def post_event(stripe):
    """Post a body to the webhook: a dictionary as JSON, bytes and text as they are."""
    client = Client(enforce_csrf_checks=True)

    def post(body: Any, **headers: str):
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return client.post(WEBHOOK, data, content_type="application/json", headers=headers)

    return post


class Heard(NamedTuple):
    signal: str
    sender: type
    event: Any
    instance: Any


class Ears:
    """A receiver of every signal; ``any_event`` is heard as "*".

    Connecting it to 400 signals takes longer than most tests do. So it is done once, and a signal that has no other
    receiver gets back what that has left on it.
    """

    def __init__(self) -> None:
        self.calls: list[Heard] = []
        self.signals = [*WEBHOOK_SIGNALS.values(), any_event]
        with restored(*self.signals, empty=True):
            for signal in self.signals:
                self._connect(signal)
            self._connected = {signal: (signal.receivers, signal._connections) for signal in self.signals}

    def __call__(self, signal, sender, event, instance, **kwargs) -> None:
        self.calls.append(Heard(signal.kind, sender, event, instance))

    def open(self) -> None:
        self.calls = []
        for signal in self.signals:
            if signal.receivers:
                self._connect(signal)
            else:
                put_back(signal, *self._connected[signal])

    def close(self) -> None:
        for signal in self.signals:
            if len(signal.receivers) > 1:
                signal.disconnect(dispatch_uid="heard")
            else:
                put_back(signal, [], {})

    def _connect(self, signal) -> None:
        signal.connect(self, weak=False, dispatch_uid="heard")


@pytest.fixture(scope="session")
def ears() -> Ears:
    return Ears()


@pytest.fixture
def heard(ears) -> Iterator[list[Heard]]:
    """What receivers of every signal were told, in order; ``any_event`` is heard as "*"."""
    ears.open()
    yield ears.calls
    ears.close()


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

    def sign(body: bytes, secret: str, *, at: int | None = None, scheme: str = "v1") -> dict[str, str]:
        moment = int(time.time()) if at is None else at
        digest = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
        return {"Stripe-Signature": f"t={moment},{scheme}={digest}"}

    return sign
