"""The only module that calls Stripe: a key for each mode, an account for each request, time-outs, retries.

Requests are raw and answers plain JSON: a rendered ``StripeObject`` is slower, differs between versions of
stripe-python, and cannot be built at all from some valid events.
"""

from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast
from urllib.parse import quote, urlencode

import requests  # stripe-python asks with it, and depends on it
import stripe

from pinax.stripe import plain_json
from pinax.stripe.conf import conf, without_secrets
from pinax.stripe.exceptions import (
    AccountRefused,
    NoKeyForMode,
    NoSuchObject,
    PinaxStripeError,
    RateLimited,
    RequestRefused,
    StripeUnreachable,
)
from pinax.stripe.scope import Scope
from pinax.stripe.times import Asked, from_http_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


#: How often stripe-python itself tries again after a dropped connection, a conflict or an answer of 500 and above;
#: inside `no_retries`, it does not.
RETRIES = 2

_retries: ContextVar[int] = ContextVar("retries", default=RETRIES)

_wait_for_turn: ContextVar[Callable[[], None] | None] = ContextVar("wait_for_turn", default=None)

#: What stripe-python raises over an answer that it did not expect: bytes that are not UTF-8, an error that is not an
#: object, JSON that nests too deep.
_UNEXPECTED = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

#: Answers of the 400s after which the same request may succeed: a time-out, a conflict, too early, too many requests.
_LATER = frozenset({408, 409, 425, 429})

#: How much of the words of an error is kept, in characters: a gateway's page may be of any length.
_LONGEST = 1000

#: What Stripe says of an account that our key may not, or no longer, act for. A key that lacks a permission is refused
#: with 403, too, and with the account's id in the message; that says nothing of the account.
_NO_ACCESS = "does not have access to account"

#: Codes of errors as Stripe writes them; a word of any other kind is none that a log or a row should repeat.
_CODE = re.compile(r"[a-z0-9_]{1,100}")

ErrorT = TypeVar("ErrorT", bound=BaseException)

_MODES = {"live": True, "test": False}


class Answer(NamedTuple):
    """What Stripe said, and when by its own clock."""

    data: dict[str, Any]
    asked: Asked


class Page(NamedTuple):
    """A page of one of Stripe's lists, and when it was asked for; an answer that is no list is a page of one."""

    objects: list[dict[str, Any]]
    has_more: bool
    asked: Asked


