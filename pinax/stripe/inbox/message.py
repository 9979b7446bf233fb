"""Parse a delivery into a message.

The fields that identify an event are checked strictly: its id, type, mode, time and account. Fields that only inform,
such as the API version and the request, are accepted in any form, and are never a reason to reject a delivery.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pinax.stripe import plain_json
from pinax.stripe.event_json import SNAPSHOT, THIN, is_thin, object_in
from pinax.stripe.exceptions import UnreadableDelivery
from pinax.stripe.hooks import redacted
from pinax.stripe.inbox import signature
from pinax.stripe.plain_json import id_of, storable, value_at
from pinax.stripe.platforms import account_of as account_of_platform
from pinax.stripe.platforms import is_own
from pinax.stripe.scope import ACCOUNT_ID, Scope, account_of
from pinax.stripe.signals import event_type_of
from pinax.stripe.times import from_iso, from_timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from pinax.stripe.models import Event
    from pinax.stripe.plain_json import Json


_EVENT_ID = re.compile(r"evt_\w{1,250}", re.ASCII)
#: A path of accounts, by which an organisation names its members: ``acct_a``, ``org_a/acct_a``, ``acct_a/acct_b``.
_CONTEXT = re.compile(r"[a-z]+_\w{1,250}(/[a-z]+_\w{1,250})*", re.ASCII)
#: The maximum length of a context, in characters.
_LONGEST_CONTEXT = 1000
#: How many characters of an informative field a column stores.
_LONGEST = 255
#: The fields that identify an event.
_IDENTIFYING = ("id", "object", "type", "account", "context", "livemode", "created")
_KIND = re.compile(r"[\w.\[\]-]{1,255}", re.ASCII)


@dataclass(frozen=True)
class Message:
    """An event as it was delivered, listed or fetched; only a copy from Stripe's API is confirmed.

    Attributes:
        id: ``evt_…``, word characters only; of a thin event, its own id.
        kind: the event type, without the prefix ``v1.`` if it is also sent as a snapshot event.
        scope: the account and mode of the event.
        created: when the event happened.
        api_version: the version that the object is rendered for, with its flags; empty if it is missing.
        body: the whole event.
        signed_by: the label of the webhook secret that signed it; empty if none did.
        size: the size of the posted body in bytes; None if it was not posted.
        is_limited: whether verifying it counts towards ``VALIDATION_BUDGET``, if it is not signed.
        is_thin: whether it is a thin event, which only references its object.
        twin_id: the id of the snapshot event of the same occurrence, if it is a thin event that names one.
    """

    id: str
    kind: str
    scope: Scope
    created: datetime
    api_version: str
    body: Json
    signed_by: str = ""
    size: int | None = None
    is_limited: bool = True
    is_thin: bool = False
    twin_id: str = ""

    @property
    def signed(self) -> bool:
        """Whether a webhook secret signed it."""
        return bool(self.signed_by)

    @property
    def stripe_account(self) -> str:
        """The account, ``acct_…``; empty for the default platform itself."""
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
        """The object in the event, of a thin event its type and id; empty if there is none."""
        return object_in(self.body)

    @property
    def skeleton(self) -> Message:
        """The message with only the fields that identify the event, for when the rest cannot be stored."""
        if self.is_thin:
            names = (*_IDENTIFYING, "related_object", "snapshot_event")
            return replace(self, body={name: self.body[name] for name in names if name in self.body})
        carried = {name: self.object[name] for name in ("id", "object") if isinstance(self.object.get(name), str)}
        body = {name: self.body[name] for name in _IDENTIFYING if name in self.body}
        version = "not stored"  # Stripe's copies have another one, so only the identifying fields are compared
        return replace(self, api_version=version, body={**body, "api_version": version, "data": {"object": carried}})

    def in_scope(self, scope: Scope) -> Message:
        """Return the message with the account of the request, which Stripe's answer does not always contain."""
        if is_own(scope):
            return replace(self, scope=scope)
        named = {"account": scope.stripe_account, "context": scope.context or self.body.get("context")}
        if self.is_thin:
            named = {"context": named["context"] or scope.stripe_account}
        return replace(self, scope=scope, body={**self.body, **{name: value for name, value in named.items() if value}})


def open_delivery(body: bytes, signature_header: str, platform: str = "") -> Message:
    """Return the message of a POST to the webhook of a platform.

    Raises:
        UnknownPlatform: there is none of this name.
        SignatureMismatch: webhook secrets are set, and none of them signed these bytes.
        UnreadableDelivery: the body is not an event; ``signed_by`` is set if Stripe has sent it.
        RedactionFailed: the project's hook failed, so nothing may be stored.
    """
    signed_by = signature.check(body, signature_header, platform)
    try:
        parsed = plain_json.parse(body)
    except ValueError as error:
        raise UnreadableDelivery(f"the body is not JSON: {error}", signed_by) from error
    message = received(parsed, platform=platform, signed_by=signed_by, size=len(body))
    return at_home(message) if platform else message


