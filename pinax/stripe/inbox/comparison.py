"""Compare two copies of an event: as it was delivered, and as it is stored or fetched from Stripe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pinax.stripe.plain_json import same
from pinax.stripe.platforms import account_of

if TYPE_CHECKING:
    from pinax.stripe.inbox.message import Message

#: How many differing fields a note names, and how many characters of each name.
MOST_NAMED = 10
LONGEST_NAME = 60

#: Attributes of a message that two copies of an event always share, with Stripe's names for them.
IDENTITY = {"id": "id", "kind": "type", "stripe_account": "account", "livemode": "livemode", "created": "created"}


def differences(delivered: Message, known: Message) -> list[str]:
    """Return the names of the fields that differ between a delivered copy and Stripe's.

    The object's content is compared only if both copies have the same API version; otherwise the rendering may differ,
    and only its id and type are compared.
    """
    if delivered.is_thin != known.is_thin:
        return ["object"]
    found = [name for field, name in IDENTITY.items() if _identity(delivered, field) != _identity(known, field)]
    if "account" in found and is_own_account(delivered, known.stripe_account):
        found.remove("account")
    if delivered.version == known.version:
        ours, theirs = delivered.object, known.object
        if not found and same(ours, theirs):
            return []
        names = sorted(name for name in ours.keys() | theirs.keys() if not same(ours.get(name), theirs.get(name)))
    else:
        names = [name for name in ("id", "object") if delivered.object.get(name) != known.object.get(name)]
    return found + [f"data.object.{_word(name)}" for name in names[:MOST_NAMED]]


def differences_of_twins(delivered: Message, known: Message) -> list[str]:
    """Return the names of the fields that differ between a snapshot event and a thin event of the same occurrence.

    Both name the type, the mode, the account and the object; the rest is only in one of them.
    """
    names = ("stripe_account", "livemode")
    found = [IDENTITY[field] for field in names if getattr(delivered, field) != getattr(known, field)]
    if delivered.kind.removeprefix("v1.") != known.kind.removeprefix("v1."):
        found.append(IDENTITY["kind"])
    if "account" in found and is_own_account(delivered, known.stripe_account):
        found.remove("account")
    ids = (delivered.object.get("id"), known.object.get("id"))
    return found + (["data.object.id"] if all(ids) and ids[0] != ids[1] else [])


def _identity(message: Message, field: str) -> Any:
    """Return an identifying attribute; the copies of a thin event may have different fractions of a second."""
    value = getattr(message, field)
    return value.replace(microsecond=0) if message.is_thin and field == "created" else value


def is_own_account(delivered: Message, known_account: str) -> bool:
    """Return whether the account of a delivery is the one that the configured key belongs to.

    An organisation's endpoint names each member in ``context``, including the one whose key is configured.
    """
    return known_account == account_of(delivered.scope.platform) and not delivered.body.get("account")


def contradiction(differs: list[str]) -> str:
    """Return the note that a delivery contradicts Stripe's copy, with the fields that differ."""
    return f"{', '.join(differs)} not as in Stripe's copy"


def _word(name: str) -> str:
    """Return an unverified name in a form that is safe in a log line: short, and without line breaks."""
    return (
        name
        if name.isascii() and name.isidentifier() and len(name) <= LONGEST_NAME
        else json.dumps(name)[:LONGEST_NAME]
    )
