"""Requests to Stripe's API, with the key and account of a scope, time-outs and retries; no other module sends any.

Responses are used as plain JSON: building a ``StripeObject`` is slower, differs between versions of stripe-python, and
fails for some valid events.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import stripe

from pinax.stripe import plain_json
from pinax.stripe.client.errors import asked_at, noted, translated, without_frames
from pinax.stripe.client.sessions import Settings, client_with, current_transport
from pinax.stripe.conf import conf
from pinax.stripe.exceptions import NoSuchObject, RequestRefused, StripeUnreachable
from pinax.stripe.keys import is_of_organisation, key_for
from pinax.stripe.platforms import connected_account_of, scope_of
from pinax.stripe.steps import Step, observed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pinax.stripe.client.sessions import Transport
    from pinax.stripe.scope import Scope
    from pinax.stripe.times import Asked


#: How often stripe-python itself retries after a dropped connection, a conflict or a status of 500 and above; inside
#: `no_retries`, it does not.
RETRIES = 2

_retries: ContextVar[int] = ContextVar("retries", default=RETRIES)

_wait_for_turn: ContextVar[Callable[[], None] | None] = ContextVar("wait_for_turn", default=None)

#: What sends a request, if it is not sent by this thread; see `pinax.stripe.client.asynchronous`.
sender: ContextVar[Callable[[Settings, str, str, Mapping[str, Any]], Any] | None] = ContextVar("sender", default=None)

#: What stripe-python raises for an unexpected response: bytes that are not UTF-8, an error that is not an object, JSON
#: that is nested too deeply.
_UNEXPECTED = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Answer(NamedTuple):
    """A response of Stripe's, and the times of request and response by Stripe's clock."""

    data: dict[str, Any]
    asked: Asked


class _Call(NamedTuple):
    """A request: a method, the path with its braces and what they stand for, and what the request carries.

    ``fields`` are the parameters of a POST: a form in v1, JSON in v2. They may be nested.
    """

    method: str
    path: str
    places: Mapping[str, str]
    query: Mapping[str, str] = MappingProxyType({})
    fields: Mapping[str, Any] = MappingProxyType({})

    @property
    def url(self) -> str:
        """The path with its query; each place is quoted."""
        url = self.path.format(**{name: _segment(value) for name, value in self.places.items()})
        return url + ("&" if "?" in url else "?") + urlencode(self.query) if self.query else url


class Page(NamedTuple):
    """A page of one of Stripe's lists, and when it was requested; a single object is a page of one.

    ``next_query`` are the query parameters of the next page in API v2; in v1, it begins after the last object.
    """

    objects: list[dict[str, Any]]
    has_more: bool
    asked: Asked
    next_query: Mapping[str, str] = MappingProxyType({})


@contextmanager
def no_retries() -> Iterator[None]:
    """Disable the retries of stripe-python for the block, in this thread or task.

    For web requests, which must end before the server kills their process; Stripe delivers the event again.
    """
    token = _retries.set(0)
    try:
        yield
    finally:
        _retries.reset(token)


@contextmanager
def rate_limited(wait: Callable[[], None]) -> Iterator[None]:
    """Call ``wait`` before each request of this thread or task, until the block ends.

    Args:
        wait: returns when the request may be made.
    """
    token = _wait_for_turn.set(wait)
    try:
        yield
    finally:
        _wait_for_turn.reset(token)


def own_account(scope: Scope) -> str:
    """Return the id of the account that the key of a scope belongs to; requested once in each process.

    Raises:
        NoKeyForMode, StripeUnreachable: the account could not be retrieved.
    """
    return _own_account(hash(key_for(scope)), conf.API_BASE, scope.livemode, scope.platform, current_transport())


@lru_cache(maxsize=16)
def _own_account(_key: int, _base: str | None, livemode: bool, platform: str, _transport: Transport | None) -> str:
    # The key itself is not an argument, because error reports show the local variables of this frame.
    found = retrieve("/v1/account", {}, scope_of(platform, livemode=livemode)).data.get("id")
    if not isinstance(found, str):
        raise StripeUnreachable("Stripe's answer does not name the account of the key")
    return found


def retrieve(path: str, places: Mapping[str, str], scope: Scope) -> Answer:
    """Retrieve the object at ``path``.

    Args:
        path: ``"/v1/events/{id}"``; names in braces are keys of ``places``.
        places: the ids to insert into the path; each is quoted as a single path segment.
        scope: the account of the object, and the mode whose key is used.

    Raises:
        NoKeyForMode: no key for this mode is configured.
        NoSuchObject: 404.
        AccountRefused: 403 for the account: the key has no access to it, or no longer has.
        RequestRefused: Stripe rejects the request, for example because of the key (401) or a permission (403).
        RateLimited: too many requests (429).
        StripeUnreachable: no answer, or none that settles the question (5xx, time-out, redirect, garbage).
    """
    return _ask(_Call("get", path, places), scope)


def post(path: str, places: Mapping[str, str], fields: Mapping[str, Any], scope: Scope) -> Answer:
    """Create or change an object at Stripe.

    stripe-python sends an idempotency key, and the same one with each retry: Stripe carries out the request once.

    Args:
        path: as in `retrieve`.
        places: as in `retrieve`.
        fields: the parameters as Stripe names them; dictionaries and lists in them are nested.
        scope: as in `retrieve`.

    Raises:
        NoSuchObject, NoKeyForMode, AccountRefused, RequestRefused, RateLimited, StripeUnreachable: as in `retrieve`.
    """
    with _answers_not_logged():
        return _ask(_Call("post", path, places, fields=fields), scope)


def delete(path: str, places: Mapping[str, str], scope: Scope) -> Answer:
    """Delete an object at Stripe.

    Raises:
        NoSuchObject, NoKeyForMode, AccountRefused, RequestRefused, RateLimited, StripeUnreachable: as in `retrieve`.
    """
    return _ask(_Call("delete", path, places), scope)


def api_version() -> str:
    """Return the API version of our own calls, with its flags if there are any."""
    return conf.API_VERSION or str(stripe.api_version)


def page(path: str, places: Mapping[str, str], query: Mapping[str, str], scope: Scope) -> Page:
    """Retrieve one page of the list at ``path``.

    Args:
        path: ``"/v1/subscriptions?status=all"``; braces as in `retrieve`.
        places: as in `retrieve`.
        query: Stripe's query parameters: ``"limit"``, ``"starting_after"``, ``"created[gte]"``.
        scope: as in `retrieve`.

    Raises:
        NoSuchObject: there is no such list, or the object to start after does not exist any more.
        RateLimited: too many requests (429).
        RequestRefused: Stripe rejects the request, and a retry would not change that.
        NoKeyForMode, AccountRefused, StripeUnreachable: as in `retrieve`.
    """
    data, asked = _ask(_Call("get", path, places, query), scope)
    is_v2 = path.startswith("/v2/")
    if data.get("object") != "list" and not (is_v2 and "next_page_url" in data):
        return Page([data], has_more=False, asked=asked)
    objects = data.get("data")
    if not isinstance(objects, list) or not all(isinstance(item, dict) for item in objects):
        raise StripeUnreachable("Stripe's answer is not a list")
    if is_v2:
        next_query = dict(parse_qsl(urlsplit(str(data["next_page_url"] or "")).query))
        return Page(objects, has_more=bool(next_query), asked=asked, next_query=next_query)
    return Page(objects, has_more=data.get("has_more") is True, asked=asked)


def _ask(call: _Call, scope: Scope) -> Answer:
    try:
        return _answer(call, scope)
    except BaseException as error:  # noqa: BLE001  (raised below, without the frames in which the key stands)
        failure = without_frames(error)
    raise failure


@observed(Step.REQUEST)
def _answer(call: _Call, scope: Scope) -> Answer:
    connect, read = conf.API_TIMEOUT
    how = Settings(
        key_for(scope), conf.API_BASE, (connect, read), conf.API_VERSION, _retries.get(), current_transport()
    )
    fields = {**_account_options(call, scope), **call.fields}
    if wait := _wait_for_turn.get():
        wait()
    url, started, send = call.url, time.monotonic(), sender.get()
    try:
        if send:
            response = send(how, call.method, url, fields)
        else:
            response = client_with(*how).raw_request(call.method, url, **fields)
        data = plain_json.parse(response.body)
    except stripe.StripeError as error:
        raise translated(error, scope, started) from None
    except _UNEXPECTED as error:
        raise noted(StripeUnreachable("Stripe's answer cannot be read"), error) from None
    if not isinstance(data, dict):
        raise StripeUnreachable("Stripe's answer is not an object")
    return Answer(data, asked_at(response.headers, started))


@contextmanager
def _answers_not_logged() -> Iterator[None]:
    """Keep stripe-python from logging bodies, as it does with the level DEBUG: one may hold a new signing secret."""
    thread, logger = threading.get_ident(), logging.getLogger("stripe")

    def has_no_body(record: logging.LogRecord) -> bool:
        return record.thread != thread or record.levelno > logging.DEBUG

    logger.addFilter(has_no_body)
    try:
        yield
    finally:
        logger.removeFilter(has_no_body)


def _account_options(call: _Call, scope: Scope) -> dict[str, str]:
    """Return the options that name the account of a request; API v2 has only the header ``Stripe-Context``.

    Raises:
        RequestRefused: the key is an organisation's, and the scope has no account.

    Source: https://docs.stripe.com/context and https://docs.stripe.com/keys/organization-api-keys
    """
    if not is_of_organisation(key_for(scope)):
        option = "stripe_context" if call.path.startswith("/v2/") else "stripe_account"
        connected = connected_account_of(scope)
        return {option: connected} if connected else {}
    context = scope.context or scope.stripe_account
    if not context:
        raise RequestRefused("a request with an organisation's key must name one of its accounts, and none is given")
    return {"stripe_context": context}


def _segment(value: str) -> str:
    """Quote an id as a single segment of a path, whatever characters it has."""
    if not value.strip("."):
        raise NoSuchObject(f"{value!r} is not one of Stripe's ids")
    return quote(value, safe="")
