"""A fake Stripe on loopback, and stripe-python's own client to ask it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import requests
import stripe

from pinax.stripe.testing.fake import FakeStripe
from pinax.stripe.testing.server import Server, serve

NOON = 1_793_188_800  # 2026-10-28 12:00:00 UTC


@pytest.fixture
def fake() -> FakeStripe:
    return FakeStripe(now=NOON)


@pytest.fixture
def server(fake: FakeStripe) -> Iterator[Server]:
    with serve(fake) as server:
        yield server


@pytest.fixture(params=["loopback", "in process"])
def http_client(request, fake: FakeStripe) -> Iterator[stripe.HTTPClient]:
    """stripe-python's way to the fake: each test goes both."""
    if request.param == "in process":
        yield fake.http_client(5)
        return
    with requests.Session() as session:
        yield stripe.RequestsClient(session=session, timeout=5)


@pytest.fixture
def client_with(
    server: Server, http_client: stripe.HTTPClient, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], stripe.StripeClient]:
    monkeypatch.setattr(stripe, "enable_telemetry", False)
    return lambda key: stripe.StripeClient(
        key, base_addresses={"api": server.url}, max_network_retries=0, http_client=http_client
    )


@pytest.fixture
def client(client_with: Callable[[str], stripe.StripeClient]) -> stripe.StripeClient:
    return client_with("sk_test_fake")


@pytest.fixture
def v1(client: stripe.StripeClient) -> Any:
    return client.v1


@pytest.fixture
def customer(v1: Any) -> Any:
    """A customer with a card."""
    customer = v1.customers.create({"email": "ada@example.com"})
    card = v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    return v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": card.id}})


@pytest.fixture
def get(client: stripe.StripeClient) -> Callable[..., Any]:
    """Ask as stripe-python asks, and read the answer as raw JSON."""

    def ask(path: str, **options: Any) -> Any:
        return client.raw_request("get", path, **options).data

    return ask


@pytest.fixture
def requests_get() -> Iterator[Callable[..., requests.Response]]:
    with requests.Session() as session:
        yield session.get


@pytest.fixture
def in_thread() -> Iterator[Callable[..., Future[Any]]]:
    with ThreadPoolExecutor() as pool:
        yield pool.submit
