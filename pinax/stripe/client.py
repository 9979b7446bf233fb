"""Requests to Stripe's API, with the key and account of a scope, time-outs and retries; no other module sends any.

Responses are used as plain JSON: building a ``StripeObject`` is slower, differs between versions of stripe-python, and
fails for some valid events.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast
from urllib.parse import quote, urlencode

import requests  # a dependency of stripe-python, which uses it
import stripe

from pinax.stripe import plain_json
from pinax.stripe.conf import conf, without_secrets
from pinax.stripe.exceptions import (
    AccountRefused,
    NoSuchObject,
    PinaxStripeError,
    RateLimited,
    RequestRefused,
    StripeUnreachable,
)
from pinax.stripe.keys import is_of_organisation, key_for
from pinax.stripe.scope import Scope
from pinax.stripe.times import Asked, from_http_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


#: How often stripe-python itself retries after a dropped connection, a conflict or a status of 500 and above; inside
#: `no_retries`, it does not.
RETRIES = 2

_retries: ContextVar[int] = ContextVar("retries", default=RETRIES)

_wait_for_turn: ContextVar[Callable[[], None] | None] = ContextVar("wait_for_turn", default=None)

#: What stripe-python raises for an unexpected response: bytes that are not UTF-8, an error that is not an object, JSON
#: that is nested too deeply.
_UNEXPECTED = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

#: Statuses of the 400s after which a retry may succeed: time-out, conflict, too early, too many requests.
_LATER = frozenset({408, 409, 425, 429})

#: How many characters of an error message are kept: a gateway's error page can be of any length.
_LONGEST = 1000

#: Part of Stripe's message if the key has no access to an account. A key without a permission also gets a 403, with
#: the account's id in the message, but that says nothing about the account.
_NO_ACCESS = "does not have access to account"

#: The form of Stripe's error codes; anything else is neither logged nor stored.
_CODE = re.compile(r"[a-z0-9_]{1,100}")

ErrorT = TypeVar("ErrorT", bound=BaseException)


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
    """A page of one of Stripe's lists, and when it was requested; a single object is a page of one."""

    objects: list[dict[str, Any]]
    has_more: bool
    asked: Asked


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
    return _own_account(hash(key_for(scope)), conf.API_BASE, scope.livemode)


@lru_cache(maxsize=16)
def _own_account(_key: int, _base: str | None, livemode: bool) -> str:
    # The key itself is not an argument, because error reports show the local variables of this frame.
    found = retrieve("/v1/account", {}, Scope(livemode=livemode)).data.get("id")
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
    if data.get("object") != "list":
        return Page([data], has_more=False, asked=asked)
    objects = data.get("data")
    if not isinstance(objects, list) or not all(isinstance(item, dict) for item in objects):
        raise StripeUnreachable("Stripe's answer is not a list")
    return Page(objects, has_more=data.get("has_more") is True, asked=asked)


def _ask(call: _Call, scope: Scope) -> Answer:
    try:
        return _answer(call, scope)
    except BaseException as error:  # noqa: BLE001  (raised below, without the frames in which the key stands)
        failure = _without_frames(error)
    raise failure


def _answer(call: _Call, scope: Scope) -> Answer:
    client = _client(key_for(scope), conf.API_BASE, tuple(conf.API_TIMEOUT), conf.API_VERSION, _retries.get())
    options = _account_options(scope)
    if wait := _wait_for_turn.get():
        wait()
    url, started = call.url, time.monotonic()
    try:
        response = client.raw_request(call.method, url, **options, **call.fields)
        data = plain_json.parse(response.body)
    except stripe.StripeError as error:
        raise _translated(error, scope, started) from None
    except _UNEXPECTED as error:
        raise _noted(StripeUnreachable("Stripe's answer cannot be read"), error) from None
    if not isinstance(data, dict):
        raise StripeUnreachable("Stripe's answer is not an object")
    return Answer(data, _asked(response.headers, started))


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


def _without_frames(error: BaseException) -> BaseException:
    """Return an error without its traceback and the errors that caused it.

    Error reports show the local variables of all frames, and those of stripe-python contain the key. Any exception can
    be raised there: by a signal handler of the project, a time-out of Celery or gevent, `KeyboardInterrupt`.
    """
    if not isinstance(error, PinaxStripeError):
        _noted(error, error, "raised during a request to Stripe; its traceback is removed, as it contains the key\n")
    error.__cause__ = error.__context__ = None
    error.__suppress_context__ = False  # assigning a cause has set it
    return error.with_traceback(None)


