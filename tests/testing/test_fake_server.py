"""The server: quick, quiet, gone when it is told to go."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
import requests

from pinax.stripe.testing import FakeStripe, build, serve
from pinax.stripe.testing.exchange import Request

KEY = {"Authorization": "Bearer sk_test_fake"}


def test_an_answer_is_dated_by_the_clock_of_the_fake(fake, client):
    before = client.raw_request("get", "/v1/balance").headers["Date"]
    fake.advance(24 * 60 * 60)
    after = client.raw_request("get", "/v1/balance").headers["Date"]

    assert before == "Wed, 28 Oct 2026 12:00:00 GMT"
    assert after == "Thu, 29 Oct 2026 12:00:00 GMT"


def test_the_clock_is_the_machines_unless_told_otherwise():
    assert abs(FakeStripe().now - time.time()) < 5


def test_an_answer_has_the_headers_of_stripe(server, requests_get):
    answer = requests_get(f"{server.url}/v1/balance", headers={**KEY, "Stripe-Version": "2024-06-20"})

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2024-06-20"
    assert len(answer.raw.headers.getlist("Date")) == 1


def test_a_connection_that_is_kept_alive_answers_at_once(fake, server, requests_get):
    fake.put(build("charge", id="ch_1", description="x" * 20_000))
    started = time.perf_counter()
    for _ in range(20):
        assert requests_get(f"{server.url}/v1/charges/ch_1", headers=KEY).status_code == 200

    assert time.perf_counter() - started < 20 * 0.04


def test_eight_threads_get_their_own_answers(fake, server):
    charges = [fake.put(build("charge"))["id"] for _ in range(8)]

    def ask(charge_id):
        with requests.Session() as session:
            for number in range(25):
                fake.event("charge.updated", build("charge", id=charge_id, amount=number))
                url = f"{server.url}/v1/charges/{charge_id}"
                yield session.get(url, headers=KEY).json()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda charge_id: list(ask(charge_id)), charges))

    for charge_id, answered in zip(charges, answers, strict=True):
        assert [(charge["id"], charge["amount"]) for charge in answered] == [(charge_id, n) for n in range(25)]
    assert len(fake.requests) == 8 * 25
    events = fake.answer(Request("GET", "/v1/events", {"limit": "100"}, {"authorization": KEY["Authorization"]}))
    assert b'"has_more": true' in events.body


def test_one_dropped_connection_leaves_the_others_alone(fake, server, in_thread):
    fake.answering(None, path="/v1/charges", times=4, retry=True)

    def ask(path):
        with requests.Session() as session:
            return session.get(f"{server.url}{path}", headers=KEY).status_code

    asked = [in_thread(ask, path) for path in ("/v1/charges", "/v1/balance") * 4]

    outcomes = [one.exception() or one.result() for one in asked]
    assert outcomes[1::2] == [200] * 4
    assert all(isinstance(outcome, requests.ConnectionError) for outcome in outcomes[::2])


def test_the_end_of_the_server_is_the_end_of_its_connections(fake, requests_get):
    before = set(threading.enumerate())  # the server of other tests may run
    with serve(fake) as server:
        url = f"{server.url}/v1/balance"
        assert requests_get(url, headers=KEY).status_code == 200
        assert [thread.name for thread in set(threading.enumerate()) - before if thread.name == "fake-stripe"]

    with pytest.raises(requests.ConnectionError):
        requests_get(url, headers=KEY)
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name == "fake-stripe"]


def test_the_end_does_not_wait_for_slow_answers(fake, in_thread):
    started = time.monotonic()
    with fake.answering(delay=1.5):
        with serve(fake) as server:
            slow = in_thread(requests.get, f"{server.url}/v1/balance", headers=KEY)
            while not fake.requests:
                time.sleep(0.01)
        ended = time.monotonic()

    assert ended - started < 1
    assert isinstance(slow.exception(), requests.ConnectionError)


def test_a_port_can_be_chosen_and_used_again(fake):
    with serve(fake) as first:
        port = first.port
    with serve(fake, port) as second:
        assert second.url == f"http://127.0.0.1:{port}"


def test_nothing_is_logged(server, capfd):
    with requests.Session() as session:
        assert session.get(f"{server.url}/v1/nothing", headers=KEY).status_code == 404
        assert session.options(f"{server.url}/v1/nothing", headers=KEY).status_code == 501

    assert capfd.readouterr() == ("", "")


class BrokenStripe(FakeStripe):
    def answer(self, request):
        raise ZeroDivisionError(request)


def test_an_error_of_the_fake_itself_is_shown(requests_get, capfd):
    with serve(BrokenStripe()) as server, pytest.raises(requests.ConnectionError):
        requests_get(f"{server.url}/v1/balance", headers=KEY)

    assert "ZeroDivisionError" in capfd.readouterr().err


def test_the_fake_answers_without_a_socket_too(fake):
    request = Request.parse("GET", "/v1/charges?limit=1&expand[0]=data.customer", KEY)

    answer = fake.answer(request)

    assert answer.status == 200
    assert b'"url": "/v1/charges"' in answer.body
    assert fake.requests[0].query == {"limit": "1", "expand[0]": "data.customer"}


def test_time_only_goes_forward_as_it_is_told(fake):
    moments = []
    for seconds in (0, 1, 60):
        fake.advance(seconds)
        moments.append(fake.now)

    assert [after - before for before, after in pairwise(moments)] == [1, 60]


def test_a_port_in_use_is_named_with_the_way_out(fake, server):
    expected = f"port {server.port} is in use; give another one, or 0 for any"
    with pytest.raises(OSError, match=expected), serve(fake, port=server.port):
        pass  # pragma: no cover - it does not begin
