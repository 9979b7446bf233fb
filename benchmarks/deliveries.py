"""Deliveries as a WSGI server hands them to Django, made before anything is timed."""

from __future__ import annotations

import gc
import hashlib
import hmac
import io
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Environ = dict[str, Any]

FLOOR = "/floor/"
FETCH = "/fetch/"
WEBHOOK = "/stripe/webhook/"
RIVAL = settings.RIVAL_PATH


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
            "REMOTE_ADDR": "127.0.0.1",
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

    def timed(self, path: str, bodies: list[bytes]) -> float:
        """Deliver, one after the other, and return the CPU seconds that it took.

        Raises:
            UnexpectedAnswer: one is not answered 200.
        """
        posts = environs(path, bodies)
        return timed(lambda: self._send(posts))

    def send(self, path: str, bodies: list[bytes]) -> None:
        """Deliver, one after the other."""
        self._send(environs(path, bodies))

    def counted(self, path: str, bodies: list[bytes]) -> int:
        """Deliver, and return the number of SQL statements."""
        return counted(lambda: self._send(environs(path, bodies)))

    def _send(self, posts: list[Environ]) -> None:
        for environ in posts:
            response = self._application(environ, _ignore)
            response.close()
            if response.status_code != HTTPStatus.OK:
                raise UnexpectedAnswer(f"{environ['PATH_INFO']}: {response.status_code}")


def timed(act: Callable[[], object]) -> float:
    """Return the CPU seconds of this process that ``act`` took."""
    gc.collect()
    began = time.process_time()
    act()
    return time.process_time() - began


def counted(act: Callable[[], object]) -> int:
    """Return how many SQL statements ``act`` sent; BEGIN, COMMIT and savepoints are some."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def _ignore(_status: str, _headers: list[tuple[str, str]]) -> None:
    """Take the status and the headers, as a server does."""