class _Sessions(threading.local):
    """One session for each thread, which does not follow redirects: Stripe sends none, so they lead elsewhere."""

    def __init__(self) -> None:
        self._session = requests.Session()

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        return self._session.request(method, url, allow_redirects=False, **options)


@lru_cache(maxsize=16)
def _client(
    key: str, base: str | None, timeout: tuple[float, float], version: str | None, retries: int
) -> stripe.StripeClient:
    session = cast("requests.Session", _Sessions())
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else {},
        http_client=stripe.RequestsClient(timeout=timeout, session=session),
        max_network_retries=retries,
        stripe_version=version,
    )


def _account_options(scope: Scope) -> dict[str, str]:
    """Return the options that name the account of a request.

    Raises:
        RequestRefused: the key is an organisation's, and the scope has no account.

    Source: https://docs.stripe.com/context and https://docs.stripe.com/keys/organization-api-keys
    """
    if not is_of_organisation(key_for(scope)):
        return {"stripe_account": scope.stripe_account} if scope.stripe_account else {}
    context = scope.context or scope.stripe_account
    if not context:
        raise RequestRefused("a request with an organisation's key must name one of its accounts, and none is given")
    return {"stripe_context": context}


def _segment(value: str) -> str:
    """Quote an id as a single segment of a path, whatever characters it has."""
    if not value.strip("."):
        raise NoSuchObject(f"{value!r} is not one of Stripe's ids")
    return quote(value, safe="")


def _translated(error: stripe.StripeError, scope: Scope, started: float) -> PinaxStripeError:
    """Return the error for a failed request: absent, refused, or (by default) unreachable, which decides nothing."""
    status, said = error.http_status, _error_object(error)
    code, about_account = said.get("code"), bool(scope.stripe_account)
    if code == "resource_missing" and (status == 404 or said.get("param") == "starting_after"):  # noqa: PLR2004
        return NoSuchObject(asked=_asked(error.headers, started))
    if status == 403 and about_account and (code == "account_invalid" or _NO_ACCESS in str(said.get("message"))):  # noqa: PLR2004
        return AccountRefused()
    kind = type(error).__name__
    code = code if isinstance(code, str) and _CODE.fullmatch(code) else None
    message = without_secrets(f"Stripe answered {status} ({code or kind})" if status else f"no answer ({kind})")
    # Stripe's own errors have a type or a code; one without is from a proxy or gateway, and decides nothing.
    by_stripe = isinstance(said.get("type"), str) or isinstance(said.get("code"), str)
    for_good = status is not None and 400 <= status < 500 and status not in _LATER  # noqa: PLR2004
    limited = status == 429 or isinstance(error, stripe.RateLimitError)  # noqa: PLR2004
    refused = RequestRefused if by_stripe and for_good else StripeUnreachable
    failure = RateLimited(message) if limited else refused(message)
    failure.status = status
    return _noted(failure, error)


def _error_object(error: stripe.StripeError) -> Mapping[str, Any]:
    """Return the error object of a response, as plain JSON; empty if the response is not Stripe's."""
    body = error.json_body  # the headers, if the body is not JSON
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}


def _noted(failure: ErrorT, error: BaseException, words: str = "") -> ErrorT:
    """Return a failure with a note that has the messages of stripe-python's errors, without keys.

    The errors themselves are not chained, because of their frames: see `_without_frames`.
    """
    links: list[str] = []
    link: BaseException | None = error
    while link is not None:
        links.append(without_secrets(f"{type(link).__name__}: {link}")[:_LONGEST])
        link = link.__cause__ or link.__context__
    failure.add_note(words + "\nbecause of ".join(links))
    return failure


def _asked(headers: Mapping[str, str] | None, started: float) -> Asked:
    """Return the times of a request and its response; that of the response is in its headers, in whole seconds."""
    said = {name.lower(): value for name, value in (headers or {}).items()}
    answered_at = from_http_date(said.get("date")) or datetime.now(tz=UTC)
    at = answered_at - timedelta(seconds=time.monotonic() - started)
    return Asked(at.replace(microsecond=0), answered_at)
