"""Translate the errors of stripe-python, without keys and without the frames that contain them."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import stripe

from pinax.stripe.conf import without_secrets
from pinax.stripe.exceptions import (
    AccountRefused,
    NoSuchObject,
    PinaxStripeError,
    RateLimited,
    RequestRefused,
    StripeUnreachable,
)
from pinax.stripe.platforms import connected_account_of
from pinax.stripe.times import Asked, from_http_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinax.stripe.scope import Scope

#: Statuses of the 400s after which a retry may succeed: time-out, conflict, too early, too many requests.
_LATER = frozenset({408, 409, 425, 429})

#: The codes of a 404 for an object that does not exist: of API v1, and of v2. A wrong path has neither.
#: Source: https://docs.stripe.com/error-codes and https://docs.stripe.com/api/v2/core/events/retrieve
_ABSENT = ("resource_missing", "not_found")

#: How many characters of an error message are kept: a gateway's error page can be of any length.
_LONGEST = 1000

#: Part of Stripe's message if the key has no access to an account. A key without a permission also gets a 403, with
#: the account's id in the message, but that says nothing about the account.
_NO_ACCESS = "does not have access to account"

#: The form of Stripe's error codes; anything else is neither logged nor stored.
_CODE = re.compile(r"[a-z0-9_]{1,100}")

ErrorT = TypeVar("ErrorT", bound=BaseException)


def without_frames(error: BaseException) -> BaseException:
    """Return an error without its traceback and the errors that caused it.

    Error reports show the local variables of all frames, and those of stripe-python contain the key. Any exception can
    be raised there: by a signal handler of the project, a time-out of Celery or gevent, `KeyboardInterrupt`.
    """
    if not isinstance(error, PinaxStripeError):
        noted(error, error, "raised during a request to Stripe; its traceback is removed, as it contains the key\n")
    error.__cause__ = error.__context__ = None
    error.__suppress_context__ = False  # assigning a cause has set it
    return error.with_traceback(None)


def translated(error: stripe.StripeError, scope: Scope, started: float) -> PinaxStripeError:
    """Return the error for a failed request: absent, refused, or (by default) unreachable, which decides nothing."""
    status, said = error.http_status, _error_object(error)
    code, about_account = said.get("code"), bool(connected_account_of(scope))
    if (code in _ABSENT and status == 404) or (code == "resource_missing" and said.get("param") == "starting_after"):  # noqa: PLR2004
        return NoSuchObject(asked=asked_at(error.headers, started))
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
    return noted(failure, error)


def _error_object(error: stripe.StripeError) -> Mapping[str, Any]:
    """Return the error object of a response, as plain JSON; empty if the response is not Stripe's."""
    body = error.json_body  # the headers, if the body is not JSON
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}


def noted(failure: ErrorT, error: BaseException, words: str = "") -> ErrorT:
    """Return a failure with a note that has the messages of stripe-python's errors, without keys.

    The errors themselves are not chained, because of their frames: see `without_frames`.
    """
    links: list[str] = []
    link: BaseException | None = error
    while link is not None:
        links.append(without_secrets(f"{type(link).__name__}: {link}")[:_LONGEST])
        link = link.__cause__ or link.__context__
    failure.add_note(words + "\nbecause of ".join(links))
    return failure


def asked_at(headers: Mapping[str, str] | None, started: float) -> Asked:
    """Return the times of a request and its response; that of the response is in its headers, in whole seconds."""
    said = {name.lower(): value for name, value in (headers or {}).items()}
    answered_at = from_http_date(said.get("date")) or datetime.now(tz=UTC)
    at = answered_at - timedelta(seconds=time.monotonic() - started)
    return Asked(at.replace(microsecond=0), answered_at)
