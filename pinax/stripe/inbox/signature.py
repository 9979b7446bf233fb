"""Stripe's signature over the raw bytes of a delivery.

Source: https://docs.stripe.com/webhooks/signature
"""

from __future__ import annotations

import re
import time
from typing import NamedTuple

import stripe

from pinax.stripe.conf import conf
from pinax.stripe.exceptions import SignatureMismatch
from pinax.stripe.keys import setting
from pinax.stripe.models import RejectedDelivery
from pinax.stripe.platforms import secrets_of

#: The longest ``Stripe-Signature`` header that is looked at, in characters; a genuine one has some hundred.
MAX_HEADER = 4096

Cause = RejectedDelivery.Cause

_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
_PLAIN = re.compile(r"[!-~]+")
_API_KEY = re.compile(r"[prs]k_", re.IGNORECASE)
#: Placeholders for a secret in examples and templates.
_PLACEHOLDER = re.compile(
    r"whsec_?|(whsec_)?([x.*_0-]{3,}|<.*>|\{.*\}|\[.*\]|\$.*|your.*|.*\.\.\.|change_?me|todo|none|null)", re.IGNORECASE
)


class _Header(NamedTuple):
    """A ``Stripe-Signature`` header, and the moment that it names."""

    text: str
    at: int


def check(body: bytes, header: str, platform: str = "") -> str:
    """Return the label of the webhook secret that signed ``body``; "" if no secret is set and Stripe is asked instead.

    Args:
        body: the raw bytes, before anything has parsed them.
        header: ``Stripe-Signature``; empty if there was none.
        platform: the name of the platform whose secrets are tried; empty for the default one.

    Raises:
        UnknownPlatform: there is none of this name.
        SignatureMismatch: secrets are set and none of them signed these bytes within the tolerance, or validation is
            by signature alone and no secret is set. Its message is for the operator only.
    """
    usable = usable_secrets(platform)
    if not usable:
        if not secrets_of(platform) and conf.VALIDATION != "signature":
            return ""
        raise SignatureMismatch(_no_secret(platform), Cause.NO_SECRET)
    read = _read(header)
    label = next((label for label, secret in usable if _matches(body, header, secret)), "")
    if not label:
        raise SignatureMismatch("none of the webhook secrets signed it", Cause.NO_MATCH)
    off = int(time.time()) - read.at
    if abs(off) > conf.WEBHOOK_TOLERANCE:
        when = f"{off} seconds ago" if off > 0 else f"{-off} seconds ahead of our clock"
        raise SignatureMismatch(
            f"signed with {label} {when}, and {conf.WEBHOOK_TOLERANCE} are allowed: a replayed delivery, "
            "or a wrong clock",
            Cause.STALE,
        )
    return label


def signer(body: bytes, header: str, platform: str = "") -> str:
    """Return the label of the first secret of a platform that signed ``body``, whenever it did; "" where none has."""
    return next((label for label, secret in usable_secrets(platform) if _matches(body, header, secret)), "")


def flaw(secret: object) -> str:
    """Return why a secret of the settings cannot verify anything; "" if it can."""
    if secret is None or (isinstance(secret, str) and not _PLAIN.search(secret)):
        return "is empty"
    if not isinstance(secret, str):
        return "is not a string"
    if not _PLAIN.fullmatch(secret):
        return "holds white space, or a character that no secret has"
    if _API_KEY.match(secret):
        return "is an API key, and not the secret of an endpoint"
    return "is a placeholder, which anybody can guess" if _PLACEHOLDER.fullmatch(secret) else ""


def usable_secrets(platform: str = "") -> list[tuple[str, str]]:
    """Return the webhook secrets of a platform that can verify a signature, with their labels."""
    return [(label, secret) for label, secret in secrets_of(platform) if isinstance(secret, str) and not flaw(secret)]


def _no_secret(platform: str) -> str:
    flaws = [f"{label} {flaw(secret)}" for label, secret in secrets_of(platform)]
    return f"no webhook secret can verify it: {'; '.join(flaws) or setting('WEBHOOK_SECRETS', platform) + ' is empty'}"


def _matches(body: bytes, header: str, secret: str) -> bool:
    """Whether ``secret`` signed ``body``; each comparison takes the same time, whatever differs."""
    try:
        stripe.WebhookSignature.verify_header(body.decode(), header, secret)
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        # Header text beyond ASCII is a TypeError, a body that is not UTF-8 a ValueError: no match, like any other.
        return False
    return True


def _read(header: str) -> _Header:
    """Return a header that could hold a signature of Stripe's.

    Raises:
        SignatureMismatch: it cannot.
    """
    if not header:
        raise SignatureMismatch("no Stripe-Signature header: not from Stripe, or a proxy drops it", Cause.NOT_SIGNED)
    if len(header) > MAX_HEADER:
        raise SignatureMismatch(f"a Stripe-Signature header of {len(header)} characters", Cause.MALFORMED)
    items = [(name.strip(), value) for name, _, value in (item.partition("=") for item in header.split(","))]
    times = [value for name, value in items if name == "t"]
    if len(times) != 1 or not _SECONDS.fullmatch(times[0]):
        raise SignatureMismatch("a Stripe-Signature header without the one time that it needs", Cause.MALFORMED)
    schemes = {name for name, _ in items}
    if "v1" not in schemes:
        what = "v0 only, a scheme that proves nothing" if "v0" in schemes else "nothing that is known"
        raise SignatureMismatch(f"a Stripe-Signature header with {what}", Cause.MALFORMED)
    return _Header(header, int(times[0]))
