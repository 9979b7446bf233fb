"""The secret key for a scope, and what a key says about itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pinax.stripe import platforms
from pinax.stripe.conf import conf
from pinax.stripe.exceptions import NoKeyForMode, StripeUnreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinax.stripe.scope import Scope

_MODES: Final = {"live": True, "test": False}


def mode_of(key: str) -> bool | None:
    """Return the mode of a key: True for live mode, False for test mode and sandboxes, None if the key has none."""
    found = re.match(r"[a-z]+_(?:org_)?(live|test)_", key)
    return _MODES[found[1]] if found else None


def default_livemode() -> bool:
    """Return the mode of ``PINAX_STRIPE_SECRET_KEY``; live mode if the key does not say it, or is not set."""
    return mode_of(conf.SECRET_KEY) is not False


def is_of_organisation(key: str) -> bool:
    """Whether a key belongs to an organisation."""
    return key.startswith("sk_org")


def key_for(scope: Scope) -> str:
    """Return the secret key for requests about objects of a scope.

    Raises:
        NoKeyForMode: only a key for the other mode is configured; the message names the missing setting.
        StripeUnreachable: no key is configured, or (`UnknownPlatform`) there is no such platform.
    """
    key = _chosen(keys_of(scope.platform), scope)
    if key:
        return key
    # From here on, no local variable is a key: error reports show those of the frames that an error has passed.
    if not keys_of(scope.platform):
        raise StripeUnreachable(f"{setting('SECRET_KEY', scope.platform)} is not set")
    mode, name = ("live", "SECRET_KEY") if scope.livemode else ("test", "TEST_SECRET_KEY")
    raise NoKeyForMode(f"no key for {mode} mode is configured: set {setting(name, scope.platform)}")


def _chosen(keys: Mapping[str, str], scope: Scope) -> str:
    key = keys.get("SECRET_KEY", "")
    if key and mode_of(key) in (scope.livemode, None):
        return key
    return "" if scope.livemode else keys.get("TEST_SECRET_KEY", "")


def keys_of(platform: str) -> dict[str, str]:
    """Return the secret keys of a platform by the names of their settings, without those that are not set.

    Raises:
        UnknownPlatform: there is none of this name.
    """
    if platform:
        named = platforms.get(platform)
        pair = (named.secret_key, named.test_secret_key)
    else:
        pair = (conf.SECRET_KEY, conf.TEST_SECRET_KEY)
    return {name: key for name, key in zip(("SECRET_KEY", "TEST_SECRET_KEY"), pair, strict=True) if key}


def setting(name: str, platform: str = "") -> str:
    """Return how the docs write a setting of a platform: ``PINAX_STRIPE_PLATFORMS["eu"]["SECRET_KEY"]``."""
    return f'PINAX_STRIPE_PLATFORMS["{platform}"]["{name}"]' if platform else f"PINAX_STRIPE_{name}"


def needs_account(scope: Scope) -> bool:
    """Whether the key of a scope is an organisation's, with which each request has to name one of its accounts.

    Raises:
        NoKeyForMode, StripeUnreachable: as in `key_for`.
    """
    return is_of_organisation(key_for(scope))
