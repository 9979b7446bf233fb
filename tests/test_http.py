"""The door as a server has it: requests that no test client sends, over a socket on loopback."""

import gzip
import json
import os
import socket
import subprocess
import sys
import threading
import zlib
from contextlib import closing, suppress
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import AsyncClient, Client

from pinax.stripe.models import Event

pytestmark = pytest.mark.loopback

WEBHOOK = "/stripe/webhook/"
MAX = 2_000
ROOT = Path(__file__).parents[1]


class Handler(WSGIRequestHandler):
    """What came of a request is told to the test, not printed."""

    timeout = 5

    def log_message(self, *said):
        pass

    def finish(self):
        """Take in what was left unread, as servers do: closed over it, a connection loses the answer."""
        super().finish()
        with suppress(OSError):
            while self.connection.recv(65_536):
                pass


@pytest.fixture
def door(transactional_db, settings):
    """The address of a real server, and the errors that got out of the application."""
    settings.PINAX_STRIPE_MAX_BODY_BYTES = MAX
    escaped = []
    application = get_wsgi_application()

    def watched(environ, start_response):
        try:
            return application(environ, start_response)
        except Exception as error:
            escaped.append(error)
            raise

    server = make_server("127.0.0.1", 0, watched, handler_class=Handler)
    server.handle_error = lambda *_: None  # clients here hang up, and that is what is tried
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.server_address
    server.shutdown()
    server.server_close()
    thread.join()
    assert escaped == []


def ask(door, head, body=b"", *, hang_up=False):
    """Send these bytes, and return the status of the answer; None where the client hangs up before it is sent."""
    with closing(socket.create_connection(door, timeout=10)) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
        if hang_up:
            return None
        said = b""
        while more := connection.recv(65_536):
            said += more
    return int(said.split(b" ", 2)[1])


def head(length, *more, method="POST", path=WEBHOOK):
    lines = [f"{method} {path} HTTP/1.1", "Host: shop.example", "Content-Type: application/json", *more]
    return "\n".join([*lines, *([] if length is None else [f"Content-Length: {length}"])]) + "\n"


def chunked(body):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:5], body[5:])) + b"0\r\n\r\n"


def test_a_genuine_event_comes_through_a_real_server(door, stripe, settings):
    genuine = json.dumps(stripe.event("ping")).encode()

    assert ask(door, head(len(genuine)), genuine) == 200
    assert Event.objects.get().processed


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not(door, stripe):
    genuine = json.dumps(stripe.event("ping")).encode()
    full = genuine + b" " * (MAX - len(genuine))

    assert ask(door, head(MAX + 1), full + b" ") == 413
    assert Event.objects.count() == 0
    assert ask(door, head(MAX), full) == 200


@pytest.mark.parametrize("length", [1_999, 10**9, 10**30])
def test_of_a_length_that_is_too_long_what_comes_is_read(length, door, stripe):
    genuine = json.dumps(stripe.event("ping")).encode()

    assert ask(door, head(length), genuine[:-1]) == 400
    assert ask(door, head(length), genuine) == 200
    assert ask(door, head(length), b"x" * 10_000) == (413 if length > MAX else 400)


@pytest.mark.parametrize("length", [0, 10, None, "-1", "x", "", "1, 2", "0x10", "²"])
def test_a_length_that_is_too_short_or_none_is_answered_400(length, door, stripe):
    genuine = json.dumps(stripe.event("ping")).encode()

    assert ask(door, head(length), genuine) in {400, 413}
    assert (Event.objects.count(), stripe.requests) == (0, [])


@pytest.mark.parametrize("sent", [0, 1, 100])
def test_a_sender_that_hangs_up_leaves_nothing(sent, door, stripe):
    genuine = json.dumps(stripe.event("ping")).encode()

    ask(door, head(len(genuine)), genuine[:sent], hang_up=True)

    # The server takes one after the other: once this is answered, that was.
    assert ask(door, head(2), b"{}") == 400
    assert (Event.objects.count(), stripe.requests) == (0, [])


@pytest.mark.parametrize(
    ("encoding", "coded"),
    [
        ("Content-Encoding: gzip", gzip.compress),
        ("Content-Encoding: deflate", zlib.compress),
        ("Content-Encoding: gzip", lambda body: gzip.compress(b" " * 1_500_000)),
    ],
    ids=["gzip", "deflate", "a gzip bomb"],
)
def test_what_is_packed_is_not_unpacked(encoding, coded, door, stripe):
    genuine = coded(json.dumps(stripe.event("ping")).encode())

    assert ask(door, head(len(genuine), encoding), genuine) in {400, 413}
    assert (Event.objects.count(), stripe.requests) == (0, [])


@pytest.mark.parametrize("coding", ["chunked", "Chunked", "gzip, chunked"])
def test_chunks_of_which_the_server_makes_no_end_are_answered_411_and_the_log_says_why(coding, door, stripe, caplog):
    """As wsgiref's does not; a length that says otherwise is believed, as Django believes it."""
    genuine = json.dumps(stripe.event("ping")).encode()

    assert ask(door, head(None, f"Transfer-Encoding: {coding}"), chunked(genuine)) == 411
    assert "not read: 411 (it is chunked" in caplog.text
    assert ask(door, head(0, f"Transfer-Encoding: {coding}"), b"") == 400
    assert (Event.objects.count(), stripe.requests) == (0, [])


