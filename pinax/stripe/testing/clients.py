"""stripe-python's own HTTP clients, whose requests to Stripe something else answers for a while."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch
from urllib.parse import urlsplit

import stripe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The HTTP clients that stripe-python makes by itself; which of them exist depends on its version.
CLIENTS: Final = ("RequestsClient", "UrllibClient", "UrlFetchClient", "PycurlClient", "HTTPXClient", "AIOHTTPClient")
METHODS: Final = ("request", "request_async", "request_stream", "request_stream_async")


@contextmanager
def answering_for_stripe(answer: Callable[..., Any], base: str | None = None) -> Iterator[None]:
    """Let ``answer`` answer the requests to Stripe until the block ends, in all threads; others are sent as usual.

    Args:
        answer: is called with the name of the client's method, and its arguments: the HTTP method, the URL, and more.
        base: another URL whose requests are for Stripe, that of a fake for development.
    """
    place = urlsplit(base).netloc if base else None
    with ExitStack() as stack:
        for client in filter(None, (getattr(stripe, name, None) for name in CLIENTS)):
            for method in METHODS:
                if method in vars(client):
                    replacement = _answered_by(answer, place, method, vars(client)[method])
                    stack.enter_context(patch.object(client, method, replacement))
        yield


def _answered_by(
    answer: Callable[..., Any], place: str | None, method: str, original: Callable[..., Any]
) -> Callable[..., Any]:
    """Return a method of a client that passes on the requests that are for Stripe."""

    def ask(client: Any, verb: str, url: str, *args: Any, **options: Any) -> Any:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if host == "stripe.com" or host.endswith(".stripe.com") or parts.netloc == place:
            return answer(method, verb, url, *args, **options)
        return original(client, verb, url, *args, **options)

    return ask
