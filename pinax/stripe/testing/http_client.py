"""An HTTP client of stripe-python that asks a fake Stripe in this process: no socket, no server."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import stripe
from requests.structures import CaseInsensitiveDict  # a dependency of stripe-python

from pinax.stripe.testing.exchange import Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Coroutine, Iterable, Mapping

    from pinax.stripe.testing.fake import FakeStripe


class FakeHTTPClient(stripe.HTTPClient):
    """The HTTP client of one fake Stripe; see :meth:`FakeStripe.http_client`."""

    name = "fake"

    def __init__(self, fake: FakeStripe, timeout: float) -> None:
        super().__init__()
        self._fake = fake
        self._timeout = timeout

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_usage: Any
    ) -> tuple[Any, int, Mapping[str, str]]:
        """Return body, status and headers of the fake's response.

        Raises:
            stripe.APIConnectionError: the fake was told to drop the connection, or not to answer in time.
        """
        target = re.sub(r"^\w+://[^/?]*", "", url)
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        try:
            answer = self._fake.answer(Request.parse(method.upper(), target, headers or {}, body), self._timeout)
        except (ConnectionResetError, TimeoutError) as error:
            raise _connection_error(str(error), should_retry=True) from error
        if answer.broken_off:
            raise _connection_error("the connection was dropped in the middle of the response", should_retry=False)
        return answer.body, answer.status, CaseInsensitiveDict(answer.headers)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Do the same without holding up the event loop."""
        return await asyncio.to_thread(self.request, method, url, headers, post_data)

    def request_stream(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_usage: Any
    ) -> tuple[Iterable[bytes], int, Mapping[str, str]]:
        """Return the body as its only part."""
        body, status, answered = self.request(method, url, headers, post_data)
        return [body], status, answered

    async def request_stream_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[AsyncIterable[bytes], int, Mapping[str, str]]:
        """Return the body as its only part."""
        body, status, answered = await self.request_async(method, url, headers, post_data)

        async def parts() -> AsyncIterable[bytes]:
            yield body

        return parts(), status, answered

    def sleep_async(self, secs: float) -> Coroutine[Any, Any, None]:
        """Wait before a retry."""
        return asyncio.sleep(secs)

    def close(self) -> None:
        """Do nothing: there is no connection."""

    async def close_async(self) -> None:
        """Do nothing: there is no connection."""


def _connection_error(message: str, *, should_retry: bool) -> stripe.APIConnectionError:
    return stripe.APIConnectionError(message, should_retry=should_retry)  # type: ignore[no-untyped-call]  # it has no types
