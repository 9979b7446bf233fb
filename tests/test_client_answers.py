"""Any answer, of Stripe's or of something between, is one of our own errors; told to stripe-python over loopback."""

import asyncio
import gc
import gzip
import json
import socket
import threading
import warnings
from contextlib import contextmanager

import pytest

from pinax.stripe import client
from pinax.stripe.client import asynchronous
from pinax.stripe.exceptions import NoSuchObject, RateLimited, RequestRefused, StripeUnreachable
from pinax.stripe.scope import Scope
from pinax.stripe.testing import build

pytestmark = pytest.mark.loopback

SCOPE = Scope(livemode=False)

#: What the servers between us and Stripe say, or what Stripe itself never says.
NOT_STRIPES = {
    "nothing": b"",
    "HTML": b"<html><h1>Bad gateway</h1></html>",
    "half of it": b'{"error": {"type": "api_er',
    "not UTF-8": b'{"error": "\xff\xfe"}',
    "UTF-16": '{"error": {"type": "api_error"}}'.encode("utf-16"),
    "null": b"null",
    "a number": b"503",
    "a string": b'"unavailable"',
    "a list": b'[{"error": {"type": "api_error"}}]',
    "an infinity": b"Infinity",
    "a number without an end": b"1" * 5_000,
    "deep": b"[" * 100_000,
    "an object": b'{"message": "no healthy upstream"}',
    "error: a string": b'{"error": "unavailable"}',
    "error: a word of OAuth's": b'{"error": "invalid_request", "error_description": 1}',
    "error: null": b'{"error": null}',
    "error: a number": b'{"error": 503}',
    "error: a list": b'{"error": ["unavailable"]}',
    "error: true": b'{"error": true}',
    "error: an empty object": b'{"error": {}}',
    "error: an object of somebody else's": b'{"error": {"code": 403, "message": "forbidden", "status": "DENIED"}}',
    "error: all of another type": b'{"error": {"type": 1, "code": [], "message": {}, "param": true}}',
    "error: deep": b'{"error": {"code": ' + b"[" * 900 + b"]" * 900 + b"}}",
    "error: objects that are none": (
        b'{"error": {"object": "list", "data": 1, "payment_intent": {"object": 1, "charges": {"object": "list"}}}}'
    ),
    "error: twice": b'{"error": null, "error": "twice"}',
}
#: What Stripe itself says, as oddly as it might.
STRIPES = {
    "a type": {"error": {"type": "invalid_request_error", "message": "No."}},
    "a code": {"error": {"code": "brand_new", "message": None}},
    "a type, the rest odd": {"error": {"type": "api_error", "code": 7, "message": ["no"], "param": {"a": 1}}},
    "a code, the rest odd": {"error": {"code": "ä" * 10_000, "type": {}, "source": {"object": "charge", "id": 1}}},
}
STATUSES = (300, 301, 304, 307, 400, 401, 402, 403, 404, 405, 408, 409, 421, 422, 425, 429, 451, 499)
STATUSES = (*STATUSES, 500, 502, 503, 504, 520, 529, 599, 600, 999)


@pytest.fixture(scope="module")
def event_loop(little_garbage):
    with asyncio.Runner() as runner:
        yield runner


def here(function, *arguments):
    return function(*arguments)


class By:
    """Calls a function of the client: in this thread, or for an event loop."""

    call = staticmethod(here)


@pytest.fixture(autouse=True, params=["a thread", "an event loop"])
def asking(request, event_loop, monkeypatch):
    if request.param == "an event loop":
        monkeypatch.setattr(By, "call", lambda *call: event_loop.run(asynchronous.run(*call)))


def retrieve(customer_id="cus_1"):
    return By.call(client.retrieve, "/v1/customers/{id}", {"id": customer_id}, SCOPE)


def asked():
    """Return which of our errors a question ends in; any other one fails the test."""
    with pytest.raises((StripeUnreachable, NoSuchObject)) as raised:
        retrieve()
    return raised.type


@pytest.mark.parametrize("name", NOT_STRIPES)
def test_what_is_not_stripes_answer_says_that_stripe_is_out_of_reach(name, stripe):
    for status in STATUSES:
        with stripe.answering(status, NOT_STRIPES[name]):
            found = asked()

        assert found in ({StripeUnreachable, RateLimited} if status == 429 else {StripeUnreachable}), status