@pytest.fixture
def gunicorn(transactional_db, stripe, settings):
    """The address of gunicorn with the same project and database."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TESTED_DATABASE": str(connection.settings_dict["NAME"]),
        "TESTED_API_BASE": settings.PINAX_STRIPE_API_BASE,
        "TESTED_MAX": str(MAX),
    }
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = ["gunicorn", "--bind", f"fd://{listening.fileno()}", "tests.served:application"]
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment,
            pass_fds=[listening.fileno()],
            stderr=subprocess.PIPE,
        )
        yield listening.getsockname()
        process.terminate()
        process.communicate()


def test_chunks_of_which_the_server_makes_an_end_are_read(stripe, gunicorn):
    genuine = json.dumps(stripe.event("ping")).encode()
    full = genuine + b" " * (MAX - len(genuine))
    chunks = head(None, "Transfer-Encoding: chunked")

    assert ask(gunicorn, chunks, chunked(genuine)) == 200
    assert Event.objects.get().processed
    assert ask(gunicorn, chunks, chunked(full)) == 200
    assert ask(gunicorn, chunks, chunked(full + b" ")) == 413
    assert ask(gunicorn, chunks, chunked(b"")) == 400
    assert ask(gunicorn, chunks, chunked(genuine)[:-30]) == 400
    assert ask(gunicorn, head(len(genuine)), genuine) == 200


@pytest.mark.parametrize(
    "more",
    [
        ["Stripe-Signature: t=1,v1=a", "Stripe-Signature: t=2,v1=b"],
        ["Stripe-Signature: " + "t=1," * 10_000],
        ["Stripe_Signature: t=1,v1=a"],
        ["Stripe-Signature: \xff\xfe"],
        ["Stripe-Signature:"],
        ["X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher", "X-Original-URL: /admin/"],
        ["Cookie: sessionid=\xff; csrftoken"],
        ["Expect: 200-maybe"],
        ["Range: bytes=0-", "If-None-Match: *", "Upgrade: h2c"],
    ],
    ids=lambda more: more[0][:30],
)
def test_no_header_is_too_odd(more, door, stripe, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]
    genuine = json.dumps(stripe.event("ping")).encode()

    assert ask(door, head(len(genuine), *more), genuine) == 400
    assert (Event.objects.count(), stripe.requests) == (0, [])


@pytest.mark.parametrize("size", [60_000, 1_000_000])
def test_a_header_of_a_size_that_no_proxy_lets_through_costs_no_signature(size, door, stripe, settings):
    """What the server itself refuses is 431; what it lets through is refused for its length."""
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]

    assert ask(door, head(2, "Stripe-Signature: t=1" + ",v1=aa" * (size // 6)), b"{}") in {400, 431}


@pytest.mark.django_db
def test_a_hundred_thousand_candidates_are_not_looked_at(stripe, post_event, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]

    for header in ("t=1" + ",v1=a" * 100_000, "v1=a," * 100_000 + "t=1", "x" * 1024 * 1024):
        assert post_event(stripe.event("ping"), **{"Stripe-Signature": header}).status_code == 400


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "post"]
)
@pytest.mark.django_db
def test_another_method_is_answered_405_with_the_one_that_is_allowed(method, stripe):
    response = Client().generic(method, WEBHOOK, json.dumps(stripe.event("ping")), "application/json")

    # WSGI hands methods over as they are; Django takes "post" for POST.
    assert response.status_code == (200 if method == "post" else 405)
    assert method == "post" or response["Allow"] == "POST"


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
@pytest.mark.django_db
def test_a_method_is_overridden_by_no_header(name, stripe, post_event):
    assert post_event(stripe.event("ping"), **{name: "DELETE"}).status_code == 200
    assert Client().get(WEBHOOK, headers={name: "POST"}).status_code == 405


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "text/html; charset=\xff",
        "application/x-msgpack",
        "",
        ";;;=",
    ],
)
@pytest.mark.django_db
def test_the_type_of_the_content_is_not_looked_at(kind, stripe):
    response = Client().generic("POST", WEBHOOK, json.dumps(stripe.event("ping")), kind)

    assert response.status_code == 200
    assert Event.objects.get().processed


@pytest.mark.django_db
def test_what_stands_behind_the_address_is_not_looked_at(stripe):
    body = stripe.event("ping")
    query = "?livemode=true&type=charge.succeeded&%00=%ff&_method=DELETE&" + "a=b&" * 2_000

    response = Client().post(WEBHOOK + query, json.dumps(body), content_type="application/json")

    assert response.status_code == 200
    assert (Event.objects.get().kind, Event.objects.get().livemode) == ("ping", False)


@pytest.mark.django_db(transaction=True)
def test_an_asynchronous_server_has_the_same_door(stripe, settings):
    settings.PINAX_STRIPE_MAX_BODY_BYTES = MAX

    async def post(body):
        return (await AsyncClient().post(WEBHOOK, body, content_type="application/json")).status_code

    assert async_to_sync(post)(json.dumps(stripe.event("ping"))) == 200
    assert async_to_sync(post)(b"[" * 1_000) == 400
    assert async_to_sync(post)(b"x" * (MAX + 1)) == 413


@pytest.mark.django_db(transaction=True)
def test_an_asynchronous_server_has_read_the_chunks_already(stripe):
    async def post(*parts):
        scope = {"type": "http", "method": "POST", "path": WEBHOOK, "headers": [(b"transfer-encoding", b"chunked")]}
        server = ApplicationCommunicator(get_asgi_application(), scope)
        for part in parts:
            await server.send_input({"type": "http.request", "body": part, "more_body": True})
        await server.send_input({"type": "http.request", "body": b""})
        status = (await server.receive_output(10))["status"]
        await server.receive_output(10)
        await server.wait(10)
        return status

    genuine = json.dumps(stripe.event("ping")).encode()

    assert async_to_sync(post)(genuine[:5], genuine[5:]) == 200
    assert Event.objects.get().processed
