"""The fake Stripe in this process, instead of Stripe: for the app, and for the project's own calls."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch
from urllib.parse import urlsplit

import stripe
from django.test import override_settings

from pinax.stripe.client.sessions import replaced_transport
from pinax.stripe.conf import conf
from pinax.stripe.keys import mode_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pinax.stripe.testing.fake import FakeStripe

#: The HTTP clients that stripe-python makes by itself; which of them exist depends on its version.
CLIENTS: Final = ("RequestsClient", "UrllibClient", "UrlFetchClient", "PycurlClient", "HTTPXClient", "AIOHTTPClient")
METHODS: Final = ("request", "request_async", "request_stream", "request_stream_async")


@contextmanager
def in_process(fake: FakeStripe) -> Iterator[FakeStripe]:
    """Let ``fake`` answer what this process asks of Stripe until the block ends, in all threads.

    That is what the app asks, and what the project asks with stripe-python: ``stripe.Customer.create(…)``, and any
    ``StripeClient``, also one that was made before. Nothing is sent to Stripe in the block. Requests to other hosts are
    sent as usual.

    The fake accepts the keys in the settings, and ``stripe.api_key``. For a mode without a key, one is set.

    Args:
        fake: the fake Stripe.
    """
    with ExitStack() as stack:
        stack.enter_context(override_settings(**_keys_for(fake)))
        stack.enter_context(replaced_transport(fake.http_client))
        for client in filter(None, (getattr(stripe, name, None) for name in CLIENTS)):
            for method in METHODS:
                if method in vars(client):
                    answering = _answered_by(fake, method, vars(client)[method])
                    stack.enter_context(patch.object(client, method, answering))
        yield fake


def _keys_for(fake: FakeStripe) -> dict[str, str]:
    """Let the fake accept the keys of the project, and return settings with those that are missing."""
    for key in filter(None, (conf.SECRET_KEY, conf.TEST_SECRET_KEY, stripe.api_key)):
        fake.accept(key)
    if not conf.SECRET_KEY:
        return {"PINAX_STRIPE_SECRET_KEY": fake.test_key}
    if mode_of(conf.SECRET_KEY) and not conf.TEST_SECRET_KEY:
        return {"PINAX_STRIPE_TEST_SECRET_KEY": fake.test_key}
    return {}


def _answered_by(fake: FakeStripe, method: str, original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of stripe-python's client that asks the fake, if the request is for Stripe."""

    def ask(client: Any, verb: str, url: str, *args: Any, **options: Any) -> Any:
        host = urlsplit(url).hostname or ""
        if host == "stripe.com" or host.endswith(".stripe.com"):
            return getattr(fake.http_client(), method)(verb, url, *args, **options)
        return original(client, verb, url, *args, **options)

    return ask
