"""The signature of a delivery, as Stripe makes it.

Source: https://docs.stripe.com/webhooks/signature
"""

import hashlib
import hmac
import time


def signature_of(body: bytes, secret: str, *, at: int | None = None, scheme: str = "v1") -> str:
    """Return the value of ``Stripe-Signature`` for a body.

    Args:
        body: the raw bytes that are posted.
        secret: the signing secret of the endpoint, ``whsec_…``.
        at: when it is signed, in Unix seconds; now if it is None.
        scheme: ``v1``, or ``v0`` for a signature that only tests of Stripe's have.
    """
    moment = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},{scheme}={digest}"
