"""The validator of ``PINAX_STRIPE_PLATFORMS``, whose values are settings themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pinax.stripe.checks.validators import Validator, secret_key, secrets, shown
from pinax.stripe.platforms import NAME
from pinax.stripe.scope import ACCOUNT_ID


def account(value: object) -> Iterator[str]:
    """The id of an account, ``acct_…``."""
    if not isinstance(value, str) or not ACCOUNT_ID.fullmatch(value):
        yield f"is {shown(value)}, not the id of an account, acct_…"


#: The settings of a platform, and their validators.
_OF_A_PLATFORM: Final[Mapping[str, Validator]] = {
    "ACCOUNT": account,
    "SECRET_KEY": secret_key,
    "TEST_SECRET_KEY": secret_key,
    "WEBHOOK_SECRETS": secrets,
}


def platforms(value: object) -> Iterator[str]:
    """A mapping from names to the settings of platforms."""
    if not isinstance(value, Mapping):
        yield f"is of type {type(value).__name__}, not a mapping from the names of platforms to their settings"
        return
    for name, given in value.items():
        if not isinstance(name, str) or not NAME.fullmatch(name):
            yield f"has the name {shown(name)}: a name is part of a URL, of letters, digits, hyphens and underscores"
        elif not isinstance(given, Mapping):
            yield f"[{name!r}] is of type {type(given).__name__}, not a mapping"
        else:
            yield from (f"[{name!r}]{words}" for words in _wrong_in_platform(given))


def _wrong_in_platform(given: Mapping[object, object]) -> Iterator[str]:
    for key in given:
        if key not in _OF_A_PLATFORM:
            yield f" has {shown(key)}, which is none of {', '.join(_OF_A_PLATFORM)}"
    if not (given.get("SECRET_KEY") or given.get("TEST_SECRET_KEY")):
        yield " has no SECRET_KEY"
    for key, validator in _OF_A_PLATFORM.items():
        yield from (f'["{key}"] {words}' for words in validator(given.get(key)))
