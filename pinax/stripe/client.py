"""The only module that calls Stripe: a key for each mode, an account for each request, time-outs, retries.

Requests are raw and answers plain JSON: a rendered ``StripeObject`` is slower, differs between versions of
stripe-python, and cannot be built at all from some valid events.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

import stripe

from pinax.stripe import plain_json
from pinax.stripe.conf import conf, without_secrets
from pinax.stripe.exceptions import (
    AccountRefused,
    NoKeyForMode,
    NoSuchObject,
    RateLimited,
    RequestRefused,
    StripeUnreachable,
)
from pinax.stripe.scope import Scope
from pinax.stripe.times import Asked, from_http_date

if TYPE_CHECKING:
    from collections.abc import Mapping


#: How often stripe-python itself tries again after a dropped connection, a conflict or an answer of 500 and above.
RETRIES = 2

#: What Stripe says of an account that our key may not, or no longer, act for. A key that lacks a permission is refused
#: with 403, too, and with the account's id in the message; that says nothing of the account.
_NO_ACCESS = "does not have access to account"

#: Codes of errors as Stripe writes them; a word of any other kind is none that a log or a row should repeat.
_CODE = re.compile(r"[a-z0-9_]{1,100}")

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
    return _own_account(key_for(scope), conf.API_BASE, scope.livemode)


@lru_cache(maxsize=16)
def _own_account(_key: str, _base: str | None, livemode: bool) -> str:
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
        StripeUnreachable: no answer, or none that settles the question (401, 429, 5xx, time-out, garbage).
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
    client = _client(key_for(scope), conf.API_BASE, tuple(conf.API_TIMEOUT), conf.API_VERSION)
    options = _account_options(scope)
    url = path.format(**{name: _segment(value) for name, value in places.items()})
    if query:
        url += ("&" if "?" in url else "?") + urlencode(query)
    started = time.monotonic()
    try:
        response = client.raw_request("get", url, **options)
        data = plain_json.parse(response.body)
    except stripe.StripeError as error:
        failure = _translated(error, scope, started)
    except ValueError:  # ours, or stripe-python's own over bytes that are no UTF-8
        failure = StripeUnreachable("Stripe's answer cannot be read")
    else:
        if isinstance(data, dict):
            return Answer(data, _asked(response.headers, started))
        failure = StripeUnreachable("Stripe's answer is no object")
    raise failure  # out here, so that stripe-python's own error does not hang on it: see `_why`


@lru_cache(maxsize=16)
def _client(key: str, base: str | None, timeout: tuple[float, float], version: str | None) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else {},
        http_client=stripe.RequestsClient(timeout=timeout),
        max_network_retries=RETRIES,
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


def _translated(error: stripe.StripeError, scope: Scope, started: float) -> Exception:
    """Decide whether Stripe says "absent", "refused", or nothing that settles the question; closed by default."""
    status, said = error.http_status, error.error
    code = getattr(said, "code", None)
    if code == "resource_missing" and (status == 404 or getattr(error, "param", None) == "starting_after"):  # noqa: PLR2004
        return NoSuchObject(asked=_asked(error.headers, started))
    if status == 403 and scope.stripe_account and (code == "account_invalid" or _NO_ACCESS in str(error)):  # noqa: PLR2004
        return AccountRefused()
    kind = type(error).__name__
    code = code if isinstance(code, str) and _CODE.fullmatch(code) else None
    message = without_secrets(f"Stripe answered {status} ({code or kind})" if status else f"no answer ({kind})")
    later = not status or status == 409 or not 400 <= status < 500  # noqa: PLR2004
    limited = isinstance(error, stripe.RateLimitError)
    failure = RateLimited(message) if limited else StripeUnreachable(message) if later else RequestRefused(message)
    failure.add_note(_why(error))
    return failure


def _why(error: BaseException) -> str:
    """Return what stripe-python and the libraries under it say, without keys.

    Their errors themselves are not passed on: reporters of errors show the local variables of all frames that an error
    went through, and in theirs stands the key.
    """
    words: list[str] = []
    link: BaseException | None = error
    while link is not None:
        words.append(f"{type(link).__name__}: {link}")
        link = link.__cause__ or link.__context__
    return without_secrets("\nbecause of ".join(words))


def _asked(headers: Mapping[str, str] | None, started: float) -> Asked:
    """Return the moments of a question and its answer; the answer's is in its headers, in whole seconds."""
    said = {name.lower(): value for name, value in (headers or {}).items()}
    answered_at = from_http_date(said.get("date")) or datetime.now(tz=UTC)
    at = answered_at - timedelta(seconds=time.monotonic() - started)
    return Asked(at.replace(microsecond=0), answered_at)
