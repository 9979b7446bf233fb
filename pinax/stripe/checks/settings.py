"""The table of settings: for each one a validator of its value, and a hint on how to fix it."""

from __future__ import annotations

from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings
from django.core.checks import Error, Warning, register  # noqa: A004  (Django's own name for it)

from pinax.stripe.checks import platform_validators, validators
from pinax.stripe.conf import conf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.core.checks import CheckMessage

    from pinax.stripe.checks.validators import Validator

PREFIX: Final = "PINAX_STRIPE_"
#: How many similar names a message suggests.
NEAREST: Final = 2


class Rule(NamedTuple):
    """The validator of a setting, and the hint and the id of the check message."""

    validator: Validator
    hint: str
    id: str


_KEY = Rule(
    validators.secret_key,
    hint="A secret key starts with sk_, a restricted one with rk_; pk_ is the publishable key. Copy the whole key.",
    id="pinax_stripe.E002",
)
_RETENTION = Rule(
    validators.integer(0, validators.LONGEST_RETENTION, or_none=True),
    hint="Give a number of days, 0 or more, or None to keep everything.",
    id="pinax_stripe.E021",
)

#: All settings, as a test verifies.
RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "SECRET_KEY": _KEY,
        "TEST_SECRET_KEY": _KEY,
        "PUBLIC_KEY": Rule(
            validators.publishable_key,
            hint="A publishable key starts with pk_. If a secret key was here, roll it: pages may have shown it.",
            id="pinax_stripe.E003",
        ),
        "PLATFORMS": Rule(
            platform_validators.platforms,
            hint='Give a mapping: {"eu": {"ACCOUNT": "acct_…", "SECRET_KEY": "sk_…", "WEBHOOK_SECRETS": ["whsec_…"]}}.',
            id="pinax_stripe.E028",
        ),
        "API_VERSION": Rule(
            validators.api_version,
            hint='Write it as Stripe does, "2025-03-31.basil", or leave it out to use that of stripe-python.',
            id="pinax_stripe.E022",
        ),
        "API_BASE": Rule(
            validators.base_url,
            hint='Give scheme, host and port, "http://127.0.0.1:12111", or leave it out to use Stripe itself.',
            id="pinax_stripe.E019",
        ),
        "API_TIMEOUT": Rule(
            validators.two_durations,
            hint="Give the time-outs for connecting and for reading, in seconds: (5, 20).",
            id="pinax_stripe.E018",
        ),
        "WEBHOOK_SECRETS": Rule(
            validators.secrets,
            hint='Give a list, ["whsec_…"], or a mapping, {"shop": "whsec_…"}.',
            id="pinax_stripe.E023",
        ),
        "VALIDATION": Rule(
            validators.one_of("retrieve", "signature"), hint="Correct the spelling.", id="pinax_stripe.E005"
        ),
        "WEBHOOK_TOLERANCE": Rule(
            validators.integer(1), hint="Give an integer, in seconds, 1 or more.", id="pinax_stripe.E013"
        ),
        "VALIDATION_BUDGET": Rule(
            validators.integer(0, or_none=True),
            hint="Give a number of requests a second, 0 or more, or None for no limit.",
            id="pinax_stripe.E013",
        ),
        "MAX_BODY_BYTES": Rule(
            validators.integer(1), hint="Give a number of bytes: 1024 * 1024.", id="pinax_stripe.E024"
        ),
        "DISPATCHER": Rule(
            validators.dispatcher,
            hint="Give the dotted path of a callable that takes an event's primary key, or leave it out.",
            id="pinax_stripe.E006",
        ),
        "ACKNOWLEDGE": Rule(
            validators.one_of("processed", "recorded"), hint="Correct the spelling.", id="pinax_stripe.E005"
        ),
        "SYNC": Rule(validators.one_of("snapshot", "latest"), hint="Correct the spelling.", id="pinax_stripe.E005"),
        "IGNORED_EVENTS": Rule(
            validators.patterns,
            hint='Give a list of event types and patterns: ["radar.*", "payout.paid"].',
            id="pinax_stripe.E025",
        ),
        "HOOKSET": Rule(
            validators.hookset,
            hint="Give the dotted path of a subclass of pinax.stripe.hooks.DefaultHookSet, or leave it out.",
            id="pinax_stripe.E009",
        ),
        "MAX_ATTEMPTS": Rule(
            validators.integer(1),
            hint="Give an integer, 1 or more: an event is given up after this many failures.",
            id="pinax_stripe.E011",
        ),
        "RETRY_BACKOFF": Rule(
            validators.first_and_longest,
            hint="Give the first pause and the longest, in seconds, both more than 0: (60, 21600).",
            id="pinax_stripe.E012",
        ),
        "LEASE": Rule(validators.duration, hint="Give a number of seconds: 180.", id="pinax_stripe.E026"),
        "REJECTED_KEPT": Rule(
            validators.integer(0), hint="Give a number of deliveries, 0 or more.", id="pinax_stripe.E021"
        ),
        "EVENT_RETENTION_DAYS": _RETENTION,
        "INVALID_RETENTION_DAYS": _RETENTION,
        "INVALID_KEPT": Rule(
            validators.integer(0, or_none=True),
            hint="Give a number of events, 0 or more, or None to keep everything.",
            id="pinax_stripe.E021",
        ),
    }
)


@register
def values(**_options: Any) -> list[CheckMessage]:
    """Each setting has a valid value."""
    return [
        Error(f"{PREFIX}{name}{'' if words.startswith('[') else ' '}{words}.", hint=rule.hint, id=rule.id)
        for name, rule in RULES.items()
        for words in wrong(name)
    ]


@register
def names(**_options: Any) -> Iterator[CheckMessage]:
    """Each setting with the prefix is known: a misspelt one has no effect, and nothing else reports it."""
    for given in dir(settings):
        name = given.removeprefix(PREFIX)
        if name == given or name in RULES:
            continue
        nearest = [f"{PREFIX}{known}" for known in get_close_matches(name, RULES, n=NEAREST)]
        if nearest:
            yield Error(
                f"{given} is not a setting of pinax-stripe, and has no effect.",
                hint=f"Did you mean {' or '.join(nearest)}?",
                id="pinax_stripe.E027",
            )
        else:
            yield Warning(
                f"{given} is not a setting of pinax-stripe, and has no effect.",
                hint="Delete it. If it is a setting of your own, give it another prefix, or silence this check.",
                id="pinax_stripe.W015",
            )


def platforms() -> list[str]:
    """Return the names of the platforms in the settings; the default one, whose name is empty, comes first."""
    return ["", *([] if wrong("PLATFORMS") else conf.PLATFORMS)]


def value_for(platform: str, name: str) -> Any:
    """Return the value of a setting of a platform."""
    return conf.PLATFORMS[platform].get(name) if platform else getattr(conf, name)


def wrong(name: str) -> list[str]:
    """Return what is wrong with the value of a setting; an empty list if it is valid."""
    try:
        return list(RULES[name].validator(getattr(conf, name)))
    except Exception as error:  # noqa: BLE001  (a value may be of any class, with methods that raise anything)
        return [f"cannot be checked: {type(error).__name__}"]
