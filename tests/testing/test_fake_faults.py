"""Scripted answers: everything that a client of Stripe has to live with."""

import socket
import struct
import time

import pytest
import stripe

#: Closing a socket resets the connection at once.
RESET = struct.pack("ii", 1, 0)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, stripe.InvalidRequestError),
        (401, stripe.AuthenticationError),
        (402, stripe.CardError),
        (403, stripe.PermissionError),
        (404, stripe.InvalidRequestError),
        (409, stripe.APIError),
        (429, stripe.RateLimitError),
        (500, stripe.APIError),
        (503, stripe.APIError),
    ],
)
def test_any_error_can_be_scripted_by_its_status(fake, get, status, error):
    fake.answering(status, times=1)

    with pytest.raises(error) as raised:
        get("/v1/balance")

    assert raised.value.http_status == status
    assert raised.value.json_body["error"]["message"] == f"The fake Stripe was told to answer {status}."
    assert get("/v1/balance")["object"] == "balance"


@pytest.mark.parametrize("body", [b"<html>Bad gateway", "{", b""])
def test_garbage_is_no_answer(fake, get, body):
    with fake.answering(body=body), pytest.raises(stripe.APIError) as raised:
        get("/v1/balance")

    assert raised.value.http_status == 200


def test_bytes_are_sent_as_they_are(fake, server, requests_get):
    with fake.answering(body=b"\xff\xfe"):
        assert requests_get(f"{server.url}/v1/balance").content == b"\xff\xfe"


@pytest.mark.parametrize("body", [[], None, "7", {"id": "evt_other", "object": "event"}])
def test_any_json_can_be_answered(fake, get, body):
    with fake.answering(body=body):
        assert get("/v1/events/evt_x") == (7 if body == "7" else body)


def test_a_status_and_a_body_go_together(fake, get):
    error = {"error": {"type": "idempotency_error", "message": "Keys for idempotent requests …"}}

    with fake.answering(400, error), pytest.raises(stripe.IdempotencyError, match="Keys for idempotent"):
        get("/v1/balance")


def test_an_answer_that_has_no_body_ends_with_its_headers(fake, server):
    fake.answering(204)

    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET /v1/balance HTTP/1.1\r\nConnection: close\r\n\r\n")
        sent = connection.makefile("rb").read()

    assert sent.startswith(b"HTTP/1.1 204")
    assert sent.endswith(b"\r\n\r\n")


def test_headers_can_be_added_to_the_true_answer(fake, client):
    with fake.answering(headers={"Stripe-Should-Retry": "false"}):
        answer = client.raw_request("get", "/v1/balance")

    assert answer.data["object"] == "balance"
    assert answer.headers["Stripe-Should-Retry"] == "false"


def test_a_connection_can_be_dropped(fake, get):
    fake.answering(None, times=1)

    with pytest.raises(stripe.APIConnectionError):
        get("/v1/balance")

    assert get("/v1/balance")["object"] == "balance"
    assert len(fake.requests) == 2


@pytest.fixture
def tenacious(server, http_client, monkeypatch):
    """stripe-python as most have it, which tries again."""
    monkeypatch.setattr(stripe, "enable_telemetry", False)
    return stripe.StripeClient(
        "sk_test_fake", base_addresses={"api": server.url}, max_network_retries=1, http_client=http_client
    )


@pytest.mark.parametrize("status", [409, 500, 503, None])
def test_stripe_python_tries_again_only_where_it_is_told_to_be_free_to(status, fake, tenacious):
    with fake.answering(status, times=1), pytest.raises(stripe.StripeError):
        tenacious.raw_request("get", "/v1/balance")
    assert len(fake.requests) == 1

    with fake.answering(status, times=1, retry=True):
        assert tenacious.raw_request("get", "/v1/balance").data["object"] == "balance"
    assert len(fake.requests) == 3


def test_what_a_header_says_of_trying_again_stays_as_it_is(fake, tenacious):
    with fake.answering(400, times=1, headers={"Stripe-Should-Retry": "true"}):
        assert tenacious.raw_request("get", "/v1/balance").data["object"] == "balance"
    assert len(fake.requests) == 2


def test_an_answer_can_be_slow(fake, get):
    before = time.monotonic()

    with fake.answering(delay=0.2):
        assert get("/v1/balance")["object"] == "balance"

    assert time.monotonic() - before >= 0.2


def test_a_slow_answer_is_the_one_of_the_moment_when_it_was_asked_for(fake, get, in_thread):
    charge = fake.put({"id": "ch_1", "object": "charge", "description": "before"})
    fake.answering(delay=0.3, times=1)

    slow = in_thread(get, "/v1/charges/ch_1")
    while not fake.requests:
        time.sleep(0.01)
    fake.put(charge | {"description": "after"})

    assert slow.result()["description"] == "before"
    assert get("/v1/charges/ch_1")["description"] == "after"


def test_a_client_that_hangs_up_leaves_no_trace(fake, server, capfd):
    fake.answering(delay=0.2)

    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET /v1/balance HTTP/1.1\r\n\r\n")
        while not fake.requests:
            time.sleep(0.01)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    time.sleep(0.4)

    assert capfd.readouterr() == ("", "")


def test_a_fault_can_be_for_some_paths_only(fake, get):
    with fake.answering(500, path="/v1/events/*"):
        assert get("/v1/balance")["object"] == "balance"
        with pytest.raises(stripe.APIError):
            get("/v1/events/evt_x")


def test_faults_are_used_up_in_their_order(fake, get):
    fake.answering(500, times=2)
    fake.answering(429, times=1)

    for error in (stripe.APIError, stripe.APIError, stripe.RateLimitError):
        with pytest.raises(error):
            get("/v1/balance")
    assert get("/v1/balance")["object"] == "balance"


def test_a_fault_ends_with_its_block_or_by_hand(fake, get):
    with fake.answering(500, times=7):
        pass
    fault = fake.answering(500)
    fault.end()

    assert get("/v1/balance")["object"] == "balance"
