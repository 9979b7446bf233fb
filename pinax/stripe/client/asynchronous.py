"""Run synchronous code from async code, so that its requests to Stripe are awaited and hold no thread.

The code runs in a greenlet, in one of a few threads. At a request to Stripe it leaves the thread to others, the event
loop awaits the response, and the code goes on in the same thread. No transaction is open then, so the code of several
deliveries can share a thread and its database connection. SQLAlchemy's asyncio extension works in the same way.

Needs the extra ``pinax-stripe[async]``: greenlet and httpx.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar
from weakref import WeakKeyDictionary

import greenlet
import httpx
import stripe
from asgiref.sync import SyncToAsync, sync_to_async
from django.db import close_old_connections

from pinax.stripe.client import sender
from pinax.stripe.exceptions import StripeUnreachable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping

    from pinax.stripe.client.sessions import Settings

ReturnT = TypeVar("ReturnT")

#: How many threads run the code between the requests, and so how many database connections a process opens at most.
THREADS: Final = 8
#: A thread whose step takes more seconds gets no other delivery while another thread has time.
SLOW: Final = 0.5
#: How many connections to Stripe are kept open while there is nothing to send.
IDLE_CONNECTIONS: Final = 100
#: For how many seconds.
IDLE_FOR: Final = 60


async def run(function: Callable[..., ReturnT], *args: Any) -> ReturnT:
    """Call a synchronous function, await its requests to Stripe, and return what it returns.

    If the caller is cancelled, as when the sender hangs up, the function still runs to its end.
    """
    task = asyncio.ensure_future(_run(function, *args))
    _running.add(task)
    task.add_done_callback(_running.discard)
    return await asyncio.shield(task)


_running: Final[set[asyncio.Future[Any]]] = set()


async def _run(function: Callable[..., ReturnT], *args: Any) -> ReturnT:
    step = _Thread()
    result: Any
    try:
        work, result = await step(_begin, function, *args)
        while not work.dead:
            result = await step(await _response(work, result))
    finally:
        await step.close()
    returned: ReturnT = result
    return returned


def _begin(function: Callable[..., Any], *args: Any) -> tuple[greenlet.greenlet, Any]:
    """Begin in the thread in which a greenlet stays; return it, and its first request or what the function returned."""
    work = greenlet.greenlet(function)
    work.gr_context = copy_context()
    work.gr_context.run(sender.set, _send)
    return work, work.switch(*args)


async def _response(work: greenlet.greenlet, request: Callable[[], Coroutine[Any, Any, Any]]) -> Callable[[], Any]:
    """Await a request, and return how the code goes on: with the response, or with the error."""
    try:
        return partial(work.switch, await request())
    except asyncio.CancelledError:  # the event loop ends
        return partial(work.throw, StripeUnreachable("the server stopped before Stripe answered"))
    except Exception as error:  # noqa: BLE001  (raised in the code that has made the request)
        return partial(work.throw, error)


def _send(how: Settings, method: str, url: str, fields: Mapping[str, Any]) -> Any:
    """Leave the thread until the event loop has the response, and return it."""
    parent = greenlet.getcurrent().parent
    assert parent is not None  # noqa: S101  (only the first greenlet of a thread has none; this is for the type checker)
    return parent.switch(partial(_request, how, method, url, fields))


async def _request(how: Settings, method: str, url: str, fields: Mapping[str, Any]) -> Any:
    return await (await _client(how)).raw_request_async(method, url, **fields)


class _Thread:
    """The thread in which the code of one delivery runs, step by step.

    Under a server, one of `THREADS`. Else it is the main thread: Django's test client sees its transaction.
    """

    _executors: Final[list[_Executor]] = []

    def __init__(self) -> None:
        self._executor: _Executor | None = self._one() if SyncToAsync.thread_sensitive_context.get(None) else None

    async def __call__(self, step: Callable[..., Any], *args: Any) -> Any:
        if self._executor is None:
            return await sync_to_async(step, thread_sensitive=True)(*args)
        return await self._executor.run(step, *args)

    async def close(self) -> None:
        """Close the thread's database connection if it is too old or unusable, as Django does after each request."""
        if self._executor is not None:
            await self(close_old_connections)

    @classmethod
    def _one(cls) -> _Executor:
        if len(cls._executors) < THREADS:
            cls._executors.append(_Executor())
        return min(cls._executors, key=lambda executor: executor.load)


class _Executor(ThreadPoolExecutor):
    """One thread, and how much it has to do."""

    def __init__(self) -> None:
        super().__init__(1, thread_name_prefix="pinax-stripe")
        self._steps = 0
        self._step_began = 0.0

    @property
    def load(self) -> tuple[bool, int]:
        """Whether the step that runs is a slow one, as with a receiver that waits, and how many steps there are."""
        return self._steps > 0 and time.monotonic() - self._step_began > SLOW, self._steps

    async def run(self, step: Callable[..., Any], *args: Any) -> Any:
        if not self._steps:
            self._step_began = time.monotonic()
        self._steps += 1
        try:
            # Not `run_in_executor`: asgiref tells the thread which event loop runs the receivers that are coroutines.
            return await sync_to_async(step, thread_sensitive=False, executor=self)(*args)
        finally:
            self._steps -= 1
            self._step_began = time.monotonic()  # of the next one


class _HTTPClient(stripe.HTTPClient):
    """An HTTP client of one event loop, with any number of connections; it does not follow redirects."""

    name = "httpx"

    def __init__(self, timeout: tuple[float, float]) -> None:
        super().__init__()
        connect, read = timeout
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(read, connect=connect),
            limits=httpx.Limits(
                max_connections=None, max_keepalive_connections=IDLE_CONNECTIONS, keepalive_expiry=IDLE_FOR
            ),
            verify=ssl.create_default_context(cafile=stripe.ca_bundle_path),
            follow_redirects=False,
        )

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            response = await self._client.request(method, url, headers=headers, content=post_data)
        except httpx.HTTPError as error:
            raise stripe.APIConnectionError(type(error).__name__, should_retry=True) from error  # type: ignore[no-untyped-call]  # it has no types
        return response.content, response.status_code, response.headers

    def sleep_async(self, secs: float) -> Coroutine[Any, Any, None]:
        return asyncio.sleep(secs)

    def request(self, *_args: Any, **_options: Any) -> NoReturn:
        raise NotImplementedError

    def close(self) -> None:
        """Do nothing: the connections end with the event loop."""

    async def close_async(self) -> None:
        await self._client.aclose()


_Opened = tuple[stripe.StripeClient, "AsyncGenerator[stripe.StripeClient, None]"]

#: The clients of each event loop, because a connection belongs to the loop that has opened it.
_clients: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Settings, _Opened]]] = WeakKeyDictionary()


async def _client(how: Settings) -> stripe.StripeClient:
    known = _clients.setdefault(asyncio.get_running_loop(), {})
    if how not in known:
        opening = _open(how)
        known[how] = await anext(opening), opening
    return known[how][0]


async def _open(how: Settings) -> AsyncGenerator[stripe.StripeClient, None]:
    """Open a client, and close it with the event loop, which at its end closes the generators that it has begun.

    A client that stayed open would keep its loop in memory, and the loop's files open. Under WSGI, there is a new loop
    for each request.
    """
    http: Any = (how.transport or _HTTPClient)(how.timeout)
    try:
        yield stripe.StripeClient(
            how.key,
            base_addresses={"api": how.base} if how.base else {},
            http_client=http,
            max_network_retries=how.retries,
            stripe_version=how.version,
        )
    finally:
        del _clients[asyncio.get_running_loop()][how]
        await http.close_async()
