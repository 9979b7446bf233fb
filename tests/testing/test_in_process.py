"""The fake in this process: everything that asks Stripe gets its answers, and no socket is opened."""

import asyncio
import socket
import threading

import pytest
import requests
import stripe as stripe_python

from pinax.stripe import client
from pinax.stripe.exceptions import StripeUnreachable
from pinax.stripe.scope import Scope
from pinax.stripe.testing import FakeStripe, build, in_process, serve

TEST = Scope(livemode=False)


@pytest.fixture
def no_socket(monkeypatch):
    def refuse(*args):
        raise AssertionError("a socket is connected")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def inside(no_socket):
    with in_process(FakeStripe()) as fake:
        yield fake


@pytest.fixture
def charge(inside):
    return inside.put(build("charge"))


def test_the_app_asks_the_fake(inside, charge):
    answer = client.retrieve("/v1/charges/{id}", {"id": charge["id"]}, TEST)

    assert answer.data == charge
    assert [request.path for request in inside.requests] == [f"/v1/charges/{charge['id']}"]


def test_the_async_client_of_the_app_asks_the_fake(inside, charge):
    from pinax.stripe.client import asynchronous

    async def ask():
        return await asynchronous.run(client.retrieve, "/v1/charges/{id}", {"id": charge["id"]}, TEST)

    assert asyncio.run(ask()).data == charge


def test_a_client_of_the_project_that_was_made_before_asks_the_fake(no_socket):
    own = stripe_python.StripeClient("sk_test_fake", max_network_retries=0)

    with in_process(FakeStripe()) as fake:
        charge = fake.put(build("charge"))

        assert own.v1.charges.retrieve(charge["id"]).amount == charge["amount"]


def test_a_client_of_the_project_with_the_address_of_the_settings_asks_the_fake(settings, no_socket):
    settings.PINAX_STRIPE_API_BASE = "http://127.0.0.1:8766"
    client = stripe_python.StripeClient("sk_test_fake", base_addresses={"api": settings.PINAX_STRIPE_API_BASE})

    with in_process(FakeStripe()) as fake:
        created = client.v1.customers.create({})

    assert [row["id"] for row in fake.created("customer")] == [created.id]


def test_the_global_functions_of_stripe_python_ask_the_fake(inside, charge):
    assert stripe_python.Charge.retrieve(charge["id"], api_key="sk_test_fake").amount == charge["amount"]


def test_an_async_call_of_the_project_asks_the_fake(inside, charge):
    own = stripe_python.StripeClient("sk_test_fake", max_network_retries=0)

    assert asyncio.run(own.v1.charges.retrieve_async(charge["id"])).amount == charge["amount"]


def test_all_threads_ask_the_fake(inside, charge):
    found = []
    thread = threading.Thread(
        target=lambda: found.append(client.retrieve("/v1/charges/{id}", {"id": charge["id"]}, TEST).data)
    )
    thread.start()
    thread.join()

    assert found == [charge]


def test_the_next_fake_does_not_get_the_answers_of_the_one_before():
    for account in ("acct_one", "acct_two"):
        with in_process(FakeStripe(account_id=account)):
            assert client.own_account(TEST) == account


def test_a_request_to_another_host_goes_there():
    served = serve(FakeStripe(account_id="acct_served"))
    with served as server, in_process(FakeStripe()), requests.Session() as session:
        own = stripe_python.StripeClient(
            "sk_test_fake",
            base_addresses={"api": server.url},
            http_client=stripe_python.RequestsClient(session=session),
        )

        assert own.raw_request("get", "/v1/account").data["id"] == "acct_served"


def test_after_the_block_everything_is_as_before():
    before = vars(stripe_python.RequestsClient)["request"]
    with in_process(FakeStripe()):
        assert vars(stripe_python.RequestsClient)["request"] is not before
        assert client.current_transport() is not None

    assert vars(stripe_python.RequestsClient)["request"] is before
    assert client.current_transport() is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"SECRET_KEY": "", "TEST_SECRET_KEY": None}, ("sk_test_fake", None)),
        ({"SECRET_KEY": "sk_live_ours", "TEST_SECRET_KEY": None}, ("sk_live_ours", "sk_test_fake")),
        ({"SECRET_KEY": "rk_test_ours", "TEST_SECRET_KEY": None}, ("rk_test_ours", None)),
        ({"SECRET_KEY": "sk_live_ours", "TEST_SECRET_KEY": "sk_test_ours"}, ("sk_live_ours", "sk_test_ours")),
    ],
)
def test_the_keys_of_the_project_are_accepted_and_a_missing_one_is_set(settings, given, expected):
    for name, value in given.items():
        setattr(settings, f"PINAX_STRIPE_{name}", value)

    with in_process(FakeStripe()) as fake:
        keys = (settings.PINAX_STRIPE_SECRET_KEY, settings.PINAX_STRIPE_TEST_SECRET_KEY)
        assert keys == expected
        fake.put(build("charge", id="ch_1"))
        assert client.retrieve("/v1/charges/ch_1", {}, TEST).data["id"] == "ch_1"


def test_a_connection_can_be_dropped(inside, charge):
    with inside.answering(None), pytest.raises(StripeUnreachable):
        client.retrieve("/v1/charges/{id}", {"id": charge["id"]}, TEST)


def test_an_answer_that_takes_longer_than_the_time_out_is_none(inside, charge, settings):
    settings.PINAX_STRIPE_API_TIMEOUT = (1, 0.05)

    with inside.answering(delay=5), client.no_retries(), pytest.raises(StripeUnreachable):
        client.retrieve("/v1/charges/{id}", {"id": charge["id"]}, TEST)
