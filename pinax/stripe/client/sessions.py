"""The clients of stripe-python, which keep their connections to Stripe open."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, NamedTuple, cast

import requests  # a dependency of stripe-python, which uses it
import stripe


class Settings(NamedTuple):
    """The settings of a client.

    Attributes:
        key: the API key.
        base: the URL of the API; None for Stripe's.
        timeout: for connecting and for reading, in seconds.
        version: the API version; None for that of stripe-python.
        retries: how often stripe-python retries a request.
    """

    key: str
    base: str | None
    timeout: tuple[float, float]
    version: str | None
    retries: int


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


@lru_cache(maxsize=16)
def client_with(
    key: str, base: str | None, timeout: tuple[float, float], version: str | None, retries: int
) -> stripe.StripeClient:
    """Return the client with these `Settings`; one for all threads."""
    session = cast("requests.Session", _Sessions())
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else {},
        http_client=stripe.RequestsClient(timeout=timeout, session=session),
        max_network_retries=retries,
        stripe_version=version,
    )
