"""What is posted: genuine events, spoilt in every way that comes to mind, each from one random number."""

from __future__ import annotations

import copy
import gzip
import json
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pinax.stripe.testing import signature_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

SECRET: Final = "whsec_fuzz_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

ODD_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**30, 10**4000, 0.5, -0.0, 1e308, 253402300800),
    *("", "\0", "\ud800", "\n", "\x1b[31m", "\u2028", "x" * 300, "x" * 10_000, "<script>alert(1)</script>", "é😀"),
    *("evt_1", "evt_1/../x", "acct_1", "acct_fake", "acct_evil@example.com", "event", "v2.core.event", "*", "%00"),
    *([], [[]], [None], {}, {"": {}}, {"id": None}, {"object": "list", "data": [1]}, {"id": "x", "object": "charge"}),
)
#: Places that pure chance finds too seldom.
NAMED: Final = ("id", "object", "type", "created", "livemode", "account", "api_version", "data", "request", "pending")
RAW: Final = (
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"1e999",
    b"NaN",
    b"\\ud800",
)
HUGE: Final = (
    *(b"", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5_000, b"[" + b"0," * 50_000 + b"0]", b"\xef\xbb\xbf{}"),
    *(b'"' + b"\\u0000" * 20_000 + b'"', b'{"id":"evt_1",' * 1_000, b" " * 70_000, b"x" * 70_000),
)
TOO_LONG: Final = "9" * 30
HEADERS: Final[tuple[dict[str, str], ...]] = (
    {"CONTENT_TYPE": "multipart/form-data; boundary=x"},
    {"CONTENT_TYPE": "application/x-www-form-urlencoded"},
    {"CONTENT_TYPE": "application/json; charset=utf-16"},
    {"CONTENT_TYPE": "\xff; charset=\xff"},
    {"HTTP_CONTENT_ENCODING": "gzip"},
    {"HTTP_TRANSFER_ENCODING": "chunked"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
    {"HTTP_HOST": "evil.example"},
    {"HTTP_AUTHORIZATION": "Bearer sk_live_stranger", "HTTP_COOKIE": "sessionid=\xff; a=b; ="},
    {"QUERY_STRING": "livemode=true&%00=%ff&" + "a=b&" * 100},
    {"CONTENT_LENGTH": "-1"},
    {"CONTENT_LENGTH": "x"},
    {"CONTENT_LENGTH": "3"},
    {"CONTENT_LENGTH": TOO_LONG},
)


class Post(NamedTuple):
    """One request, and whether the secret has signed its body."""

    method: str
    body: bytes
    headers: dict[str, str]
    is_signed: bool


def posts(events: Callable[[], Sequence[dict[str, Any]]], chance: random.Random) -> Iterator[Post]:
    """Yield posts without end, made of the genuine events of the moment."""
    while True:
        body = _body(events(), chance)
        signature, is_signed = _signature(body, chance)
        odd = chance.choice(HEADERS) if chance.random() < 0.1 else {}
        method = chance.choice(("GET", "HEAD", "PUT", "OPTIONS", "TRACE")) if chance.random() < 0.01 else "POST"
        # A length that is too short cuts the body, and the signature with it.
        is_cut = odd.get("CONTENT_LENGTH", TOO_LONG) != TOO_LONG
        yield Post(method, body, {**signature, **odd}, is_signed and not is_cut)


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> str:
    """Return the header with which Stripe signs a body."""
    return signature_of(body, secret, at=None if at is None else int(at))


def _body(events: Sequence[dict[str, Any]], chance: random.Random) -> bytes:
    dice = chance.random()
    if dice < 0.02:
        return chance.choice(HUGE)
    if dice < 0.1:
        return chance.randbytes(chance.randrange(200))
    event = chance.choice(events)
    if dice < 0.13:
        return json.dumps(event).encode()
    if dice < 0.35:
        event = copy.deepcopy(event)
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            spoil_tree(event, chance)
        return json.dumps(event, ensure_ascii=chance.random() < 0.9).encode("utf-8", "surrogatepass")
    body = bytearray(json.dumps(event).encode())
    for _ in range(chance.choice((1, 1, 2, 8))):
        _spoil_bytes(body, chance)
    if dice > 0.99:
        return gzip.compress(bytes(body), 1)
    return bytes(body)


def spoil_tree(event: Any, chance: random.Random) -> None:
    """Change one value somewhere, or take it away, or put a new one there."""
    if isinstance(event, dict) and chance.random() < 0.3:
        event[chance.choice(NAMED)] = copy.deepcopy(chance.choice(ODD_VALUES))
        return
    here: Any = event
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = chance.choice(keys) if keys else ("new" if isinstance(here, dict) else None)
        if key is None:
            here.append(1)
            return
        inner = here[key] if keys else None
        if not isinstance(inner, dict | list) or chance.random() < 0.2:
            break
        here = inner
    if isinstance(here, dict) and chance.random() < 0.3:
        here.pop(key, None)
        here[str(chance.choice(ODD_VALUES))[:50]] = 1
    else:
        here[key] = copy.deepcopy(chance.choice(ODD_VALUES))


def _spoil_bytes(body: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(body) + 1)
    until = min(len(body), at + chance.choice((1, 1, 2, 10, 100)))
    match chance.randrange(5):
        case 0:
            body[at:until] = b""
        case 1:
            body[at:at] = body[at:until]
        case 2:
            body[at:until] = chance.randbytes(until - at)
        case 3:
            body[at:at] = chance.choice(RAW)
        case 4:
            body[at : at + 1] = bytes([chance.randrange(256)])


def _signature(body: bytes, chance: random.Random) -> tuple[dict[str, str], bool]:
    """Return a header and whether it holds what it should: half of the time."""
    if chance.random() < 0.5:
        return {"HTTP_STRIPE_SIGNATURE": signed(body)}, True
    header = chance.choice(FORGED)
    return ({} if header is None else {"HTTP_STRIPE_SIGNATURE": header(body, chance)}), False


#: Headers that vouch for nothing.
FORGED: Final[tuple[Callable[[bytes, random.Random], str] | None, ...]] = (
    None,
    lambda body, chance: "",
    lambda body, chance: signed(body, secret="whsec_another"),
    lambda body, chance: signed(body).replace("v1", "v0"),
    lambda body, chance: signed(body + b" "),
    lambda body, chance: signed(body, at=1),
    lambda body, chance: signed(body, at=time.time() + 10_000),
    lambda body, chance: signed(body).upper(),
    lambda body, chance: signed(body, secret="whsec_another") + ",v1=\xe9",
    lambda body, chance: "t=,v1=",
    lambda body, chance: "v1=a,t=2,t=3",
    lambda body, chance: "t=" + "9" * 4_000 + ",v1=1",
    lambda body, chance: f"t={int(time.time())}" + MANY[: chance.choice((5, 4_000, 5_000, len(MANY)))],
    lambda body, chance: "\xff" * 1_000,
    lambda body, chance: ",".join(["="] * 500),
    lambda body, chance: chance.randbytes(40).decode("latin-1"),
)
MANY: Final = ",v1=0" * 100_000
