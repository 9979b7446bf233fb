"""The identity of a receiver, which is the same in every process, and the events for which it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import partial
from types import MethodType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pinax.stripe.exceptions import UnstableReceiver

if TYPE_CHECKING:
    from pinax.stripe.scope import Scope

Receiver = Callable[..., Any]

#: The maximum length of a receiver's identity, in characters: that of the columns that store it.
LONGEST_IDENTITY: Final = 255
#: The prefix of the identities of ``any_event``'s receivers, which those of other signals must not have. A function
#: that is connected to ``any_event`` and to the signal of a type has two identities.
ANY_EVENT: Final = "any_event:"

_ACCOUNT_ID: Final = re.compile(r"acct_\w{1,249}", re.ASCII)


class Only(NamedTuple):
    """A filter for the events for which a receiver is called.

    Attributes:
        account: the account of the event, ``acct_…``; empty for the platform account; None for every account.
        livemode: True for live mode, False for test mode and sandboxes; None for both.
        platform: the name of the platform, empty for the default one; None for every platform.
        sender: the handler class; None for any.
    """

    account: str | None = None
    livemode: bool | None = None
    platform: str | None = None
    sender: object = None

    def matches(self, sender: object, scope: Scope | None) -> bool:
        """Whether the receiver is called for events of this handler class, platform, account and mode."""
        if self.sender is not None and self.sender is not sender:
            return False
        if scope is None:
            return True
        same = self.account in {None, scope.stripe_account} and self.livemode in {None, scope.livemode}
        return same and self.platform in {None, scope.platform}


#: The filter that matches every event.
EVERY_EVENT: Final = Only()


def checked_only(
    account: str | None, livemode: bool | None, platform: str | None = None, sender: object = None
) -> Only:
    """Return the filter for the arguments of ``on``.

    Raises:
        TypeError: an argument has the wrong type.
        ValueError: ``account`` is not the id of an account.
    """
    if not isinstance(account, str | None):
        raise TypeError(f'on(account=…) takes the id of an account, "" for the platform account, or None: {account!r}')
    if account and not _ACCOUNT_ID.fullmatch(account):
        raise ValueError(f'{account!r} is not the id of an account: acct_… for a connected one, "" for the platform')
    if not isinstance(livemode, bool | None):
        raise TypeError(f"on(livemode=…) takes True, False or None: {livemode!r}")
    if not isinstance(platform, str | None):
        raise TypeError(f'on(platform=…) takes the name of a platform, "" for the default one, or None: {platform!r}')
    return Only(account, livemode, platform, sender)


def identity_of(receiver: Receiver, dispatch_uid: Hashable | None = None, prefix: str = "") -> str:
    """Return the identity of a receiver, which receipts and errors name: its ``dispatch_uid``, or its dotted path.

    Raises:
        UnstableReceiver: it has neither.
        TypeError: ``dispatch_uid`` is not a string.
        ValueError: the identity is too long, cannot be stored, or has the prefix of ``any_event``'s receivers.
    """
    if not isinstance(dispatch_uid, str | None):
        raise TypeError(f"A dispatch_uid is stored in the database, so it must be a string: {dispatch_uid!r}")
    name = dispatch_uid or receiver_name(receiver)
    if name.startswith(ANY_EVENT):
        raise ValueError(f"{name!r} begins with the prefix of any_event's receivers: use another dispatch_uid")
    if name != name.strip() or not name.isprintable():
        raise ValueError(
            f"{name!r} has unprintable characters, or spaces around it, which a dispatch_uid must not have"
        )
    if len(prefix + name) > LONGEST_IDENTITY:
        raise ValueError(
            f"{name[:60]!r}… has {len(name)} characters, and an identity at most {LONGEST_IDENTITY - len(prefix)}: "
            "connect the receiver with a shorter dispatch_uid"
        )
    return prefix + name


def receiver_name(receiver: Receiver) -> str:
    """Return the dotted path of a receiver, which is the same in every process.

    Raises:
        UnstableReceiver: it has none; the message says what to do instead.
    """
    what = _without_path(receiver)
    if what:
        path, uid = _path(receiver), _suggestion(receiver)
        raise UnstableReceiver(
            f"{path} is {what}, and has no dotted path of its own that is the same after a restart. Give it an "
            f'identity: signal.connect(receiver, dispatch_uid="{uid}"), or @on(…, dispatch_uid="{uid}")'
        )
    return f"{receiver.__module__}.{receiver.__qualname__}"


def is_same(one: Receiver | None, other: Receiver | None) -> bool:
    """Whether both are the same object; a bound method is a new object each time it is read."""
    return one is not None and (one is other or (isinstance(one, MethodType) and one == other))


def described(receiver: Receiver | None) -> str:
    """Return the path of a receiver, and the line that defines it, for messages."""
    code = getattr(_named(receiver), "__code__", None)
    return _path(receiver) + (f" ({code.co_filename}:{code.co_firstlineno})" if code else "")


def _without_path(receiver: Receiver) -> str:
    """Return why a receiver has no stable dotted path; empty if it has one."""
    name = getattr(receiver, "__qualname__", None)
    if getattr(receiver, "__self__", None) is not None:
        return "a bound method"
    if not isinstance(name, str):
        return "a partial" if isinstance(receiver, partial) else "an instance of a class"
    if name.endswith("<lambda>"):
        return "a lambda"
    return "defined inside a function" if "<locals>" in name else ""


def _named(receiver: Receiver | None) -> Any:
    """Return the object whose name a receiver has: itself, the function of a partial, or the class of an instance."""
    while isinstance(receiver, partial):
        receiver = receiver.func
    return receiver if hasattr(receiver, "__qualname__") else type(receiver)


def _path(receiver: Receiver | None) -> str:
    named = _named(receiver)
    return f"{named.__module__}.{named.__qualname__}"


def _suggestion(receiver: Receiver) -> str:
    """Return a suggestion for a receiver's dispatch_uid."""
    named = _named(receiver)
    return f"{named.__module__}.{named.__qualname__.rpartition('<locals>.')[2]}".replace("<lambda>", "receiver")
