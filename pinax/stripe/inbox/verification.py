"""Verify an event: fetch it from Stripe's API; from then on only Stripe's copy is used.

The signature has been checked before, in `pinax.stripe.inbox.signature`. Three verdicts: *confirmed*; *differs*, if
Stripe's copy contradicts the delivery, and for an unsigned one also if there is no such event or the key has no access
to the account; *could not check* for everything that leaves the question open, a missing key included. Only Stripe's
own copy confirms, or a signature with ``VALIDATION = "signature"``.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from pinax.stripe import client, keys
from pinax.stripe.conf import conf
from pinax.stripe.exceptions import (
    AccountRefused,
    NoKeyForMode,
    NoSuchObject,
    StripeUnreachable,
    Unconfirmed,
    UnknownPlatform,
    UnreadableDelivery,
)
from pinax.stripe.inbox import rate_limit
from pinax.stripe.inbox.comparison import contradiction, differences
from pinax.stripe.inbox.message import Message, at_home, received
from pinax.stripe.models import Event
from pinax.stripe.platforms import is_own, scope_of
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from pinax.stripe.scope import Scope


class Finding(Enum):
    """The result of verifying an event."""

    CONFIRMED = "confirmed"
    DIFFERS = "differs"
    UNCHECKED = "could not check"
    NO_KEY = "no key for its mode"


class Verdict(NamedTuple):
    """The verdict on a delivery.

    Attributes:
        finding: one of the three verdicts, or that no key for the mode is configured.
        note: the reason, for the operator.
        copy: the copy to use instead of the delivery, if it is confirmed.
        error: why the event could not be checked.
    """

    finding: Finding
    note: str = ""
    copy: Message | None = None
    error: Exception | None = None


def verify(message: Message) -> Verdict:
    """Verify a delivery; may send a request to Stripe, so it must not be called inside a transaction.

    With ``VALIDATION = "signature"``, unsigned deliveries are rejected before they are recorded. An unsigned event that
    was recorded before that setting was changed is fetched from Stripe. So is an event that comes to a named platform
    and names another account than the platform's: its secret proves nothing about an account that only the body names,
    and that may be another platform's.
    """
    if message.signed and conf.VALIDATION == "signature" and _is_of_signer(message.scope):
        return _by_signature(message)
    return _by_asking(message)


def _is_of_signer(scope: Scope) -> bool:
    """Whether a signature speaks for a scope; the default platform's secrets do for all accounts of the project."""
    try:
        return not scope.platform or is_own(scope)
    except UnknownPlatform:
        return False


def _by_signature(message: Message) -> Verdict:
    """Confirm an event by its signature; a thin event is fetched, for its changes and for its twin's id."""
    try:
        copy = _fetched(message) if message.is_thin else message
        return Verdict(Finding.CONFIRMED, "by its signature", without_own_account(copy))
    except NoKeyForMode as error:
        return Verdict(Finding.NO_KEY, str(error))
    except (StripeUnreachable, UnreadableDelivery) as error:
        what = "fetch the event" if message.is_thin else "check which account it belongs to"
        return Verdict(Finding.UNCHECKED, f"could not {what}: {error}", error=error)


def _fetched(message: Message) -> Message:
    """Return Stripe's copy of a signed event; the event itself if Stripe no longer has it, or not for our key."""
    try:
        copy = _with_account(_ask(message, message.scope), message)
    except (NoSuchObject, AccountRefused):
        return message
    return message if differences(message, copy) else copy


def _by_asking(message: Message) -> Verdict:
    try:
        copy = without_own_account(_with_account(_ask(message, message.scope), message))
    except NoKeyForMode as error:
        return Verdict(Finding.NO_KEY, str(error))
    except NoSuchObject:
        return _absent(message, _no_such_event(message))
    except AccountRefused:
        return _refused(message)
    except (StripeUnreachable, UnreadableDelivery) as error:
        return Verdict(Finding.UNCHECKED, f"could not check: {error}", error=error)
    return _compared(message, copy)


