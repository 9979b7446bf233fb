"""Facts of the contract: a Stripe that outlives a test, services that are there, what the shop is told to do."""

import os
import socket
from urllib.parse import urlsplit

import pytest

from pinax.stripe.testing import FakeStripe, build, serve

from .shop.models import Sale


@pytest.fixture(scope="module")
def stripe_server():
    """A Stripe for a whole module, so that a worker which starts once can ask it."""
    with serve(FakeStripe()) as server:
        yield server


@pytest.fixture
def stripe(stripe_server, settings):
    settings.PINAX_STRIPE_API_BASE = stripe_server.url
    return stripe_server.fake


@pytest.fixture(scope="session")
def service():
    """Return a service's address if somebody listens there. If not: skip, or fail where all services have to be."""

    def service(variable, default):
        address = os.environ.get(variable, default)
        place = urlsplit(address)
        with socket.socket() as trial:
            trial.settimeout(5)
            if trial.connect_ex((place.hostname, place.port)) == 0:
                return address
        said = f"nobody listens at {place.hostname}:{place.port}, see {variable}"
        return pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)

    return service


@pytest.fixture
def customer(stripe):
    """Let a customer be created at Stripe, with metadata; return the body that is posted."""
    return lambda **metadata: stripe.event("customer.created", build("customer", metadata=metadata))


@pytest.fixture
def sales():
    """Return how often the shop's work for an event was kept."""
    return lambda body: Sale.objects.filter(event_id=body["id"]).count()