@pytest.mark.parametrize("name", [name for name in NOT_STRIPES if not NOT_STRIPES[name].startswith(b'{"')])
def test_what_is_not_an_object_is_not_an_answer_whatever_its_status(name, stripe):
    for status in (200, 201, 202, 206, 299):
        with stripe.answering(status, NOT_STRIPES[name]):
            assert asked() is StripeUnreachable
            with pytest.raises(StripeUnreachable):
                By.call(client.page, "/v1/customers", {}, {}, SCOPE)


@pytest.mark.parametrize("name", STRIPES)
def test_what_stripe_says_is_refused_or_put_off_by_its_status(name, stripe):
    for status in STATUSES:
        with stripe.answering(status, STRIPES[name]):
            found = asked()

        if status == 429:
            assert found is RateLimited
        elif 400 <= status < 500 and status not in {408, 409, 425}:
            assert found is RequestRefused, status
        else:
            assert found is StripeUnreachable, status


def test_too_many_requests_are_that_whoever_says_so(stripe):
    for body in (b"<html>", {"message": "slow down"}, {"error": {"code": "rate_limit"}}):
        with stripe.answering(429, body):
            assert asked() is RateLimited
    with stripe.answering(400, {"error": {"type": "invalid_request_error", "code": "rate_limit"}}):
        assert asked() is RateLimited


def test_the_error_says_the_status_and_a_note_the_words_but_not_without_end(stripe):
    with stripe.answering(503, "<html>" + "gateway " * 100_000), pytest.raises(StripeUnreachable) as raised:
        retrieve()

    assert str(raised.value) == "Stripe answered 503 (APIError)"
    (note,) = raised.value.__notes__
    assert "gateway" in note
    assert len(note) < 10_000


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status, stripe):
    stripe.put(build("customer", id="cus_1"))
    there = {"Location": "/v1/customers/cus_1"}

    with stripe.answering(status, b"", there, path="/v1/customers/moved"), pytest.raises(StripeUnreachable):
        retrieve("moved")
    assert [request.path for request in stripe.requests] == ["/v1/customers/moved"]


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_is_none(status, stripe):
    with stripe.answering(status):
        assert asked() is StripeUnreachable


@pytest.mark.parametrize("retry", [True, False], ids=["before the answer", "in the middle of it"])
def test_a_connection_that_breaks_is_not_an_answer(retry, stripe):
    stripe.put(build("customer", id="cus_1"))

    with client.no_retries(), stripe.answering(None, retry=retry):
        assert asked() is StripeUnreachable


@pytest.mark.parametrize(
    "date",
    ["", "now", "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2300", "Thu, 01 Jan 1970 00:00:00 GMT"],
)
def test_a_date_that_is_none_is_not_looked_at(date, stripe):
    stripe.put(build("customer", id="cus_1"))

    with stripe.answering(headers={"Date": date}):
        assert retrieve().data["id"] == "cus_1"
        with pytest.raises(NoSuchObject):
            retrieve("cus_2")


@contextmanager
def a_server_that_says(said):
    """Answer each connection with these bytes, whatever is asked, and close it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    connection.sendall(said)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


GENUINE = json.dumps({"id": "cus_1", "object": "customer"}).encode()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x16\x03\x01 this is TLS",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + GENUINE,
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + GENUINE,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + GENUINE[:5],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + GENUINE,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(GENUINE, mtime=0)[:-12],
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=none\r\n\r\n\xff",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n\r\n",
        b"HTTP/1.1 503 Unavailable\r\nRetry-After: never\r\nDate: never\r\nRequest-Id: \xff\r\n\r\n{}",
    ],
    ids=lambda said: said[:70].decode("latin-1").replace("\r\n", " ") or "nothing",
)
def test_what_is_not_http_is_not_an_answer(said, settings):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # urllib3 leaves a socket open over what it cannot unpack
        with a_server_that_says(said) as settings.PINAX_STRIPE_API_BASE, client.no_retries():
            assert asked() is StripeUnreachable
        gc.collect()


@pytest.mark.parametrize("asking", ["a thread"], indirect=True)  # httpx takes as many, and reads the answer
@pytest.mark.parametrize("headers", [b"X: y\r\n" * 1_000, b"X: " + b"y" * 100_000 + b"\r\n"], ids=["many", "long"])
def test_more_headers_than_python_reads_are_not_an_answer(headers, settings):
    said = b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + GENUINE
    with a_server_that_says(said) as settings.PINAX_STRIPE_API_BASE, client.no_retries():
        assert asked() is StripeUnreachable