def _ask(message: Message, scope: Scope) -> Message:
    if not message.signed:
        keys.key_for(scope)  # without a key, no request is sent, and the rate limit is not used up
        if message.is_limited:
            rate_limit.spend()
    path = "/v2/core/events/{id}" if message.is_thin else "/v1/events/{id}"
    return received(client.retrieve(path, {"id": message.id}, scope).data, platform=scope.platform)


def _with_account(copy: Message, message: Message) -> Message:
    """Return Stripe's copy with its account, which Stripe's answer to a request for an account may leave out.

    It is then the account of the request, unless that is the platform account, whose events have none: Stripe returns
    those without an account in the request, too. An organisation's key always needs an account.
    """
    scope = message.scope
    if copy.stripe_account or is_own(scope):
        return at_home(copy)
    if keys.needs_account(scope):
        return copy.in_scope(scope)
    try:
        return at_home(_ask(message, scope_of(scope.platform, livemode=scope.livemode)))
    except NoSuchObject:
        return copy.in_scope(scope)


def without_own_account(message: Message) -> Message:
    """Return a message as one of the platform itself if its context names the account that the key belongs to.

    An organisation's endpoint names each member in the context. For a member's own key, they are platform events.

    Raises:
        StripeUnreachable: the account of the key could not be fetched.
    """
    scope = message.scope
    if message.body.get("account") or is_own(scope) or scope.platform:
        return message  # the account of a named platform is known
    try:
        if keys.needs_account(scope) or client.own_account(scope) != scope.stripe_account:
            return message
    except NoKeyForMode:
        return message
    return replace(message, scope=scope_of(scope.platform, livemode=scope.livemode))


def _compared(message: Message, copy: Message) -> Verdict:
    differs = differences(message, copy)
    if differs:
        return Verdict(Finding.DIFFERS, contradiction(differs))
    note = ""
    if message.version != copy.version:
        note = f"compared by identity: delivered as {message.api_version or 'unnamed'}, kept by Stripe as "
        note += copy.api_version or "unnamed"
    return Verdict(Finding.CONFIRMED, note, copy)


def _no_such_event(message: Message) -> str:
    mode = "live" if message.livemode else "test"
    whose = f" for account {message.stripe_account}" if message.stripe_account else ""
    return (
        f"no such event with the {mode} key{whose}: forged, older than the 30 days that Stripe keeps, "
        "or of another account than the key's"
    )


def _refused(message: Message) -> Verdict:
    """Return the verdict on an event for whose account Stripe refuses the key."""
    claimed = Event(kind=message.kind, signed=message.signed, platform=message.scope.platform, **message.scope.columns)
    # With an organisation's key, the path to the account comes from the delivery: a wrong path is refused, too, and
    # proves nothing.
    believable = message.signed or not keys.needs_account(message.scope)
    if believable and registry.handler_for(message.kind)(claimed).confirmed_by_refusal():
        if message.signed:
            note = "by its signature, and by Stripe's refusal of our key for the account"
            return Verdict(Finding.CONFIRMED, note, message)
        note = "by Stripe's refusal of our key for the account; the object in it is not confirmed"
        return Verdict(Finding.CONFIRMED, note, replace(message, body=_bare(message)))
    return _absent(
        message, f"the key has no access to account {message.stripe_account}: forged, or deauthorised meanwhile"
    )


def _absent(message: Message, note: str) -> Verdict:
    """Return the verdict on an event that Stripe does not have; a delivery that a webhook secret signed is not forged.

    The key may belong to another account, or the event may be older than the 30 days for which Stripe keeps it.
    """
    if not message.signed:
        return Verdict(Finding.DIFFERS, note)
    note = f"{note}; but it is signed with {message.signed_by}: check which account the key belongs to"
    return Verdict(Finding.UNCHECKED, note, error=Unconfirmed(note))


def _bare(message: Message) -> dict[str, object]:
    """Return the event without its object, which is not confirmed."""
    names = ("id", "object", "type", "account", "context", "livemode", "created", "api_version")
    bare = {name: message.body.get(name) for name in names}
    return bare if message.is_thin else {**bare, "data": {"object": {}}}
