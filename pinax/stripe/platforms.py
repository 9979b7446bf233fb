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
from pinax.stripe.exceptions import UnknownPlatform
from pinax.stripe.scope import Scope

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
    """
    if not NAME.fullmatch(name):
        return None
    hookset = hooks.hookset()
    if getattr(type(hookset), "platform", None) is hooks.DefaultHookSet.platform:
        return hookset.platform(name)
    key, now = (conf.HOOKSET, name), time.monotonic()
    known = _answers.get(key)
    if known is None or known.until < now:
        known = _Answer(hookset.platform(name), now + REMEMBERED)
        while len(_answers) >= MOST_REMEMBERED:
            _answers.pop(next(iter(_answers)), None)
        _answers[key] = known
    return known.platform


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
    """Yield the names of all platforms; that of the default one, which is empty, comes first."""
    yield ""
    yield from dict.fromkeys(hooks.hookset().platforms())


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
