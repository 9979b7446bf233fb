"""Facts that tests start from: a Stripe on loopback, a way to post to the webhook, ears on every signal."""

from __future__ import annotations

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
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event
from pinax.stripe.testing import FakeStripe, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

WEBHOOK = "/stripe/webhook/"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let what was logged about lone surrogates travel from a worker of pytest-xdist."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture
def stripe(settings) -> Iterator[FakeStripe]:
    """A Stripe of one's own, that the app asks instead of the real one."""
    fake = FakeStripe()
    with serve(fake) as server:
        settings.PINAX_STRIPE_API_BASE = server.url
        yield fake


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


@pytest.fixture
def heard() -> Iterator[list[Heard]]:
    """What receivers of every signal were told, in order; ``any_event`` is heard as "*"."""
    calls: list[Heard] = []

    def listen(signal, sender, event, instance, **kwargs):
        calls.append(Heard(signal.kind, sender, event, instance))

    everything = [*WEBHOOK_SIGNALS.values(), any_event]
    for signal in everything:
        signal.connect(listen, dispatch_uid="heard")
    yield calls
    for signal in everything:
        signal.disconnect(dispatch_uid="heard")


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
