"""Do two copies tell of the same event? Compared as plain JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pinax.stripe.plain_json import same

if TYPE_CHECKING:
    from pinax.stripe.inbox.envelope import Message

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
    """Return a stranger's word as it can stand in a log line: short, and without line breaks."""
    return (
        name
        if name.isascii() and name.isidentifier() and len(name) <= LONGEST_NAME
        else json.dumps(name)[:LONGEST_NAME]
    )