def received(body: Any, *, platform: str = "", signed_by: str = "", size: int | None = None) -> Message:
    """Return the message in an event's JSON from outside, without the data that the project redacts.

    Raises:
        UnreadableDelivery: a field that every event has is missing or has the wrong form.
        RedactionFailed: the project's hook raised an error, or changed a field that identifies the event.
    """
    message = read(body, platform=platform, signed_by=signed_by, size=size)
    kept = redacted(message.body)
    return message if kept is message.body else replace(message, body=kept)


def read(body: Any, *, platform: str = "", signed_by: str = "", size: int | None = None) -> Message:
    """Return the message in an event's JSON without changes; JSON from outside is for `received`.

    Raises:
        UnreadableDelivery: a field that every event has is missing or has the wrong form.
    """
    try:
        return _message(body, platform, signed_by, size)
    except UnreadableDelivery as error:
        error.signed_by = signed_by
        raise


def read_stored(event: Event, body: Any = None) -> Message:
    """Return the message that is stored in the row of an event.

    Args:
        event: the event.
        body: one of its two messages; None: what was posted.

    Raises:
        UnreadableDelivery: as in `read`.
    """
    body = event.webhook_message if body is None else body
    message = read(body, platform=event.platform, signed_by=event.signed_by)
    return _placed(message, event.stripe_account) if event.platform else message


def at_home(message: Message) -> Message:
    """Return the message of an event that names no account with the account of its platform.

    Raises:
        UnknownPlatform: there is no such platform.
    """
    platform = message.scope.platform
    return _placed(message, account_of_platform(platform)) if platform else message


def _placed(message: Message, stripe_account: str) -> Message:
    scope = message.scope
    return message if scope.stripe_account else replace(message, scope=replace(scope, stripe_account=stripe_account))


def _message(body: Any, platform: str, signed_by: str, size: int | None) -> Message:
    if not isinstance(body, dict):
        raise UnreadableDelivery("the body is not a JSON object")
    thin = is_thin(body)
    if not thin and body.get("object") != SNAPSHOT:
        raise UnreadableDelivery(f'"object" is neither "{SNAPSHOT}" nor "{THIN}"')
    created = from_iso(body.get("created")) if thin else from_timestamp(body.get("created"))
    if created is None:
        raise UnreadableDelivery(f'"created" is not {"an ISO 8601 time" if thin else "a Unix time"}')
    if not isinstance(body.get("livemode"), bool):
        raise UnreadableDelivery('"livemode" is neither true nor false')
    if not thin:
        _check_data(body)
    elif not isinstance(body.get("related_object") or {}, dict):
        raise UnreadableDelivery('"related_object" is not an object')
    context = "" if body.get("context") is None else _context(body)
    is_of_platform = thin or body.get("account") is None
    account = "" if is_of_platform else _matching(ACCOUNT_ID, body["account"], "account", optional=True)
    if context and account not in {"", account_of(context)}:
        context = f"{context}/{account}"  # the way to an account that is connected to a member
    stripe_account = account or (context and account_of(context))
    return Message(
        id=_matching(_EVENT_ID, body.get("id"), "id"),
        kind=event_type_of(_matching(_KIND, body.get("type"), "type")),
        scope=Scope(stripe_account, livemode=body["livemode"], platform=platform, context=context),
        created=created,
        api_version="" if thin else informative(body.get("api_version")),
        body=body,
        signed_by=signed_by,
        size=size,
        is_thin=thin,
        twin_id=_matching(_EVENT_ID, body.get("snapshot_event"), "snapshot_event", optional=True) if thin else "",
    )


def _check_data(body: Json) -> None:
    if not isinstance(body.get("data", {}), dict) or not isinstance(value_at(body, "data.object") or {}, dict):
        raise UnreadableDelivery('"data" is not an object that holds an "object"')


def claimed(body: Any) -> tuple[str, str]:
    """Return the id and the type in an unverified body; empty if they do not have the form of Stripe's."""
    found = body if isinstance(body, dict) else {}
    id_, kind = found.get("id"), found.get("type")
    return (
        id_ if isinstance(id_, str) and _EVENT_ID.fullmatch(id_) else "",
        kind if isinstance(kind, str) and _KIND.fullmatch(kind) else "",
    )


def informative(value: Any) -> str:
    """Return the value of an informative field as a column can store it; the message has the whole value."""
    return str(storable(value))[:_LONGEST] if isinstance(value, str) else ""


def request_of(body: Json) -> str:
    """Return the id of the API request that caused an event: an object since 2017-05-25, a string before."""
    return informative(id_of(value_at(body, "reason.request") if is_thin(body) else body.get("request")))


def _context(body: Json) -> str:
    context = _matching(_CONTEXT, body.get("context"), "context", optional=True)
    if len(context) > _LONGEST_CONTEXT:
        raise UnreadableDelivery('"context" is not as Stripe writes it')
    return context


def _matching(pattern: re.Pattern[str], value: Any, name: str, *, optional: bool = False) -> str:
    if optional and value in (None, ""):
        return ""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise UnreadableDelivery(f'"{name}" is not as Stripe writes it')
    return value


class Outcome(Enum):
    """The outcome of a delivery."""

    PROCESSED = "processed"
    DUPLICATE = "duplicate"
    QUEUED = "queued"
    SKIPPED = "skipped"
    REJECTED = "rejected"
    RETRY = "to be tried again"
