"""What is kept of refused deliveries: bounded, however many come, and never in the way of an answer.

A refusal costs two statements: one writes, one takes the oldest away. The bound is by the rows' own numbers, which the
database counts up, so nothing has to be counted or read, and it holds under any number of refusals at once: each one
leaves no row behind that is ``REJECTED_KEPT`` numbers older than itself. Gaps in the numbers make it keep less, never
more.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pinax.stripe.conf import conf, without_secrets
from pinax.stripe.models import Event, RejectedDelivery
from pinax.stripe.models.primary import from_primary, primary

if TYPE_CHECKING:
    from pinax.stripe.inbox.envelope import Message

Cause = RejectedDelivery.Cause

_NOT_PLAIN = re.compile(r"[^\t\n\r -~]")


def refuse(event: Event, message: Message, reason: str) -> None:
    """Keep the body of a delivery that Stripe's copy contradicts."""
    kept = RejectedDelivery(
        event=event,
        stripe_id=message.id,
        kind=message.kind,
        cause=Cause.DIFFERS,
        reason=reason,
        size=message.size,
        body=readable(json.dumps(message.body).encode()),
    )
    keep(kept)


def keep(refused: RejectedDelivery) -> None:
    """Write a rejected delivery, and delete the oldest; two statements, or three for one that Stripe has sent."""
    refused.save(force_insert=True)
    alike = RejectedDelivery.objects.filter(cause=Cause.UNREADABLE)
    last = refused.pk - conf.REJECTED_KEPT
    if refused.cause == Cause.UNREADABLE:
        # Stripe has sent it: forged deliveries must not displace it, so these are counted among themselves.
        ids = from_primary(alike).order_by("-pk").values_list("pk", flat=True)
        last = next(iter(ids[conf.REJECTED_KEPT : conf.REJECTED_KEPT + 1]), 0)
    else:
        alike = RejectedDelivery.objects.exclude(cause=Cause.UNREADABLE)
    if last > 0:
        # Straight, without the transaction that Django's own delete() opens: nothing points at these rows.
        alike.filter(pk__lte=last)._raw_delete(primary(RejectedDelivery))


def keep_once(rejected: RejectedDelivery) -> None:
    """Write a rejected delivery unless the same one is there already: a list shows it again and again."""
    same = RejectedDelivery.objects.filter(stripe_id=rejected.stripe_id, cause=rejected.cause, body=rejected.body)
    if not from_primary(same).exists():
        keep(rejected)


def readable(body: bytes) -> str:
    r"""Return the beginning of a body as any database and any person can hold it.

    What is no UTF-8 is shown as ``\xff``, what is beyond ASCII as in JSON, ``\u00e9``; nothing that looks like a
    secret of Stripe's is in it.
    """
    text = body[: RejectedDelivery.BODY_KEPT].decode("utf-8", "backslashreplace")
    escaped = _NOT_PLAIN.sub(lambda found: json.dumps(found[0])[1:-1] if found[0] != "\x7f" else "\\u007f", text)
    return without_secrets(escaped)[: RejectedDelivery.BODY_KEPT]
