"""The async view in a server of this process: its event loop, its threads, its connections to Stripe."""

import http.client
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import uvicorn
from asgiref.sync import async_to_sync
from django.core.asgi import get_asgi_application
from django.db import connection
from django.test import AsyncClient

from pinax.stripe.client import asynchronous
from pinax.stripe.models import Customer
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import FakeStripe, build, serve

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

PATIENCE = 120


@pytest.fixture
def stripe_server():
    """A server of its own: its connections are counted."""
    with serve(FakeStripe()) as server:
        yield server


@pytest.fixture
def port(settings, stripe):
    """The port of uvicorn, in a thread of this process."""
    settings.ROOT_URLCONF = "tests.urls_async"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(
            uvicorn.Config(get_asgi_application(), lifespan="off", ws="none", log_level="critical", access_log=False)
        )
        thread = threading.Thread(target=server.run, args=([listening],), name="uvicorn")
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.fixture
def deliver(port):
    def deliver(body):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as to:
            to.request("POST", "/stripe/webhook/", json.dumps(body), {"Content-Type": "application/json"})
            return to.getresponse().status

    return deliver


def test_an_async_receiver_runs_in_the_event_loop_of_the_server_inside_the_transaction(stripe, deliver, connect):
    seen = []

    async def receiver(instance, **kwargs):
        seen.append((threading.current_thread().name, await Customer.objects.acount(), instance.name))

    connect(WEBHOOK_SIGNALS["customer.created"], receiver)

    assert deliver(stripe.event("customer.created", build("customer", name="Ada"))) == 200
    assert seen == [("uvicorn", 1, "Ada")]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
def test_a_receiver_that_waits_holds_up_no_delivery_that_comes_later(stripe, deliver, connect):
    running, goes_on = threading.Event(), threading.Event()

    def receiver(**kwargs):
        running.set()
        assert goes_on.wait(PATIENCE)

    connect(WEBHOOK_SIGNALS["coupon.created"], receiver)
    others = [stripe.event("product.created", build("product")) for _ in range(3 * asynchronous.THREADS)]

    with ThreadPoolExecutor(len(others) + 1) as senders:
        slow = senders.submit(deliver, stripe.event("coupon.created", build("coupon")))
        assert running.wait(PATIENCE)
        time.sleep(asynchronous.SLOW)
        answers = list(senders.map(deliver, others))
        assert not slow.done()
        goes_on.set()

    assert answers == [200] * len(others)
    assert slow.result() == 200


def test_deliveries_share_a_connection_to_stripe(stripe, stripe_server, deliver):
    answers = [deliver(stripe.event("product.created", build("product"))) for _ in range(5)]

    assert answers == [200] * 5
    assert len(stripe.requests) == 5
    assert len(stripe_server._open) == 1


def test_an_event_loop_that_has_ended_leaves_nothing_open(stripe, stripe_server, settings):
    settings.ROOT_URLCONF = "tests.urls_async"

    async def post(body):
        response = await AsyncClient().post("/stripe/webhook/", body, content_type="application/json")
        return response.status_code, len(stripe_server._open)

    bodies = [json.dumps(stripe.event("product.created", build("product"))) for _ in range(3)]
    assert [async_to_sync(post)(body) for body in bodies] == [(200, 1)] * 3

    assert not any(clients for loop, clients in asynchronous._clients.items() if loop.is_closed())
