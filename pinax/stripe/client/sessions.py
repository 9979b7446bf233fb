"""The clients of stripe-python, which keep their connections to Stripe open."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import requests  # a dependency of stripe-python, which uses it
import stripe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Returns an HTTP client of stripe-python with these time-outs, for connecting and for reading, in seconds.
    Transport = Callable[[tuple[float, float]], stripe.HTTPClient]


class Settings(NamedTuple):
    """The settings of a client.

    Attributes:
        key: the API key.
        base: the URL of the API; None for Stripe's.
        timeout: for connecting and for reading, in seconds.
        version: the API version; None for that of stripe-python.
        retries: how often stripe-python retries a request.
        transport: makes the HTTP client; None for connections to Stripe.
    """

    key: str
    base: str | None
    timeout: tuple[float, float]
    version: str | None
    retries: int
    transport: Transport | None = None


class _Sessions(threading.local):
    """One session for each thread, which does not follow redirects: Stripe sends none, so they lead elsewhere.

    The proxies in the environment are read once: requests reads all of the environment twice for each request. It would
    also read ``~/.netrc``, whose password would replace the API key.
    """

    def __init__(self) -> None:
        self._session = requests.Session()

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        if self._session.trust_env:
            self._session.trust_env = False
            self._session.proxies = requests.utils.get_environ_proxies(url)
        return self._session.request(method, url, allow_redirects=False, **options)


#: The transport of all requests; None for connections to Stripe.
_transport: Transport | None = None


def current_transport() -> Transport | None:
    """Return what makes the HTTP clients instead of connections to Stripe; None unless a test replaces them."""
    return _transport


@contextmanager
def replaced_transport(transport: Transport) -> Iterator[None]:
    """Send all requests of the process by another HTTP client until the block ends; for tests."""
    global _transport  # noqa: PLW0603  (of all threads, which a context variable would not reach)
    before, _transport = _transport, transport
    try:
        yield
    finally:
        _transport = before


def _connections(timeout: tuple[float, float]) -> stripe.HTTPClient:
    return stripe.RequestsClient(timeout=timeout, session=cast("requests.Session", _Sessions()))


@lru_cache(maxsize=16)
def client_with(*settings: Any) -> stripe.StripeClient:
    """Return the client with the values of these `Settings`; one for all threads."""
    how = Settings(*settings)
    return stripe.StripeClient(
        how.key,
        base_addresses={"api": how.base} if how.base else {},
        http_client=(how.transport or _connections)(how.timeout),
        max_network_retries=how.retries,
        stripe_version=how.version,
    )
