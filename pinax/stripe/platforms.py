"""The project's Stripe accounts: the default platform of the settings, and others, each with a name.

What a project's hook returns, for example from a database or a vault, is remembered for a minute in each process.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from django.core.signals import setting_changed

from pinax.stripe import hooks
from pinax.stripe.conf import conf, labelled
from pinax.stripe.exceptions import StripeUnreachable, UnknownPlatform
from pinax.stripe.scope import ACCOUNT_ID, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.hooks import Platform

#: How long the answer of a hook is remembered, in seconds; a changed key is used after that.
REMEMBERED: Final = 60
#: How many answers are remembered. Anybody can ask for a name, by posting to its URL.
MOST_REMEMBERED: Final = 1000
#: The form of a name, which is part of the webhook's URL.
NAME: Final = re.compile(r"[\w-]{1,100}", re.ASCII)


class _Answer(NamedTuple):
    platform: Platform | None
    until: float


_answers: Final[dict[tuple[str, str], _Answer]] = {}


def find(name: str) -> Platform | None:
    """Return a platform; None if there is none of this name.

    Args:
        name: its name, not that of the default platform, which is empty.

    Raises:
        StripeUnreachable: the hook failed, or the platform cannot be used; the message says why.
    """
    if not NAME.fullmatch(name):
        return None
    if not hooks.overrides("platform"):
        return _asked(name)
    key, now = (conf.HOOKSET, name), time.monotonic()
    known = _answers.get(key)
    if known is None or known.until < now:
        known = _Answer(_asked(name), now + REMEMBERED)
        names = list(_answers)  # a copy: other threads change it, too
        for oldest in names[: max(0, len(names) + 1 - MOST_REMEMBERED)]:
            _answers.pop(oldest, None)
        _answers[key] = known
    return known.platform


def _asked(name: str) -> Platform | None:
    try:
        found = hooks.hookset().platform(name)
    except Exception as error:  # a project's class may raise anything
        raise StripeUnreachable(f"{conf.HOOKSET}.platform({name!r}) raised {type(error).__name__}") from error
    wrong = _flaw(found)
    if wrong:
        raise StripeUnreachable(f"the platform {name!r} cannot be used: {wrong}")
    return found


def _flaw(found: object) -> str:
    """Return why a platform cannot be used; empty if it can, or if there is none."""
    if found is None:
        return ""
    if not isinstance(found, hooks.Platform):
        return f"{conf.HOOKSET}.platform returned {type(found).__name__}, not a Platform or None"
    account: object = found.account
    if not isinstance(account, str) or not ACCOUNT_ID.fullmatch(account):
        return "its account is not an id, acct_…"
    keys: tuple[object, ...] = (found.secret_key, found.test_secret_key)
    return "" if all(key is None or isinstance(key, str) for key in keys) else "one of its keys is not a string"


def get(name: str) -> Platform:
    """Return a platform.

    Raises:
        UnknownPlatform: there is none of this name.
    """
    found = find(name)
    if found is None:
        raise UnknownPlatform(
            f"no platform is named {name!r}: add it to PINAX_STRIPE_PLATFORMS, or let {conf.HOOKSET}.platform return it"
        )
    return found


def names() -> Iterator[str]:
    """Yield the names of all platforms; that of the default one, which is empty, comes first.

    Raises:
        StripeUnreachable: the hook failed.
    """
    yield ""
    try:
        named: list[object] = list(dict.fromkeys(hooks.hookset().platforms()))
    except Exception as error:  # a project's class may raise anything
        raise StripeUnreachable(f"{conf.HOOKSET}.platforms() raised {type(error).__name__}") from error
    yield from (name for name in named if isinstance(name, str) and name)


def forget() -> None:
    """Forget what the hook has returned, so that a changed key is used at once in this process."""
    _answers.clear()


def account_of(name: str) -> str:
    """Return the ``stripe_account`` of a platform's own objects: empty for the default platform.

    Raises:
        UnknownPlatform: there is none of this name.
    """
    return get(name).account if name else ""


def scope_of(name: str, *, livemode: bool) -> Scope:
    """Return the scope of a platform's own objects.

    Raises:
        UnknownPlatform: there is none of this name.
    """
    return Scope(account_of(name), livemode=livemode, platform=name)


def is_own(scope: Scope) -> bool:
    """Whether a scope is that of a platform's own objects, and not of an account that is connected to it.

    Raises:
        UnknownPlatform: there is no such platform.
    """
    return scope.stripe_account == (account_of(scope.platform) if scope.platform else "")


def connected_account_of(scope: Scope) -> str:
    """Return the connected account of a scope; empty for a platform's own objects.

    Raises:
        UnknownPlatform: there is no such platform.
    """
    return "" if is_own(scope) else scope.stripe_account


def secrets_of(name: str) -> list[tuple[str, object]]:
    """Return the webhook secrets of a platform with their labels, as `pinax.stripe.conf.labelled` does.

    Raises:
        UnknownPlatform: there is none of this name.
    """
    return labelled(get(name).webhook_secrets if name else conf.WEBHOOK_SECRETS)


def _forget(**_changed: object) -> None:
    forget()


setting_changed.connect(_forget, dispatch_uid="pinax.stripe.platforms")