@contextmanager
def no_retries() -> Iterator[None]:
    """Let stripe-python send each request only once, in this thread or task, until the block ends.

    For web requests: they must end before the server kills their process, and Stripe delivers the event again.
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


def mode_of(key: str) -> bool | None:
    """Return the mode a key is for: True live, False test and sandboxes, None where the key does not say."""
    found = re.match(r"[a-z]+_(?:org_)?(live|test)_", key)
    return _MODES[found[1]] if found else None


def is_of_organisation(key: str) -> bool:
    """Return whether a key belongs to an organisation."""
    return key.startswith("sk_org")


def key_for(scope: Scope) -> str:
    """Return the secret key that asks about objects of a scope.

    Raises:
        NoKeyForMode: the settings hold one for the other mode only; the message says which setting it would be.
        StripeUnreachable: the settings hold no key at all.
    """
    livemode = scope.livemode
    if conf.SECRET_KEY and mode_of(conf.SECRET_KEY) in (livemode, None):
        return conf.SECRET_KEY
    if conf.TEST_SECRET_KEY and not livemode:
        return conf.TEST_SECRET_KEY
    if not (conf.SECRET_KEY or conf.TEST_SECRET_KEY):
        raise StripeUnreachable("PINAX_STRIPE_SECRET_KEY is not set")
    mode, setting = ("live", "SECRET_KEY") if livemode else ("test", "TEST_SECRET_KEY")
    raise NoKeyForMode(f"no key for {mode} mode: PINAX_STRIPE_{setting} would be it")


def asks_for_accounts_only(scope: Scope) -> bool:
    """Return whether the key of a scope is an organisation's: each request with it names one of its accounts.

    Raises:
        NoKeyForMode, StripeUnreachable: as in `key_for`.
    """
    return is_of_organisation(key_for(scope))


def own_account(scope: Scope) -> str:
    """Return the id of the account that the key of a scope belongs to; Stripe is asked once in each process.

    Raises:
        NoKeyForMode, StripeUnreachable: Stripe could not be asked, or does not say.
    """
    return _own_account(hash(key_for(scope)), conf.API_BASE, scope.livemode)


@lru_cache(maxsize=16)
def _own_account(_key: int, _base: str | None, livemode: bool) -> str:
    # The key itself is not passed on: an error of `retrieve` shows the local variables of this frame.
    found = retrieve("/v1/account", {}, Scope(livemode=livemode)).data.get("id")
    if not isinstance(found, str):
        raise StripeUnreachable("Stripe does not say which account the key belongs to")
    return found


def retrieve(path: str, places: Mapping[str, str], scope: Scope) -> Answer:
    """Ask Stripe for the object at ``path``.

    Args:
        path: ``"/v1/events/{id}"``; braces name a value of ``places``.
        places: the ids that go into the path; each is quoted, and can be nothing but one segment of it.
        scope: the account to ask for, and the mode whose key asks.

    Raises:
        NoKeyForMode: the settings hold no key for this mode.
        NoSuchObject: 404.
        AccountRefused: 403 for the account: our key may not, or no longer, act for it.
        RequestRefused: Stripe refuses the request, for example because of the key (401) or a permission (403).
        RateLimited: too many requests (429).
        StripeUnreachable: no answer, or none that settles the question (5xx, time-out, redirect, garbage).
    """
    return _ask(path, places, {}, scope)


def page(path: str, places: Mapping[str, str], query: Mapping[str, str], scope: Scope) -> Page:
    """Ask Stripe for one page of the list at ``path``.

    Args:
        path: ``"/v1/subscriptions?status=all"``; braces as in `retrieve`.
        places: as in `retrieve`.
        query: further parameters as Stripe names them: ``"limit"``, ``"starting_after"``, ``"created[gte]"``.
        scope: as in `retrieve`.

    Raises:
        NoSuchObject: there is no such list, or nothing to start after any more.
        RateLimited: too many requests; later it will do.
        RequestRefused: Stripe does not give this list, and asking again would not change that.
        NoKeyForMode, AccountRefused, StripeUnreachable: as in `retrieve`.
    """
    data, asked = _ask(path, places, query, scope)
    if data.get("object") != "list":
        return Page([data], has_more=False, asked=asked)
    objects = data.get("data")
    if not isinstance(objects, list) or not all(isinstance(item, dict) for item in objects):
        raise StripeUnreachable("Stripe's answer is no list")
    return Page(objects, has_more=data.get("has_more") is True, asked=asked)


def _ask(path: str, places: Mapping[str, str], query: Mapping[str, str], scope: Scope) -> Answer:
    try:
        return _answer(path, places, query, scope)
    except BaseException as error:  # noqa: BLE001  (raised below, without the frames in which the key stands)
        failure = _without_frames(error)
    raise failure


def _answer(path: str, places: Mapping[str, str], query: Mapping[str, str], scope: Scope) -> Answer:
    client = _client(key_for(scope), conf.API_BASE, tuple(conf.API_TIMEOUT), conf.API_VERSION, _retries.get())
    options = _account_options(scope)
    url = path.format(**{name: _segment(value) for name, value in places.items()})
    if query:
        url += ("&" if "?" in url else "?") + urlencode(query)
    if wait := _wait_for_turn.get():
        wait()
    started = time.monotonic()
    try:
        response = client.raw_request("get", url, **options)
        data = plain_json.parse(response.body)
    except stripe.StripeError as error:
        raise _translated(error, scope, started) from None
    except _UNEXPECTED as error:
        raise _noted(StripeUnreachable("Stripe's answer cannot be read"), error) from None
    if not isinstance(data, dict):
        raise StripeUnreachable("Stripe's answer is not an object")
    return Answer(data, _asked(response.headers, started))


def _without_frames(error: BaseException) -> BaseException:
    """Return an error without the frames that it went through and the errors that led to it.

    Reporters of errors show the local variables of all frames, and in those of stripe-python stands the key. Anything
    can be raised there: a signal handler of the project's, a time-out of Celery's or gevent's, `KeyboardInterrupt`.
    """
    if not isinstance(error, PinaxStripeError):
        _noted(error, error, "raised while Stripe was asked; without a traceback, in which the key would stand\n")
    error.__cause__ = error.__context__ = None
    error.__suppress_context__ = False  # assigning a cause has set it
    return error.with_traceback(None)


class _Sessions(threading.local):
    """A session for each thread. It follows no redirect: Stripe sends none, and what it leads to is not Stripe."""

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
    """Return how a request says which account it is about.

    Raises:
        RequestRefused: the key is an organisation's, and the scope names none of its accounts.

    Source: https://docs.stripe.com/context and https://docs.stripe.com/keys/organization-api-keys
    """
    if not asks_for_accounts_only(scope):
        return {"stripe_account": scope.stripe_account} if scope.stripe_account else {}
    context = scope.context or scope.stripe_account
    if not context:
        raise RequestRefused("an organisation's key can be used for one of its accounts only, and none is named")
    return {"stripe_context": context}


def _segment(value: str) -> str:
    """Quote an id so that it is one segment of a path, whatever it holds."""
    if not value.strip("."):
        raise NoSuchObject(f"{value!r} is no id of Stripe's")
    return quote(value, safe="")


def _translated(error: stripe.StripeError, scope: Scope, started: float) -> PinaxStripeError:
    """Decide whether Stripe says "absent", "refused", or nothing that settles the question; closed by default."""
    status, said = error.http_status, _error_object(error)
    code, about_account = said.get("code"), bool(scope.stripe_account)
    if code == "resource_missing" and (status == 404 or said.get("param") == "starting_after"):  # noqa: PLR2004
        return NoSuchObject(asked=_asked(error.headers, started))
    if status == 403 and about_account and (code == "account_invalid" or _NO_ACCESS in str(said.get("message"))):  # noqa: PLR2004
        return AccountRefused()
    kind = type(error).__name__
    code = code if isinstance(code, str) and _CODE.fullmatch(code) else None
    message = without_secrets(f"Stripe answered {status} ({code or kind})" if status else f"no answer ({kind})")
    if status == 429 or isinstance(error, stripe.RateLimitError):  # noqa: PLR2004
        return _noted(RateLimited(message), error)
    # Stripe says by a type or a code what it refuses; a proxy or a gateway that refuses speaks for itself only.
    by_stripe = isinstance(said.get("type"), str) or isinstance(said.get("code"), str)
    for_good = status is not None and 400 <= status < 500 and status not in _LATER  # noqa: PLR2004
    return _noted((RequestRefused if by_stripe and for_good else StripeUnreachable)(message), error)


def _error_object(error: stripe.StripeError) -> Mapping[str, Any]:
    """Return what an answer says of an error, as plain JSON; empty if it is not an answer of Stripe's."""
    body = error.json_body  # the headers, if the body is not JSON
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}


def _noted(failure: ErrorT, error: BaseException, words: str = "") -> ErrorT:
    """Return a failure with a note of what stripe-python and the libraries under it say, without keys.

    Their errors themselves are not passed on, because of their frames: see `_without_frames`.
    """
    links: list[str] = []
    link: BaseException | None = error
    while link is not None:
        links.append(without_secrets(f"{type(link).__name__}: {link}")[:_LONGEST])
        link = link.__cause__ or link.__context__
    failure.add_note(words + "\nbecause of ".join(links))
    return failure


def _asked(headers: Mapping[str, str] | None, started: float) -> Asked:
    """Return the moments of a question and its answer; the answer's is in its headers, in whole seconds."""
    said = {name.lower(): value for name, value in (headers or {}).items()}
    answered_at = from_http_date(said.get("date")) or datetime.now(tz=UTC)
    at = answered_at - timedelta(seconds=time.monotonic() - started)
    return Asked(at.replace(microsecond=0), answered_at)
