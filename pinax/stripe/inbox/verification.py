"""Is it true? Stripe is asked for the event; from then on only Stripe's copy is used.

Three verdicts: *confirmed*; *differs*, if Stripe's copy contradicts the delivery, and for an unsigned one also if there
is no such event or our key may not see the account; *could not check* for everything that leaves the question open.
Closed by default: only Stripe's own copy, or a signature if the settings let it decide, confirms.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import NamedTuple

from pinax.stripe import client, keys
from pinax.stripe.conf import conf
from pinax.stripe.exceptions import (
    AccountRefused,
    NoKeyForMode,
    NoSuchObject,
    StripeUnreachable,
    Unconfirmed,
    UnreadableDelivery,
)
from pinax.stripe.inbox import rate_limit
from pinax.stripe.inbox.message import Message, contradiction, differences, received
from pinax.stripe.models import Event
from pinax.stripe.scope import Scope
from pinax.stripe.webhooks import registry


class Finding(Enum):
    """What asking has found."""

    CONFIRMED = "confirmed"
    DIFFERS = "differs"
    UNCHECKED = "could not check"
    NO_KEY = "no key for its mode"


class Verdict(NamedTuple):
    """What is to be believed of a delivery.

    Attributes:
        finding: one of the three verdicts, or that there is no key to ask with.
        note: why, in words for the operator.
        copy: what is to be believed instead of the delivery, where it is confirmed.
        error: what kept us from checking.
    """

    finding: Finding
    note: str = ""
    copy: Message | None = None
    error: Exception | None = None


def verify(message: Message) -> Verdict:
    """Decide what is to be believed of a delivery; asks Stripe, and is never called inside a transaction.

    Where the signature decides, what is not signed is not let in any more. An event that waits without a signature was
    recorded before that: Stripe is asked about it.
    """
    if message.signed and conf.VALIDATION == "signature":
        try:
            return Verdict(Finding.CONFIRMED, "by its signature", _at_home(message))
        except StripeUnreachable as error:
            return Verdict(Finding.UNCHECKED, f"could not check whose it is: {error}", error=error)
    return _by_asking(message)


def _by_asking(message: Message) -> Verdict:
    try:
        copy = _at_home(_of_account(_ask(message, message.scope), message))
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
        keys.key_for(scope)  # where there is none, nothing is asked, and nothing is spent
        rate_limit.spend()
    return received(client.retrieve("/v1/events/{id}", {"id": message.id}, scope).data)


def _of_account(copy: Message, message: Message) -> Message:
    """Return Stripe's copy with its account. Asked for an account, Stripe need not name it in the answer.

    The account is then the one we asked for, unless that is our own, whose events have none: then Stripe shows the
    event without being asked for an account, too. An organisation's key can ask for nothing but an account.
    """
    scope = message.scope
    if copy.stripe_account or not scope.stripe_account:
        return copy
    if keys.needs_account(scope):
        return copy.in_scope(scope)
    try:
        return _ask(message, Scope(livemode=scope.livemode))
    except NoSuchObject:
        return copy.in_scope(scope)


def _at_home(message: Message) -> Message:
    """Return a message without the account that only its context names, if that is the key's own.

    An organisation's endpoint names each member so. To a member's own key, its events are the platform's.

    Raises:
        StripeUnreachable: Stripe does not say whose the key is.
    """
    scope = message.scope
    if not scope.stripe_account or message.body.get("account"):
        return message
    try:
        is_own = not keys.needs_account(scope) and client.own_account(scope) == scope.stripe_account
    except NoKeyForMode:
        return message
    return replace(message, scope=Scope(livemode=scope.livemode)) if is_own else message


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
    """Decide what Stripe's refusal of our key for an account says of the event."""
    claimed = Event(kind=message.kind, signed=message.signed, **message.scope.columns)
    # With an organisation's key, the delivery itself says along which path the account is asked for: a wrong one is
    # refused, too, and proves nothing.
    believable = message.signed or not keys.needs_account(message.scope)
    if believable and registry.handler_for(message.kind)(claimed).confirmed_by_refusal():
        if message.signed:
            note = "by its signature, and by Stripe's refusal of our key for the account"
            return Verdict(Finding.CONFIRMED, note, message)
        note = "by Stripe's refusal of our key for the account; the object that came with it is confirmed by nobody"
        return Verdict(Finding.CONFIRMED, note, replace(message, body=_bare(message)))
    return _absent(message, f"our key may not see account {message.stripe_account}: forged, or deauthorised meanwhile")


def _absent(message: Message, note: str) -> Verdict:
    """Decide what Stripe's "no such event" says: a delivery that a webhook secret signed is not forged.

    The key may be another account's, or the 30 days may be over for which Stripe keeps an event.
    """
    if not message.signed:
        return Verdict(Finding.DIFFERS, note)
    note = f"{note}; but it is signed with {message.signed_by}: check which account the key belongs to"
    return Verdict(Finding.UNCHECKED, note, error=Unconfirmed(note))


def _bare(message: Message) -> dict[str, object]:
    """Return the event without its object: nobody confirms that."""
    names = ("id", "object", "type", "account", "context", "livemode", "created", "api_version")
    return {**{name: message.body.get(name) for name in names}, "data": {"object": {}}}
