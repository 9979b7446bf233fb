"""Stripe's signature over the raw bytes of a delivery.

Source: https://docs.stripe.com/webhooks/signature
"""

from __future__ import annotations

import re
import time

import stripe

from pinax.stripe.conf import conf, several
from pinax.stripe.exceptions import SignatureMismatch

#: The longest ``Stripe-Signature`` header that is looked at; a genuine one has some hundred characters.
MAX_HEADER = 4096

_SECONDS = re.compile(r"\d{1,12}", re.ASCII)


def check(body: bytes, header: str) -> bool:
    """Whether a webhook secret vouches for ``body``; False where none is set and validation asks Stripe instead.

    Args:
        body: the raw bytes, before anything has parsed them.
        header: ``Stripe-Signature``; empty where there was none.

    Raises:
        SignatureMismatch: secrets are set and none of them signed these bytes within the tolerance, or validation is
            by signature alone and no secret is set.
    """
    known = several(conf.WEBHOOK_SECRETS)
    secrets = [str(secret) for secret in known if str(secret or "").strip()]
    if not secrets:
        if known or conf.VALIDATION == "signature":
            raise SignatureMismatch("PINAX_STRIPE_WEBHOOK_SECRETS holds no secret that could vouch for a delivery")
        return False
    if not header:
        raise SignatureMismatch("no Stripe-Signature header")
    if len(header) > MAX_HEADER:
        raise SignatureMismatch("the Stripe-Signature header is too long")
    _check_clock(header)
    if not any(_matches(body, header, secret) for secret in secrets):
        raise SignatureMismatch
    return True


def _matches(body: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body.decode(), header, secret)
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        # Header text beyond ASCII is a TypeError, a body that is no UTF-8 a ValueError: no match, like any other.
        return False
    return True


def _check_clock(header: str) -> None:
    """Refuse a signature from too long ago, or from the future, which stripe-python would accept."""
    times = [value for name, _, value in (item.partition("=") for item in header.split(",")) if name.strip() == "t"]
    if len(times) != 1 or not _SECONDS.fullmatch(times[0]):
        raise SignatureMismatch("the Stripe-Signature header does not have one time")
    off = time.time() - int(times[0])
    if abs(off) > conf.WEBHOOK_TOLERANCE:
        raise SignatureMismatch(f"signed {off:+.0f} seconds from now, beyond WEBHOOK_TOLERANCE")
