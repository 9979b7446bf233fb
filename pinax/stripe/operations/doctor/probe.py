"""Test deliveries to the public URL, and what became of them in the database.

A test delivery is signed like one of Stripe's, but its body is not an event: the webhook verifies the signature,
cannot read the body, and answers 400. No `Event` is recorded. The rejected delivery contains the id of the test
delivery, and is deleted again. The log has one line for each, which contains ``evt_pinax_stripe_doctor_…``.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import secrets
import ssl
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.db.models import Max
from django.utils import timezone

from pinax.stripe.models import RejectedDelivery
from pinax.stripe.models.primary import from_primary
from pinax.stripe.times import from_http_date

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

#: What the ids of test deliveries begin with; Stripe gives out no such ids.
MARK: Final = "evt_pinax_stripe_doctor_"
#: How long an answer may take, in seconds.
TIMEOUT: Final = 20
#: How much of an answer is read, in bytes.
READ: Final = 64 * 1024
#: How long a test delivery may take to be followed before it counts as left over.
LEFTOVER: Final = timedelta(hours=1)
#: What the webhook answers to a delivery that it does not accept.
NOT_ACCEPTED: Final = b"not accepted"


@dataclass(frozen=True)
class Reply:
    """The answer to a POST, or why there was none.

    Attributes:
        status: the HTTP status; 0 without an answer.
        headers: with names in lower case.
        body: its beginning.
        error: why there was no answer, in words.
        by_tls: whether that was the certificate or the encryption.
    """

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""
    by_tls: bool = False

    @property
    def is_the_webhooks(self) -> bool:
        """Whether the webhook itself has answered."""
        return self.status == http.HTTPStatus.BAD_REQUEST and self.body.strip() == NOT_ACCEPTED

    @property
    def location(self) -> str:
        """Where it redirects to; empty if it does not."""
        return self.headers.get("location", "") if 300 <= self.status < 400 else ""  # noqa: PLR2004

    @property
    def at(self) -> datetime | None:
        """When it was given, by the site's clock."""
        return from_http_date(self.headers.get("date"))


@dataclass(frozen=True)
class Delivered:
    """A signed test delivery.

    Attributes:
        label: the label of the webhook secret that signed it.
        size: how many bytes were posted.
        reply: the answer.
        kept: what the webhook kept of it; None if nothing was found in this database.
        empty: whether a rejected delivery without a body was found instead.
    """

    label: str
    size: int
    reply: Reply
    kept: RejectedDelivery | None
    empty: bool = False


def deliver(url: str, label: str, secret: str) -> Delivered:
    """Post a test delivery that ``secret`` signs, and take what it leaves out of the database again.

    Raises:
        django.db.Error: the database cannot be asked.
    """
    mark = MARK + secrets.token_hex(8)
    body = json.dumps({"id": mark, "object": "pinax_stripe.doctor"}).encode()
    newest = from_primary(RejectedDelivery.objects.order_by()).aggregate(pk=Max("pk"))["pk"] or 0
    reply = post(url, body, {"Stripe-Signature": signature(body, secret)} if secret else {})
    rows = RejectedDelivery.objects.filter(stripe_id=mark)
    kept = from_primary(rows).first()
    rows.delete()
    # An empty body is never Stripe's, so nothing is lost with these.
    empty, _ = RejectedDelivery.objects.filter(pk__gt=newest, stripe_id="", size=0).delete()
    return Delivered(label, len(body), reply, kept, empty=kept is None and empty > 0)


def clear_leftovers() -> None:
    """Delete what an interrupted examination has left; one that runs at the same time keeps its own."""
    old = timezone.now() - LEFTOVER
    RejectedDelivery.objects.filter(stripe_id__startswith=MARK, received_at__lt=old).delete()


def signature(body: bytes, secret: str) -> str:
    """Return the header with which Stripe would sign a body now.

    Source: https://docs.stripe.com/webhooks/signature
    """
    at = int(time.time())
    digest = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    """Post a body to a URL as Stripe posts events. Redirects are not followed."""
    parts = urlsplit(url)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=TIMEOUT)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "pinax-stripe doctor", **headers}
    try:
        connection.request("POST", target, body, sent)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, found, answer.read(READ))
    except ssl.SSLError as error:
        return Reply(error=f"{type(error).__name__}: {error}", by_tls=True)
    except (OSError, http.client.HTTPException) as error:
        return Reply(error=f"{type(error).__name__}: {error}")
    finally:
        connection.close()
