"""Why a delivery's signature was refused, in words for the operator; the sender learns nothing of this.

Only what can be shown is claimed: that a body was changed on its way is said where the signature fits what it was
before. That costs a few signatures more, for bodies of ordinary size only.
"""

from __future__ import annotations

import base64
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from pinax.stripe import keys, plain_json
from pinax.stripe.conf import conf, without_secrets
from pinax.stripe.exceptions import (
    NoKeyForMode,
    RedactionFailed,
    SignatureMismatch,
    StripeUnreachable,
    UnreadableDelivery,
)
from pinax.stripe.hooks import redacted, redacts
from pinax.stripe.inbox.erased import body_concerns_erased, content_of
from pinax.stripe.inbox.message import claimed
from pinax.stripe.inbox.signature import signer
from pinax.stripe.models import Event, RejectedDelivery
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.platforms import scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pinax.stripe.inbox.message import Message


#: The largest body that is looked into after its signature was refused, in bytes; Stripe's own are mostly smaller.
LOOKED_INTO: Final = 64 * 1024

_BOM: Final = b"\xef\xbb\xbf"
#: How JSON is written, as far as programs differ: Stripe's own way, the two of Python, each with and without escapes.
_WAYS: Final[tuple[dict[str, Any], ...]] = ({"indent": 2}, {"separators": (",", ":")}, {})


def unreadable(body: bytes, error: UnreadableDelivery, platform: str = "") -> RejectedDelivery:
    """Return what is kept of a delivery that a webhook secret signed and that cannot be read: Stripe has sent it."""
    reason = f"signed with {error.signed_by}, but unreadable: {error}"
    return _of_body(body, _parsed(body), Cause.UNREADABLE, reason, platform)


def unreadable_json(body: Any, origin: str, error: UnreadableDelivery, platform: str = "") -> RejectedDelivery:
    """Return what is kept of an event that cannot be read, and that was not posted: it was listed, for example."""
    text = json.dumps(body).encode("utf-8", "surrogatepass")
    return _of_body(text, body, Cause.UNREADABLE, f"{origin}, but unreadable: {error}", platform)


def rejection_of(body: bytes, header: str, error: SignatureMismatch, platform: str = "") -> RejectedDelivery:
    """Return what is to be kept of a delivery whose signature was rejected."""
    parsed = _parsed(body)
    cause, reason = error.cause, str(error)
    if cause == Cause.NO_MATCH:
        change = _change(body, parsed, header, platform)
        cause = Cause.CHANGED if change else cause
        reason = change or f"{reason}: another endpoint's secret, or the Stripe CLI's{_other_mode(parsed, platform)}"
    return _of_body(body, parsed, cause, reason, platform)


def of_message(message: Message, cause: str, reason: str) -> RejectedDelivery:
    """Return what is kept of a delivery that can be read."""
    return RejectedDelivery(
        stripe_id=message.id,
        platform=message.scope.platform,
        kind=message.kind,
        cause=cause,
        reason=reason,
        size=message.size,
        body=readable(json.dumps(message.body).encode()),
    )


def _of_body(body: bytes, parsed: Any, cause: str, reason: str, platform: str) -> RejectedDelivery:
    stripe_id, kind = claimed(parsed)
    return RejectedDelivery(
        stripe_id=stripe_id,
        platform=platform,
        kind=kind,
        cause=cause,
        reason=reason,
        size=len(body),
        body=_kept(body, parsed),
    )


def _kept(body: bytes, parsed: Any) -> str:
    """Return the body as it may be kept: nothing of it, where the project's hook would have to see it and cannot."""
    if not redacts():
        return readable(body)
    try:
        return readable(json.dumps(redacted(parsed)).encode()) if isinstance(parsed, dict) else ""
    except RedactionFailed:
        return ""


def _parsed(body: bytes) -> Any:
    try:
        return plain_json.parse(body) if len(body) <= LOOKED_INTO else None
    except ValueError:
        return None


def _other_mode(parsed: Any, platform: str) -> str:
    livemode = parsed.get("livemode") if isinstance(parsed, dict) else None
    if not isinstance(livemode, bool):
        return ""
    try:
        keys.key_for(scope_of(platform, livemode=livemode))
    except NoKeyForMode:
        return f"; it claims to be of {'live' if livemode else 'test'} mode, for which there is no key either"
    except StripeUnreachable:
        return ""
    return ""


