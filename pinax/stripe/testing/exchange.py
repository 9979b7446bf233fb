"""What is asked of Stripe, and what is answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the fake Stripe saw it."""

    method: str
    #: As sent, percent-encoded, without the query.
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    #: Names in lower case.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: The mode of the key; None where the key is unknown.
    livemode: bool | None = None
    #: Whether the key is an organisation's, which needs a context and a version with each request.
    of_organisation: bool = False
    #: When it came, by the fake's clock, in Unix seconds.
    at: int = 0
    #: What the caller wants to be expanded; of a list's objects, without the leading ``data.``.
    expanded: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, method: str, target: str, headers: Mapping[str, str]) -> Self:
        """Return the request that HTTP's request line and headers make."""
        url = urlsplit(target)
        query = parse_qsl(url.query, keep_blank_values=True)
        lower = {name.lower(): value for name, value in headers.items()}
        expanded = frozenset(path.removeprefix("data.") for name, path in query if name.startswith("expand["))
        return cls(method, url.path, dict(query), lower, expanded=expanded)

    @property
    def key(self) -> str:
        """The API key, or the empty string."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def account(self) -> str:
        """The account that is asked about, the last one of a context; the empty string for the key's own."""
        return self.context.split("/")[-1] or self.headers.get("stripe-account", "")

    @property
    def context(self) -> str:
        """The path of accounts in ``Stripe-Context``, or the empty string."""
        return self.headers.get("stripe-context", "")

    @property
    def api_version(self) -> str:
        """The API version that the caller speaks, or the empty string."""
        return self.headers.get("stripe-version", "")


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    #: The connection breaks in the middle of the body.
    broken_off: bool = False


def encoded(body: Any) -> bytes:
    """Return ``body`` as it goes over the wire: bytes and text as they are, everything else as JSON."""
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()
