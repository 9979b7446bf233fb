"""Bytes in, one message out, whatever is sent.

What identifies an event is checked strictly: its id, type, mode, moment and account. What only informs, like the API
version and the request, is taken as it comes, and never a reason to reject a delivery.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pinax.stripe import plain_json
from pinax.stripe.exceptions import UnreadableDelivery
from pinax.stripe.hooks import redacted
from pinax.stripe.inbox import signature
from pinax.stripe.plain_json import id_of, same, storable, value_at
from pinax.stripe.scope import Scope
from pinax.stripe.times import from_timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from pinax.stripe.plain_json import Json


_EVENT_ID = re.compile(r"evt_\w{1,250}", re.ASCII)
_ACCOUNT_ID = re.compile(r"acct_\w{1,249}", re.ASCII)
#: A path of accounts, as an organisation names its members: ``acct_a``, ``org_a/acct_a``, ``acct_a/acct_b``.
_CONTEXT = re.compile(r"[a-z]+_\w{1,250}(/[a-z]+_\w{1,250})*", re.ASCII)
#: The longest context that is taken, in characters.
_LONGEST_CONTEXT = 1000
#: How much is kept of what only informs, in characters.
_LONGEST = 255
_KIND = re.compile(r"[\w.\[\]-]{1,255}", re.ASCII)


@dataclass(frozen=True)
class Message:
    """An event as somebody tells it; only Stripe's own copy is to be believed.

    Attributes:
        id: ``evt_…``, checked to be word characters only.
        kind: the event type.
        scope: the account that it is about, in its mode.
        created: when it happened.
        api_version: the version that shaped the object, with its flags; empty where it is not said.
        body: the whole event.
        signed_by: the label of the webhook secret that signed it; empty if none did.
        size: how large it was as posted, in bytes; None where nobody has seen the post.
    """

    id: str
    kind: str
    scope: Scope
    created: datetime
    api_version: str
    body: Json
    signed_by: str = ""
    size: int | None = None

    @property
    def signed(self) -> bool:
        """Whether a webhook secret signed it."""
        return bool(self.signed_by)

    @property
    def stripe_account(self) -> str:
        """The account that it is about, ``acct_…``; empty for the platform itself."""
        return self.scope.stripe_account

    @property
    def livemode(self) -> bool:
        """Live mode, or test mode and sandboxes."""
        return self.scope.livemode

    @property
    def version(self) -> str:
        """The API version without its flags: ``2020-08-27`` of ``2020-08-27; orders_beta=v4``."""
        return self.api_version.partition(";")[0].strip()

    @cached_property
    def object(self) -> Json:
        """The object that it carries; empty where it carries none."""
        found = value_at(self.body, "data.object")
        return found if isinstance(found, dict) else {}

    @property
    def skeleton(self) -> Message:
        """The message without anything but what identifies the event, for when the rest cannot be stored."""
        names = ("id", "object", "type", "account", "context", "livemode", "created")
        carried = {name: self.object[name] for name in ("id", "object") if isinstance(self.object.get(name), str)}
        body = {name: self.body[name] for name in names if name in self.body}
        version = "not stored"  # no copy of Stripe's has it, so they are compared by what identifies an event
        return replace(self, api_version=version, body={**body, "api_version": version, "data": {"object": carried}})

    def in_scope(self, scope: Scope) -> Message:
        """Return the message with the account that Stripe was asked for, which it need not name in its answer."""
        if not scope.stripe_account:
            return replace(self, scope=scope)
        named = {"account": scope.stripe_account, "context": scope.context or self.body.get("context")}
        return replace(self, scope=scope, body={**self.body, **{name: value for name, value in named.items() if value}})


def open_delivery(body: bytes, signature_header: str) -> Message:
    """Return the message of a POST to the webhook.

    Raises:
        SignatureMismatch: webhook secrets are set, and none of them signed these bytes.
        UnreadableDelivery: the body is not a snapshot event; ``signed_by`` says whether Stripe has sent it.
        RedactionFailed: the project's hook does not let it be kept.
    """
    signed_by = signature.check(body, signature_header)
    try:
        parsed = plain_json.parse(body)
    except ValueError as error:
        raise UnreadableDelivery(f"the body is not JSON: {error}", signed_by) from error
    return received(parsed, signed_by=signed_by, size=len(body))


def received(body: Any, *, signed_by: str = "", size: int | None = None) -> Message:
    """Return the message in an event's JSON that comes from outside, without the data that the project redacts.

    Raises:
        UnreadableDelivery: something that every event has is missing, or is not what it should be.
        RedactionFailed: the project's hook raised an error, or changed what tells an event from others.
    """
    message = read(body, signed_by=signed_by, size=size)
    kept = redacted(message.body)
    return message if kept is message.body else replace(message, body=kept)


def read(body: Any, *, signed_by: str = "", size: int | None = None) -> Message:
    """Return the message in an event's JSON without changes; JSON from outside is for `received`.

    Raises:
        UnreadableDelivery: something that every event has is missing, or is not what it should be.
    """
    try:
        return _message(body, signed_by, size)
    except UnreadableDelivery as error:
        error.signed_by = signed_by
        raise


def _message(body: Any, signed_by: str, size: int | None) -> Message:
    if not isinstance(body, dict):
        raise UnreadableDelivery("the body is not a JSON object")
    if body.get("object") == "v2.core.event":
        raise UnreadableDelivery("thin events are not read yet: let the endpoint send snapshot events")
    if body.get("object") != "event":
        raise UnreadableDelivery('"object" is not "event"')
    created = from_timestamp(body.get("created"))
    if created is None:
        raise UnreadableDelivery('"created" is not a Unix time')
    if not isinstance(body.get("livemode"), bool):
        raise UnreadableDelivery('"livemode" is neither true nor false')
    if not isinstance(body.get("data", {}), dict) or not isinstance(value_at(body, "data.object") or {}, dict):
        raise UnreadableDelivery('"data" is not an object that holds an "object"')
    context = _context(body)
    account = _matching(_ACCOUNT_ID, body.get("account"), "account", optional=True)
    if context and account not in {"", _last_account(context)}:
        context = f"{context}/{account}"  # the way to an account that is connected to a member
    return Message(
        id=_matching(_EVENT_ID, body.get("id"), "id"),
        kind=_matching(_KIND, body.get("type"), "type"),
        scope=Scope(account or _last_account(context), livemode=body["livemode"], context=context),
        created=created,
        api_version=informative(body.get("api_version")),
        body=body,
        signed_by=signed_by,
        size=size,
    )


def claimed(body: Any) -> tuple[str, str]:
    """Return the id and the type that a body claims, each empty where it is not as Stripe writes it."""
    found = body if isinstance(body, dict) else {}
    id_, kind = found.get("id"), found.get("type")
    return (
        id_ if isinstance(id_, str) and _EVENT_ID.fullmatch(id_) else "",
        kind if isinstance(kind, str) and _KIND.fullmatch(kind) else "",
    )


def informative(value: Any) -> str:
    """Return what only informs as a column can hold it, whatever was sent: the message has the whole."""
    return str(storable(value))[:_LONGEST] if isinstance(value, str) else ""


def request_of(body: Json) -> str:
    """Return the id of the API request that caused an event: an object since 2017-05-25, a string before."""
    return informative(id_of(body.get("request")))


def _context(body: Json) -> str:
    context = _matching(_CONTEXT, body.get("context"), "context", optional=True)
    if len(context) > _LONGEST_CONTEXT:
        raise UnreadableDelivery('"context" is not as Stripe writes it')
    return context


def _last_account(context: str) -> str:
    """Return the account that a context leads to; empty if it names none."""
    accounts = [part for part in context.split("/") if _ACCOUNT_ID.fullmatch(part)]
    return accounts[-1] if accounts else ""


def _matching(pattern: re.Pattern[str], value: Any, name: str, *, optional: bool = False) -> str:
    if optional and value in (None, ""):
        return ""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise UnreadableDelivery(f'"{name}" is not as Stripe writes it')
    return value


#: How many differing names a note tells, and how much of one, in characters.
MOST_NAMED = 10
LONGEST_NAME = 60

#: Attributes of a message, and what Stripe calls them, that two copies of an event always share.
IDENTITY = {"id": "id", "kind": "type", "stripe_account": "account", "livemode": "livemode", "created": "created"}


def differences(told: Message, known: Message) -> list[str]:
    """Return the names of what differs between a delivered copy and Stripe's; none where both tell the same.

    The object's content counts only where both copies name the same API version; otherwise the rendering may differ,
    and its id and type decide.
    """
    found = [name for field, name in IDENTITY.items() if getattr(told, field) != getattr(known, field)]
    if "account" in found and is_own_account(told, known.stripe_account):
        found.remove("account")
    if told.version == known.version:
        ours, theirs = told.object, known.object
        names = sorted(name for name in ours.keys() | theirs.keys() if not same(ours.get(name), theirs.get(name)))
    else:
        names = [name for name in ("id", "object") if told.object.get(name) != known.object.get(name)]
    return found + [f"data.object.{_word(name)}" for name in names[:MOST_NAMED]]


def is_own_account(told: Message, known_account: str) -> bool:
    """Return whether a delivery names as its account what is the platform itself to our key.

    An organisation's endpoint names each member in ``context``, also the one whose key we have.
    """
    return not known_account and not told.body.get("account")


def contradiction(differs: list[str]) -> str:
    """Say in words that a delivery contradicts Stripe's copy, and in what."""
    return f"{', '.join(differs)} not as in Stripe's copy"


def _word(name: str) -> str:
    """Return an unverified word as it can stand in a log line: short, and without line breaks."""
    return (
        name
        if name.isascii() and name.isidentifier() and len(name) <= LONGEST_NAME
        else json.dumps(name)[:LONGEST_NAME]
    )


class Outcome(Enum):
    """What became of a delivery, in a word."""

    PROCESSED = "processed"
    DUPLICATE = "duplicate"
    QUEUED = "queued"
    SKIPPED = "skipped"
    REJECTED = "rejected"
    RETRY = "to be tried again"
