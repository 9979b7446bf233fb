"""Deliveries as a WSGI server hands them to Django, made before anything is timed."""

from __future__ import annotations

import hashlib
import hmac
import io
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from collections.abc import Iterable

Environ = dict[str, Any]

FLOOR = "/floor/"
FETCH = "/fetch/"
WEBHOOK = "/stripe/webhook/"


class UnexpectedAnswer(Exception):
    """A delivery was not answered 200."""


def signature(body: bytes) -> str:
    """Return the ``Stripe-Signature`` of a body that is posted now."""
    now = int(time.time())
    digest = hmac.new(settings.WEBHOOK_SECRET.encode(), b"%d." % now + body, hashlib.sha256)
    return f"t={now},v1={digest.hexdigest()}"


def environs(path: str, bodies: Iterable[bytes]) -> list[Environ]:
    """Return the POSTs of some bodies to a path; each can be sent once."""
    return [
        {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/json; charset=utf-8",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": "localhost",
            "HTTP_USER_AGENT": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "HTTP_STRIPE_SIGNATURE": signature(body),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
        }
        for body in bodies
    ]


class Site:
    """The project, called as a WSGI server calls it."""

    def __init__(self) -> None:
        self._application = get_wsgi_application()

    def send(self, posts: Iterable[Environ]) -> None:
        """Send the POSTs, one after the other.

        Raises:
            UnexpectedAnswer: one is not answered 200.
        """
        for environ in posts:
            response = self._application(environ, _ignore)
            response.close()
            if response.status_code != HTTPStatus.OK:
                raise UnexpectedAnswer(f"{environ['PATH_INFO']}: {response.status_code}")


def _ignore(_status: str, _headers: list[tuple[str, str]]) -> None:
    """Take the status and the headers, as a server does."""
