"""The async view under uvicorn, over HTTP."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import connection

from pinax.stripe.models import Charge, Customer, Event
from pinax.stripe.operations.retry import process_due
from pinax.stripe.testing import build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback, pytest.mark.xdist_group("uvicorn")]

ROOT = Path(__file__).parents[2]
UNDER_WAY = 200


class Site(NamedTuple):
    port: int
    server: subprocess.Popen


@pytest.fixture
def site(stripe, stripe_server):
    """The site, served by one process of uvicorn."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(512)
        name = connection.settings_dict["NAME"]
        environment = {**os.environ, "TESTED_DATABASE": str(name), "TESTED_API_BASE": stripe_server.url}
        environment |= {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        command = [sys.executable, "-m", "uvicorn", "--fd", str(listening.fileno()), "tests.asgi.site:application"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[listening.fileno()])
        yield Site(listening.getsockname()[1], server)
        server.terminate()
        server.wait(20)


@pytest.fixture
def port(site):
    return site.port


def post(port, body, timeout=60):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as to:
        to.request("POST", "/stripe/webhook/", json.dumps(body), {"Content-Type": "application/json"})
        return to.getresponse().status


def until(holds, seconds=20):
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it never came about"
        time.sleep(0.05)


@pytest.fixture
def held(stripe, monkeypatch):
    """Let Stripe answer requests for events only once so many of them have arrived; returns what sets the number."""
    arrived, opened, lock, wanted = [], threading.Event(), threading.Lock(), [1]
    answer = stripe.answer

    def answer_later(request):
        if "/events/" in request.path:
            with lock:
                arrived.append(request)
                if len(arrived) >= wanted[0]:
                    opened.set()
            assert opened.wait(60)
        return answer(request)

    monkeypatch.setattr(stripe, "answer", answer_later)

    def hold(number):
        arrived.clear()
        opened.clear()
        wanted[0] = number
        return arrived, opened

    return hold


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
def test_200_retrieves_are_under_way_in_one_process(stripe, port, held):
    assert post(port, stripe.event("product.created", build("product"))) == 200
    arrived, _ = held(UNDER_WAY)
    bodies = [stripe.event("customer.created", build("customer")) for _ in range(UNDER_WAY)]

    with ThreadPoolExecutor(UNDER_WAY) as threads:
        statuses = list(threads.map(lambda body: post(port, body), bodies))

    assert len(arrived) == UNDER_WAY
    assert set(statuses) == {200}
    assert (
        Customer.objects.count() == Event.objects.filter(kind="customer.created", processed=True).count() == UNDER_WAY
    )


def test_an_event_goes_the_whole_way(stripe, port):
    charge = build("charge", amount=4200)
    snapshot = stripe.event("charge.succeeded", charge)

    assert [post(port, body) for body in (snapshot, stripe.thin(snapshot), snapshot)] == [200] * 3
    assert Event.objects.get().processed
    assert Charge.objects.get().amount == 4200
    assert post(port, {**snapshot, "id": "evt_forged"}) == 400


def test_a_sender_that_hangs_up_loses_nothing(stripe, port, held):
    assert post(port, stripe.event("product.created", build("product"))) == 200
    arrived, opened = held(2)
    body = stripe.event("customer.created", build("customer"))
    with suppress(TimeoutError):
        post(port, body, timeout=1)
    until(lambda: arrived)

    opened.set()

    until(lambda: Event.objects.filter(stripe_id=body["id"], processed=True).exists())


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_that_stops_loses_nothing(by, stripe, site, held):
    assert post(site.port, stripe.event("product.created", build("product"))) == 200
    arrived, opened = held(2)
    body = stripe.event("customer.created", build("customer"))
    with ThreadPoolExecutor(1) as threads:
        posting = threads.submit(post, site.port, body)
        until(lambda: arrived)
        site.server.send_signal(by)
        if by == signal.SIGKILL:
            site.server.wait(20)
        opened.set()
        with suppress(OSError, http.client.HTTPException):
            posting.result()
    Event.objects.filter(processed=False).update(next_attempt_at="2020-01-01T00:00:00Z")

    process_due()

    assert Event.objects.get(stripe_id=body["id"]).processed
    assert Customer.objects.count() == 1
