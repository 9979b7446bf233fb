"""The settings of the app, ``PINAX_STRIPE_…``: one line each, with its unit. Read when used.

Judgement about their values belongs to `pinax.stripe.checks`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from appconf import AppConf
from django.conf import settings

#: How much of a webhook secret's label is shown, in characters.
LONGEST_LABEL = 100

_SECRETS = re.compile(r"\b(sk|rk|whsec)_[^\s'\"),;]+")


class PinaxStripeAppConf(AppConf):  # type: ignore[misc]  # django-appconf has no types
    """Defaults of the settings; a project's own value wins."""

    #: The API key, ``sk_…`` or ``rk_…``. Never logged, never stored in the database, never shown.
    SECRET_KEY: str = ""
    #: The publishable key, ``pk_…``, for a project's own templates; this app has no use for it.
    PUBLIC_KEY: str | None = None
    #: The key for events with ``livemode: false``, where ``SECRET_KEY`` is a live key.
    TEST_SECRET_KEY: str | None = None

    #: The API version of our own calls; None is the version that stripe-python pins.
    API_VERSION: str | None = None
    #: Where our own calls go; None is Stripe itself, an address on loopback is a stand-in.
    API_BASE: str | None = None
    #: Connect and read time-outs of our own calls, in seconds.
    API_TIMEOUT: tuple[float, float] = (5, 20)

    #: Signing secrets of the endpoints, ``whsec_…``: several, or a mapping from a label to each; tried in turn.
    WEBHOOK_SECRETS: Sequence[str] | Mapping[str, str] = ()
    #: ``"retrieve"``: an event is valid once Stripe's API repeats it; ``"signature"``: the signature alone decides.
    VALIDATION: str = "retrieve"
    #: The difference allowed between Stripe's clock and ours when a signature is checked, both ways, in seconds.
    WEBHOOK_TOLERANCE: int = 300
    #: How often in a second Stripe is asked about deliveries that no signature vouches for; None: without a limit.
    VALIDATION_BUDGET: int | None = 20
    #: The largest body that the webhook reads, in bytes; larger ones are answered 413.
    MAX_BODY_BYTES: int = 1024 * 1024

    #: Where processing runs: the dotted path of a callable that takes the primary key of an event.
    DISPATCHER: str = "pinax.stripe.dispatch.inline"
    #: When Stripe is answered 200: ``"processed"``, once the receivers have succeeded, too; ``"recorded"``, once the
    #: event is confirmed and synced: receivers that failed are left to ``stripe_process``.
    ACKNOWLEDGE: str = "processed"
    #: ``"snapshot"``: trust an event's copy while it is in order; ``"latest"``: always fetch the object's state.
    SYNC: str = "snapshot"
    #: Event types or patterns (``"radar.*"``) that are recorded and answered 200, neither verified nor processed.
    IGNORED_EVENTS: Sequence[str] = ()
    #: The dotted path of the class whose methods decide what a project may decide, `pinax.stripe.hooks`.
    HOOKSET: str = "pinax.stripe.hooks.DefaultHookSet"
    #: How often an event may fail before it is given up. That Stripe could not be asked does not count.
    MAX_ATTEMPTS: int = 12
    #: How long ``stripe_process`` waits before it tries an event, in seconds: after the first delivery and the first
    #: failure, doubled after each further one, and at most.
    RETRY_BACKOFF: tuple[float, float] = (60, 6 * 60 * 60)
    #: How long an event is left to the process that works on it, in seconds; then ``stripe_process`` takes it for
    #: abandoned. Longer than the longest attempt.
    LEASE: float = 180
    #: How many refused deliveries are kept as evidence; the oldest give way.
    REJECTED_KEPT: int = 1000
    #: How long the messages of a processed event are kept, in days from then; None keeps them for ever.
    EVENT_RETENTION_DAYS: int | None = None
    #: How long events that nobody confirms, and refused deliveries, are kept, in days; None keeps them for ever.
    INVALID_RETENTION_DAYS: int | None = 30
    #: How many events that Stripe contradicts are kept, whatever their age; None keeps all of them.
    INVALID_KEPT: int | None = 10_000

    class Meta:
        """How django-appconf names them in the project's settings."""

        prefix = "pinax_stripe"


class _Current:
    """The settings as they are now, whatever ``override_settings`` or a reload has done since import."""

    def __getattr__(self, name: str) -> object:
        return getattr(settings, f"PINAX_STRIPE_{name}")


def several(value: object) -> list[str]:
    """Return a setting's strings as a list: a single string is one, not one for each character.

    What is not a string is left out. The system checks report it.
    """
    return [one for one in _members(value) if isinstance(one, str)]


def _members(value: object) -> list[object]:
    if isinstance(value, Collection) and not isinstance(value, str | bytes | bytearray):
        return list(value)
    return [] if value is None else [value]


def webhook_secrets() -> list[tuple[str, object]]:
    """Return the webhook secrets as they are set, each with its label: the mapping's own, or "secret 1", "secret 2".

    A label is shown in the log and the admin, and is never empty; a secret that was put in its place is not shown.
    A value of a wrong type counts as a secret that signs nothing: deliveries are rejected, not accepted unsigned.
    """
    given: object = conf.WEBHOOK_SECRETS
    known = given.items() if isinstance(given, Mapping) else [("", secret) for secret in _members(given)]
    return [
        (_SECRETS.sub(r"\1_…", str(label or "").strip())[:LONGEST_LABEL] or f"secret {number}", secret)
        for number, (label, secret) in enumerate(known, start=1)
    ]


def without_secrets(text: str) -> str:
    """Return ``text`` without the keys and secrets of the settings, and without what looks like one of Stripe's."""
    secrets = [conf.SECRET_KEY, conf.TEST_SECRET_KEY, *(secret for _label, secret in webhook_secrets())]
    # Without white space around it: a line break at the end of a key is quoted as "\\n".
    for secret in sorted({str(secret or "").strip() for secret in secrets} - {""}, key=len, reverse=True):
        text = text.replace(secret, "…")
    return _SECRETS.sub(r"\1_…", text)


#: ``conf.SECRET_KEY`` is ``settings.PINAX_STRIPE_SECRET_KEY``, typed.
conf = cast("PinaxStripeAppConf", _Current())
