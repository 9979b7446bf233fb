"""Bytes in, one message out, whatever a stranger sends."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pinax.stripe import plain_json
from pinax.stripe.exceptions import UnreadableDelivery
from pinax.stripe.hooks import redacted
from pinax.stripe.inbox import signature
from pinax.stripe.plain_json import id_of, place
from pinax.stripe.times import from_timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from pinax.stripe.plain_json import Json

_EVENT_ID = re.compile(r"evt_\w{1,250}", re.ASCII)
_ACCOUNT_ID = re.compile(r"acct_\w{1,249}", re.ASCII)
_VERSION = re.compile(r"[\w.-]{1,255}", re.ASCII)
_KIND = re.compile(r"[\w.\[\]-]{1,255}", re.ASCII)


@dataclass(frozen=True)
class Message:
    """An event as somebody tells it; only Stripe's own copy is to be believed.

    Attributes:
        id: ``evt_…``, checked to be word characters only.
        kind: the event type.
        stripe_account: the connected account, ``acct_…``; empty for the platform itself.
        livemode: live mode, or test mode and sandboxes.
        created: when it happened.
        api_version: the version that shaped the object; empty where it is not said.
        body: the whole event.
        signed_by: the label of the webhook secret that vouches for it; empty where none does.
        size: how large it was as posted, in bytes; None where nobody has seen the post.
    """

    id: str
    kind: str
    stripe_account: str
    livemode: bool
    created: datetime
    api_version: str
    body: Json
    signed_by: str = ""
    size: int | None = None

    @property
    def signed(self) -> bool:
        """Whether a webhook secret vouches for it."""
        return bool(self.signed_by)

    @property
    def object(self) -> Json:
        """The object that it carries; empty where it carries none."""
        found = place(self.body, "data.object")
        return found if isinstance(found, dict) else {}

    def of_account(self, stripe_account: str) -> Message:
        """Return the message with the account that Stripe was asked for, which it need not name in its answer."""
        return replace(self, stripe_account=stripe_account, body={**self.body, "account": stripe_account})


def open_delivery(body: bytes, signature_header: str) -> Message:
    """Return the message of a POST to the webhook.

    Raises:
        SignatureMismatch: webhook secrets are set, and none of them signed these bytes.
        UnreadableDelivery: the body is no snapshot event.
        RedactionFailed: the project's hook does not let it be kept.
    """
    signed_by = signature.check(body, signature_header)
    try:
        parsed = plain_json.parse(body)
    except ValueError as error:
        raise UnreadableDelivery("the body is no JSON") from error
    return replace(received(parsed, signed_by=signed_by), size=len(body))


def received(body: Any, *, signed_by: str = "") -> Message:
    """Return the message in an event's JSON that comes from outside, without what the project does not want to keep.

    Raises:
        UnreadableDelivery: something that every event has is missing, or is not what it should be.
        RedactionFailed: the project's hook raised an error, or changed what tells an event from others.
    """
    message = read(body, signed_by=signed_by)
    return replace(message, body=redacted(message.body))


def read(body: Any, *, signed_by: str = "") -> Message:
    """Return the message in an event's JSON, as it is; what comes from outside is for `received`.

    Raises:
        UnreadableDelivery: something that every event has is missing, or is not what it should be.
    """
    if not isinstance(body, dict):
        raise UnreadableDelivery("the body is no JSON object")
    if body.get("object") == "v2.core.event":
        raise UnreadableDelivery("thin events are not read yet: let the endpoint send snapshot events")
    if body.get("object") != "event":
        raise UnreadableDelivery('"object" is not "event"')
    created = from_timestamp(body.get("created"))
    if created is None:
        raise UnreadableDelivery('"created" is no Unix time')
    if not isinstance(body.get("livemode"), bool):
        raise UnreadableDelivery('"livemode" is neither true nor false')
    if not isinstance(body.get("data", {}), dict) or not isinstance(place(body, "data.object") or {}, dict):
        raise UnreadableDelivery('"data" is no object that holds an "object"')
    return Message(
        id=_matching(_EVENT_ID, body.get("id"), "id"),
        kind=_matching(_KIND, body.get("type"), "type"),
        stripe_account=_matching(_ACCOUNT_ID, body.get("account"), "account", optional=True),
        livemode=body["livemode"],
        created=created,
        api_version=_matching(_VERSION, body.get("api_version"), "api_version", optional=True),
        body=body,
        signed_by=signed_by,
    )


def claimed(body: Any) -> tuple[str, str]:
    """Return the id and the type that a body claims, each empty where it is not as Stripe writes it."""
    found = body if isinstance(body, dict) else {}
    id_, kind = found.get("id"), found.get("type")
    return (
        id_ if isinstance(id_, str) and _EVENT_ID.fullmatch(id_) else "",
        kind if isinstance(kind, str) and _KIND.fullmatch(kind) else "",
    )


def request_of(body: Json) -> str:
    """Return the id of the API request that caused an event: a string of old, an object since 2017-05-25."""
    return id_of(body.get("request")) or ""


def _matching(pattern: re.Pattern[str], value: Any, name: str, *, optional: bool = False) -> str:
    if optional and value in (None, ""):
        return ""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise UnreadableDelivery(f'"{name}" is not as Stripe writes it')
    return value
