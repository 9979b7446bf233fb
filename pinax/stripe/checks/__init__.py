"""System checks: one function for each thing that can be wrong with a project's settings, with the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register  # noqa: A004  (Django's own name for it)
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string

from pinax.stripe.checks import character_sets as character_sets
from pinax.stripe.checks import predecessors as predecessors
from pinax.stripe.checks import production as production
from pinax.stripe.checks import signatures as signatures
from pinax.stripe.client import is_of_organisation, mode_of
from pinax.stripe.conf import PinaxStripeAppConf, conf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.checks import CheckMessage

VALIDATIONS = ("retrieve", "signature")
SYNCS = ("snapshot", "latest")
#: A year, in seconds: a pause that is longer is a mistake, and a moment that far off may not be one at all.
LONGEST_PAUSE = 365 * 24 * 60 * 60


@register
def secret_key(**_options: Any) -> list[CheckMessage]:
    """There is a secret key, and it is one."""
    if not conf.SECRET_KEY:
        return [
            Error(
                "PINAX_STRIPE_SECRET_KEY is not set.",
                hint="Without it Stripe cannot be asked about any event. Set it from the environment, never in code.",
                id="pinax_stripe.E001",
            )
        ]
    return [
        Error(
            f"PINAX_STRIPE_{name} is no secret key.",
            hint="A secret key starts with sk_, a restricted one with rk_; pk_ is the publishable key.",
            id="pinax_stripe.E002",
        )
        for name, key in (("SECRET_KEY", conf.SECRET_KEY), ("TEST_SECRET_KEY", conf.TEST_SECRET_KEY))
        if key and not key.startswith(("sk_", "rk_"))
    ]


@register
def public_key(**_options: Any) -> list[CheckMessage]:
    """The publishable key is not a secret one: templates would show it to everybody."""
    if not conf.PUBLIC_KEY or conf.PUBLIC_KEY.startswith("pk_"):
        return []
    return [
        Error(
            "PINAX_STRIPE_PUBLIC_KEY is no publishable key.",
            hint="A publishable key starts with pk_. If a secret key stood here, roll it: pages may have shown it.",
            id="pinax_stripe.E003",
        )
    ]


@register
def test_secret_key(**_options: Any) -> list[CheckMessage]:
    """The key for test mode is one for test mode."""
    if not conf.TEST_SECRET_KEY or mode_of(conf.TEST_SECRET_KEY) is not True:
        return []
    return [
        Error(
            "PINAX_STRIPE_TEST_SECRET_KEY is a live key.",
            hint="Events of test mode are asked for with this key: use the one that starts with sk_test_ or rk_test_.",
            id="pinax_stripe.E004",
        )
    ]


@register
def organisation_key(**_options: Any) -> list[CheckMessage]:
    """A key of an organisation says which mode it is for: everything else of it depends on that."""
    return [
        Warning(
            f"PINAX_STRIPE_{name} is an organisation's key that does not say its mode.",
            hint="Stripe's begin with sk_org_live_ or sk_org_test_. Events of both modes are asked for with this key, "
            "and stripe_sync and stripe_reconcile want --livemode or --testmode.",
            id="pinax_stripe.W009",
        )
        for name, key in (("SECRET_KEY", conf.SECRET_KEY), ("TEST_SECRET_KEY", conf.TEST_SECRET_KEY))
        if isinstance(key, str) and is_of_organisation(key) and mode_of(key) is None
    ]


@register
def choices(**_options: Any) -> list[CheckMessage]:
    """Settings that are one word of a few hold one of them."""
    return [
        Error(
            f"PINAX_STRIPE_{name} is {value!r}.",
            hint=f"It can be {' or '.join(repr(word) for word in words)}.",
            id="pinax_stripe.E005",
        )
        for name, value, words in (("VALIDATION", conf.VALIDATION, VALIDATIONS), ("SYNC", conf.SYNC, SYNCS))
        if value not in words
    ]


@register
def dispatcher(**_options: Any) -> list[CheckMessage]:
    """The dispatcher is there, and can be called."""
    way_out = "Give the dotted path of a callable that takes an event's primary key."
    try:
        if callable(import_string(conf.DISPATCHER)):
            return []
    except ImportError as error:
        way_out = f"{error}. {way_out}"  # where an engine is not installed, it says how to install it
    return [
        Error(
            f"PINAX_STRIPE_DISPATCHER is {conf.DISPATCHER!r}, which is nothing that can be called.",
            hint=way_out,
            id="pinax_stripe.E006",
        )
    ]


@register
def task_backend(**_options: Any) -> list[CheckMessage]:
    """Where Django's tasks are the dispatcher, their backend has workers."""
    if conf.DISPATCHER != "pinax.stripe.dispatch.tasks.enqueue":
        return []
    try:
        has_worker = import_string("pinax.stripe.dispatch.tasks.has_worker")
    except ImportError:
        return []  # the dispatcher's own check says so
    if has_worker():
        return []
    return [
        Warning(
            "PINAX_STRIPE_DISPATCHER names Django's tasks, and their backend has no workers.",
            hint="Let TASKS name a backend that has, such as django_tasks_db.DatabaseBackend, or process inline.",
            id="pinax_stripe.W008",
        )
    ]