def _change(body: bytes, parsed: Any, header: str, platform: str) -> str:
    """Say what happened to a body on its way, where a webhook secret signed what it was before; "" where none did."""
    if len(body) > LOOKED_INTO:
        return ""
    for what, before in _before(body, parsed):
        label = signer(before, header, platform) if before != body else ""
        if label:
            return f"changed on its way: {what}; {label} signed what it was before"
    return ""


def _before(body: bytes, parsed: Any) -> Iterator[tuple[str, bytes]]:
    """Yield what may have happened to a body, and what it was before."""
    yield "a byte order mark was put before it", body.removeprefix(_BOM)
    for end in (b"", b"\n"):
        yield "white space at its end was added or taken away", body.rstrip() + end
    yield "its line breaks were changed", body.replace(b"\r\n", b"\n")
    yield "it was read as Latin-1 and written as UTF-8", _undone(lambda: body.decode().encode("latin-1"), body)
    yield "it was encoded as base64", _undone(lambda: base64.b64decode(body, validate=True), body)
    if isinstance(parsed, str):
        yield "it was put into a JSON string", parsed.encode("utf-8", "surrogatepass")
    if isinstance(parsed, dict):
        for way in _WAYS:
            for escaped in (False, True):
                text = json.dumps(parsed, ensure_ascii=escaped, **way)
                yield "its JSON was parsed and written again", text.encode("utf-8", "surrogatepass")


def _undone(undo: Callable[[], bytes], body: bytes) -> bytes:
    """Return a body before a change; the body itself where that change cannot have happened."""
    try:
        return undo()
    except ValueError:
        return body


Cause = RejectedDelivery.Cause

#: What other deliveries do not displace: Stripe has sent it.
COUNTED_SEPARATELY: Final = (Cause.UNREADABLE, Cause.COMPARED)

_NOT_PLAIN = re.compile(r"[^\t\n\r -~]")


def reject(event: Event, message: Message, reason: str) -> None:
    """Keep the body of a delivery that Stripe's copy contradicts."""
    kept = of_message(message, Cause.DIFFERS, reason)
    kept.event = event
    store(kept)


def store(rejected: RejectedDelivery) -> None:
    """Write a rejected delivery, and delete the oldest; what concerns an erased customer is stored without its body.

    Two statements, one more for one that Stripe has sent, and one more for a body with an object in it.
    """
    without_erased(rejected).save(force_insert=True)
    alike = RejectedDelivery.objects.filter(cause=Cause.UNREADABLE)
    last = rejected.pk - conf.REJECTED_KEPT
    if rejected.cause == Cause.UNREADABLE:
        # Stripe has sent it: forged deliveries must not displace it, so these are counted among themselves.
        ids = from_primary(alike).order_by("-pk").values_list("pk", flat=True)
        last = next(iter(ids[conf.REJECTED_KEPT : conf.REJECTED_KEPT + 1]), 0)
    else:
        alike = RejectedDelivery.objects.exclude(cause__in=COUNTED_SEPARATELY)
    if last > 0:
        # Straight, without the transaction that Django's own delete() opens: nothing points at these rows.
        alike.filter(pk__lte=last)._raw_delete(primary(RejectedDelivery))


def without_erased(rejected: RejectedDelivery) -> RejectedDelivery:
    """Return a rejected delivery, without its body if that concerns an erased customer; at most one query."""
    with suppress(ValueError):
        if rejected.body and body_concerns_erased(content_of(rejected.body)):
            rejected.body = ""
    return rejected


def store_once(rejected: RejectedDelivery) -> None:
    """Write a rejected delivery unless the same one is there already: a list shows it again and again."""
    same = RejectedDelivery.objects.filter(stripe_id=rejected.stripe_id, cause=rejected.cause)
    # One whose body was erased is known by its size.
    if not from_primary(same.filter(Q(body=rejected.body) | Q(body="", size=rejected.size))).exists():
        store(rejected)


def readable(body: bytes) -> str:
    r"""Return the beginning of a body as any database and any person can hold it.

    What is not UTF-8 is shown as ``\xff``, what is beyond ASCII as in JSON, ``\u00e9``; nothing that looks like a
    secret of Stripe's is in it.
    """
    text = body[: RejectedDelivery.BODY_KEPT].decode("utf-8", "backslashreplace")
    escaped = _NOT_PLAIN.sub(lambda found: json.dumps(found[0])[1:-1] if found[0] != "\x7f" else "\\u007f", text)
    return without_secrets(escaped)[: RejectedDelivery.BODY_KEPT]
