"""Requests to the fake Stripe, and its responses."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from pinax.stripe.testing.operation_names import operation_of


@dataclass(frozen=True, slots=True)
class Request:
    """A request, as the fake Stripe received it."""

    method: str
    #: Percent-encoded, as sent; without the query string.
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    #: With names in lower case.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: The mode of the key; None if the key is unknown.
    livemode: bool | None = None
    #: Whether the key is an organisation's, which requires a context and a version in each request.
    of_organisation: bool = False
    #: When it was received, by the fake's clock, in Unix seconds.
    at: int = 0
    #: The paths to expand; those of a list's objects without the leading ``data.``.
    expanded: frozenset[str] = frozenset()
    body: bytes = field(default=b"", repr=False)
    #: The id in the header ``Request-Id`` of the response, and in the events that the request causes.
    id: str = ""

    @classmethod
    def parse(cls, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Self:
        """Return the request with this method, target, headers and body."""
        url = urlsplit(target)
        query = parse_qsl(url.query, keep_blank_values=True)
        lower = {name.lower(): value for name, value in headers.items()}
        said = [*query, *(parse_qsl(body.decode()) if b"expand" in body and b"{" not in body else [])]
        expanded = frozenset(path.removeprefix("data.") for name, path in said if name.startswith("expand["))
        return cls(method, url.path, dict(query), lower, expanded=expanded, body=body)

    @property
    def fields(self) -> dict[str, Any]:
        """The parameters in the body: a form, as in v1, or JSON, as in v2.

        In a form, ``metadata[shop]=a`` makes a dictionary in ``metadata``, and ``enabled_events[0]=a`` a list.

        Raises:
            ValueError: the body is not JSON.
        """
        if "json" in self.headers.get("content-type", ""):
            found = json.loads(self.body or b"{}")
            return found if isinstance(found, dict) else {}
        return nested(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def params(self) -> dict[str, Any]:
        """The parameters, as Stripe received them: of a query string or a form they are text, and may be nested."""
        return self.fields if self.method == "POST" else nested(self.query.items())

    @property
    def operation(self) -> str:
        """What the request does, as stripe-python calls it: ``customers.create``, ``checkout.sessions.expire``."""
        return operation_of(self.method, self.path)

    @property
    def idempotency_key(self) -> str:
        """The key in ``Idempotency-Key``, or ``""``."""
        return self.headers.get("idempotency-key", "")

    @property
    def key(self) -> str:
        """The API key, or ``""``."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def account(self) -> str:
        """The account of the request, which is the last one of a context; ``""`` for that of the key."""
        return self.context.split("/")[-1] or self.headers.get("stripe-account", "")

    @property
    def context(self) -> str:
        """The path of accounts in ``Stripe-Context``, or ``""``."""
        return self.headers.get("stripe-context", "")

    @property
    def api_version(self) -> str:
        """The API version of the request, or ``""``."""
        return self.headers.get("stripe-version", "")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the parameters of a form, with the dictionaries and lists that their brackets name."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        *parents, last = re.findall(r"[^\[\]]+", name)
        target = found
        for parent in parents:
            target = target.setdefault(parent, {})
        target[last] = value
    return {name: _with_lists(value) for name, value in found.items()}


def _with_lists(value: Any) -> Any:
    """Return dictionaries whose keys are numbers as lists, on every level."""
    if not isinstance(value, dict):
        return value
    if all(key.isdecimal() for key in value):
        return [_with_lists(value[key]) for key in sorted(value, key=int)]
    return {name: _with_lists(one) for name, one in value.items()}


@dataclass(frozen=True, slots=True)
class Response:
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    #: Whether the connection breaks in the middle of the body.
    broken_off: bool = False


def encoded(body: Any) -> bytes:
    """Return ``body`` as bytes: bytes and text as they are, everything else as JSON."""
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()