@register
def hookset(**_options: Any) -> list[CheckMessage]:
    """The hookset is there, and has the hooks."""
    try:
        found = callable(import_string(conf.HOOKSET).user_for_customer)
    except (ImportError, AttributeError):
        found = False
    if found:
        return []
    return [
        Error(
            f"PINAX_STRIPE_HOOKSET is {conf.HOOKSET!r}, which is no hookset.",
            hint="Give the dotted path of a subclass of pinax.stripe.hooks.DefaultHookSet.",
            id="pinax_stripe.E009",
        )
    ]


@register
def attempts(**_options: Any) -> Iterator[CheckMessage]:
    """What fails is tried again: at least once in all, after pauses that there can be."""
    most: object = conf.MAX_ATTEMPTS
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        yield Error(
            f"PINAX_STRIPE_MAX_ATTEMPTS is {most!r}.",
            hint="Give a whole number, 1 or more: after so many failures an event is given up.",
            id="pinax_stripe.E011",
        )
    if not _are_pauses(conf.RETRY_BACKOFF):
        yield Error(
            f"PINAX_STRIPE_RETRY_BACKOFF is {conf.RETRY_BACKOFF!r}.",
            hint="Give the first pause and the longest, in seconds, both more than 0: (60, 21600).",
            id="pinax_stripe.E012",
        )


@register
def time_zones(**_options: Any) -> list[CheckMessage]:
    """Moments are kept with their time zone: Stripe's are moments, not wall clocks."""
    if settings.USE_TZ:
        return []
    return [
        Error(
            "USE_TZ is off, and the moments that Stripe tells cannot be kept.",
            hint="Set USE_TZ = True.",
            id="pinax_stripe.E010",
        )
    ]


@register(Tags.security)
def live_key_while_debugging(**_options: Any) -> list[CheckMessage]:
    """Where DEBUG shows settings and queries to whoever looks, there is no live key."""
    if not settings.DEBUG or mode_of(conf.SECRET_KEY) is not True:
        return []
    return [
        Warning(
            "PINAX_STRIPE_SECRET_KEY is a live key, and DEBUG is on.",
            hint="Use a test key (sk_test_…) where you develop, and turn DEBUG off where you take money.",
            id="pinax_stripe.W001",
        )
    ]


@register(Tags.urls)
def webhook_address(**_options: Any) -> Iterator[CheckMessage]:
    """The webhook has an address in the project, with and without a slash at its end."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return
    try:
        address = reverse("pinax_stripe_webhook")
    except NoReverseMatch:
        yield Warning(
            "The webhook has no address in this project: Stripe cannot deliver events.",
            hint='Add path("stripe/", include("pinax.stripe.urls")) to the URLconf, outside any namespace.',
            id="pinax_stripe.W002",
        )
        return
    if settings.APPEND_SLASH and address.endswith("/") and not _resolves(address.rstrip("/")):
        yield Warning(
            f"Without its last slash, {address} is redirected, and Stripe counts a redirect as a failed delivery.",
            hint="Include pinax.stripe.urls, which takes both, or give Stripe the address with the slash.",
            id="pinax_stripe.W003",
        )


@register(Tags.security, deploy=True)
def api_base(**_options: Any) -> list[CheckMessage]:
    """In production, our own calls go to Stripe itself."""
    if not conf.API_BASE:
        return []
    return [
        Warning(
            "PINAX_STRIPE_API_BASE is set: events are confirmed by whoever answers there, not by Stripe.",
            hint="It is for tests and demos; leave it out where you take money.",
            id="pinax_stripe.W004",
        )
    ]


def _are_pauses(value: object) -> bool:
    """Whether it is two numbers of seconds that can be waited for, the shorter one first."""
    if not isinstance(value, list | tuple) or len(value) != len(PinaxStripeAppConf.RETRY_BACKOFF):
        return False
    first, longest = value
    if any(isinstance(pause, bool) or not isinstance(pause, int | float) for pause in value):
        return False
    return bool(0 < first <= longest <= LONGEST_PAUSE)


def _resolves(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
