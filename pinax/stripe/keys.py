"""The secret key for a scope, and what a key says about itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pinax.stripe.conf import conf
from pinax.stripe.exceptions import NoKeyForMode, StripeUnreachable

if TYPE_CHECKING:
    from pinax.stripe.scope import Scope

_MODES: Final = {"live": True, "test": False}


def mode_of(key: str) -> bool | None:
    """Return the mode of a key: True for live mode, False for test mode and sandboxes, None if the key has none."""
    found = re.match(r"[a-z]+_(?:org_)?(live|test)_", key)
    return _MODES[found[1]] if found else None


def is_of_organisation(key: str) -> bool:
    """Whether a key belongs to an organisation."""
    return key.startswith("sk_org")


def key_for(scope: Scope) -> str:
    """Return the secret key for requests about objects of a scope.

    Raises:
        NoKeyForMode: only a key for the other mode is configured; the message names the missing setting.
        StripeUnreachable: no key is configured.
    """
    livemode = scope.livemode
    if conf.SECRET_KEY and mode_of(conf.SECRET_KEY) in (livemode, None):
        return conf.SECRET_KEY
    if conf.TEST_SECRET_KEY and not livemode:
        return conf.TEST_SECRET_KEY
    if not (conf.SECRET_KEY or conf.TEST_SECRET_KEY):
        raise StripeUnreachable("PINAX_STRIPE_SECRET_KEY is not set")
    mode, setting = ("live", "SECRET_KEY") if livemode else ("test", "TEST_SECRET_KEY")
    raise NoKeyForMode(f"no key for {mode} mode is configured: set PINAX_STRIPE_{setting}")


def needs_account(scope: Scope) -> bool:
    """Whether the key of a scope is an organisation's, with which each request has to name one of its accounts.

    Raises:
        NoKeyForMode, StripeUnreachable: as in `key_for`.
    """
    return is_of_organisation(key_for(scope))
