"""The settings of the app, ``PINAX_STRIPE_…``, with their units. They are read when they are used.

`pinax.stripe.checks` validates their values.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast

from appconf import AppConf
from django.conf import settings

#: How many characters of a webhook secret's label are shown.
LONGEST_LABEL = 100

#: How long a key or secret of a named platform is at least, in characters: masking a shorter text would mask words.
SHORTEST_MASKED = 8

#: The dispatcher that needs no engine.
INLINE = "pinax.stripe.dispatch.inline"

_SECRETS = re.compile(r"\b(sk|rk|whsec)_[^\s'\"),;]+")

#: Keys and secrets of named platforms that do not look like Stripe's, and are to be masked all the same.
_unlike_stripes: Final[set[str]] = set()


class PinaxStripeAppConf(AppConf):  # type: ignore[misc]  # django-appconf has no types
    """The defaults of the settings, which a project can override."""

    #: The API key, ``sk_…`` or ``rk_…``. Never logged, never stored in the database, never shown.
    SECRET_KEY: str = ""
    #: The publishable key, ``pk_…``, for the project's own templates; this app does not use it.
    PUBLIC_KEY: str | None = None
    #: The key for events with ``livemode: false``, if ``SECRET_KEY`` is a live key.
    TEST_SECRET_KEY: str | None = None

    #: Further Stripe accounts of the project, by name: ``{"eu": {"ACCOUNT": "acct_…", "SECRET_KEY": "sk_…"}}``, each
    #: with ``TEST_SECRET_KEY`` and ``WEBHOOK_SECRETS`` as well. Their webhooks are at ``webhook/<name>/``.
    PLATFORMS: Mapping[str, Mapping[str, Any]] = MappingProxyType({})

    #: The API version of requests to Stripe; None for the version that stripe-python pins.
    API_VERSION: str | None = None
    #: The base URL of requests to Stripe; None for Stripe itself, an address on loopback for a fake.
    API_BASE: str | None = None
    #: The connect and read time-outs of requests to Stripe, in seconds.
    API_TIMEOUT: tuple[float, float] = (5, 20)

    #: Signing secrets of the endpoints, ``whsec_…``: a list, or a mapping of labels to secrets; tried in order.
    WEBHOOK_SECRETS: Sequence[str] | Mapping[str, str] = ()
    #: ``"retrieve"``: an event is valid if Stripe's API returns the same event; ``"signature"``: if it is signed.
    VALIDATION: str = "retrieve"
    #: The maximum difference between a signature's timestamp and the server's clock, in either direction, in seconds.
    WEBHOOK_TOLERANCE: int = 300
    #: How many unsigned deliveries per second are verified with Stripe's API; None for no limit.
    VALIDATION_BUDGET: int | None = 20
    #: The maximum size of a webhook body, in bytes; larger ones are answered 413.
    MAX_BODY_BYTES: int = 1024 * 1024

    #: Where processing runs: the dotted path of a callable that takes the primary key of an event.
    DISPATCHER: str = INLINE
    #: When a delivery is answered 200: ``"processed"``: when all receivers have succeeded; ``"recorded"``: when the
    #: event is confirmed and synced, and ``stripe_process`` retries receivers that failed.
    ACKNOWLEDGE: str = "processed"
    #: ``"snapshot"``: use the event's copy of an object if it is newer; ``"latest"``: always fetch the current state.
    SYNC: str = "snapshot"
    #: Event types or patterns (``"radar.*"``) that are recorded and answered 200, neither verified nor processed.
    IGNORED_EVENTS: Sequence[str] = ()
    #: The dotted path of the project's hookset class, see `pinax.stripe.hooks`.
    HOOKSET: str = "pinax.stripe.hooks.DefaultHookSet"
    #: How many attempts of an event may fail before it is given up. Failed requests to Stripe do not count.
    MAX_ATTEMPTS: int = 12
    #: How long ``stripe_process`` waits before it retries an event, in seconds: the interval after the first delivery
    #: or failure, which doubles after each further failure, and its maximum.
    RETRY_BACKOFF: tuple[float, float] = (60, 6 * 60 * 60)
    #: How long an event is reserved for the process that works on it, in seconds; after that, ``stripe_process``
    #: retries it. Must be longer than the longest attempt.
    LEASE: float = 180
    #: How many rejected deliveries are kept; older ones are deleted.
    REJECTED_KEPT: int = 1000
    #: How long the messages of a processed event are kept, in days; None keeps them forever.
    EVENT_RETENTION_DAYS: int | None = None
    #: How long unconfirmed events and rejected deliveries are kept, in days; None keeps them forever.
    INVALID_RETENTION_DAYS: int | None = 30
    #: How many events that Stripe does not confirm are kept, regardless of their age; None keeps all of them.
    INVALID_KEPT: int | None = 10_000

    class Meta:
        """The prefix of the settings' names."""

        prefix = "pinax_stripe"


class _Current:
    """The current settings, which ``override_settings`` can have changed since import."""

    def __getattr__(self, name: str) -> object:
        return getattr(settings, f"PINAX_STRIPE_{name}")


def several(value: object) -> list[str]:
    """Return a setting's strings as a list; a single string is a list of one.

    Values that are not strings are left out; the system checks report them.
    """
    return [one for one in _members(value) if isinstance(one, str)]


def _members(value: object) -> list[object]:
    if isinstance(value, Collection) and not isinstance(value, str | bytes | bytearray):
        return list(value)
    return [] if value is None else [value]


def webhook_secrets() -> list[tuple[str, object]]:
    """Return the webhook secrets of the default platform with their labels, as `labelled` does."""
    return labelled(conf.WEBHOOK_SECRETS)


def labelled(given: object) -> list[tuple[str, object]]:
    """Return webhook secrets with their labels: those of a mapping, or "secret 1", "secret 2".

    Labels are shown in the log and the admin. They are never empty, and a secret that was used as a label is masked.
    A value of the wrong type is returned, too: it matches no signature, so deliveries are rejected and not accepted
    unsigned.
    """
    known = given.items() if isinstance(given, Mapping) else [("", secret) for secret in _members(given)]
    return [
        (_SECRETS.sub(r"\1_…", str(label or "").strip())[:LONGEST_LABEL] or f"secret {number}", secret)
        for number, (label, secret) in enumerate(known, start=1)
    ]


def mask(*secrets: object) -> None:
    """Mask keys and secrets of a named platform in everything that `without_secrets` returns."""
    for secret in secrets:
        text = secret.strip() if isinstance(secret, str) else ""
        if len(text) >= SHORTEST_MASKED and not _SECRETS.fullmatch(text):
            _unlike_stripes.add(text)


def without_secrets(text: str) -> str:
    """Return ``text`` without the keys and secrets of the settings, and without strings that look like Stripe keys."""
    secrets = [conf.SECRET_KEY, conf.TEST_SECRET_KEY, *(secret for _label, secret in webhook_secrets())]
    secrets += _unlike_stripes
    # Without surrounding white space: error messages escape a line break at the end of a key.
    for secret in sorted({str(secret or "").strip() for secret in secrets} - {""}, key=len, reverse=True):
        text = text.replace(secret, "…")
    return _SECRETS.sub(r"\1_…", text)


#: ``conf.SECRET_KEY`` is ``settings.PINAX_STRIPE_SECRET_KEY``, typed.
conf = cast("PinaxStripeAppConf", _Current())
