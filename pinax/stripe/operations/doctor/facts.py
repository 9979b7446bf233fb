"""What the diagnoses look at: everything is asked once, before the first of them runs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from django.core.checks.registry import registry
from django.db import DatabaseError

from pinax.stripe import client
from pinax.stripe.conf import several, without_secrets
from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.imports.accounts import accounts_heard_of, scope_of
from pinax.stripe.imports.rate_limiter import RateLimiter
from pinax.stripe.inbox.signature import usable_secrets
from pinax.stripe.keys import keys_of, mode_of, needs_account
from pinax.stripe.models import Account, Event
from pinax.stripe.models.primary import from_primary, primary
from pinax.stripe.operations.doctor import at_stripe, database, probe
from pinax.stripe.operations.endpoints.endpoint import CONNECTED, OWN, normalised, webhook_path
from pinax.stripe.operations.endpoints.plan import Plan, plan
from pinax.stripe.operations.health import Status, status
from pinax.stripe.platforms import scope_of as platform_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.checks import CheckMessage

    from pinax.stripe.operations.doctor.at_stripe import AtStripe
    from pinax.stripe.operations.doctor.database import Database
    from pinax.stripe.operations.doctor.probe import Delivered, Reply
    from pinax.stripe.operations.endpoints.endpoint import Endpoint
    from pinax.stripe.scope import Scope

#: The package of the system checks. It is above this one, so it is found in Django's registry, and not imported.
_CHECKS: Final = "pinax.stripe.checks"


@dataclass
class Facts:
    """What is known of Stripe, the project and the running site.

    Attributes:
        platform: the name of the platform; empty for the default one.
        url: the public URL of the webhook, as the operator named it; empty if nobody did.
        primary: the mode of the secret key, which is that of production.
        modes: what Stripe says of each mode that has a key; without those for which no account is known.
        without_account: the modes whose key is an organisation's, and for which no account is known.
        replies: answers to unsigned posts, by URL.
        deliveries: test deliveries that were signed.
        status: the state of event processing.
        database: the state of the database.
        messages: the messages of the system checks of this app.
        connected: whether connected accounts are known in the primary mode.
        problems: what could not be found out, because an unexpected error was raised.
    """

    platform: str = ""
    url: str = ""
    primary: bool = False
    modes: dict[bool, AtStripe] = field(default_factory=dict)
    without_account: list[bool] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    deliveries: list[Delivered] = field(default_factory=list)
    status: Status = field(default_factory=status)
    database: Database = field(default_factory=database.ask)
    messages: list[CheckMessage] = field(default_factory=list)
    connected: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def mode(self) -> AtStripe | None:
        """What Stripe says of the primary mode."""
        return self.modes.get(self.primary)

    @property
    def reply(self) -> Reply | None:
        """The answer to a post to the URL that the operator named."""
        return self.replies.get(self.url)

    @cached_property
    def webhook_url(self) -> str:
        """The URL of the webhook: as the operator named it, else that of an endpoint at the path of the URLconf."""
        return self.url or next(
            (endpoint.url for endpoint in self.endpoints() if _path(endpoint.url) == path(self.platform)), ""
        )

    @cached_property
    def plans(self) -> dict[str, Plan]:
        """The plans of the primary mode: for the account's own events, and for those of connected accounts."""
        mode = self.mode
        if mode is None or mode.found is None or not self.webhook_url:
            return {}
        found, plans = mode.found, {}
        for source in (OWN, CONNECTED):
            thin, snapshot = (plan(self.webhook_url, source, mode.scope, found, thin=thin) for thin in (True, False))
            plans[source] = thin if thin.current and not snapshot.current else snapshot
        return plans

    def here(self, *, enabled: bool = True) -> list[Endpoint]:
        """Return the endpoints of the primary mode at the webhook's URL."""
        return [one for one in self.endpoints() if one.is_at(self.webhook_url) and one.enabled >= enabled]

    def endpoints(self, livemode: bool | None = None) -> list[Endpoint]:
        """Return the endpoints of a mode; of the primary one if none is named."""
        mode = self.modes.get(self.primary if livemode is None else livemode)
        return mode.found.endpoints if mode and mode.found else []


def gather(url: str = "", *, platform: str = "", deliver: bool = True) -> Facts:
    """Ask Stripe, the database, the system checks and, if a URL is named, the running site.

    Args:
        url: the public URL of the webhook; empty: the site is not asked.
        platform: the name of the platform; empty for the default one.
        deliver: whether test deliveries are posted to the URL.

    Raises:
        django.db.Error: the database cannot be asked.
    """
    facts = Facts(platform, url, messages=_messages())
    with noted(facts, "Stripe was asked"):
        facts.primary = _primary(platform)
        facts.modes, facts.without_account = _modes(platform)
        facts.connected = _is_platform(facts)
    if url and deliver:
        with noted(facts, f"{url} was asked"):
            _deliver(facts)
    return facts


def path(platform: str) -> str:
    """Return the path of a platform's webhook in the URLconf, without a slash at its end; empty if it has none."""
    return webhook_path(platform).rstrip("/")


def _path(url: str) -> str:
    return normalised(url)[3]


def _primary(platform: str) -> bool:
    return mode_of(next(iter(keys_of(platform).values()), "")) is True


def _modes(platform: str) -> tuple[dict[bool, AtStripe], list[bool]]:
    known, unknown = {}, []
    keys = several(keys_of(platform).values())
    for livemode in sorted({mode_of(key) is True for key in keys}):
        scope = _scope(platform_scope(platform, livemode=livemode))
        if scope is None:
            unknown.append(livemode)
        else:
            known[livemode] = at_stripe.ask(scope)
    return known, unknown


def _scope(platform: Scope) -> Scope | None:
    """Return the scope that a key can be asked for: an organisation's for an account of it only."""
    try:
        if not needs_account(platform):
            return platform
        first = next(accounts_heard_of(platform, RateLimiter()), None)
        return scope_of(first, platform) if first else None
    except PinaxStripeError:
        return platform


def _is_platform(facts: Facts) -> bool:
    """Whether connected accounts are known in the primary mode: the key's own account may have a row, too."""
    # By the index of the account: most projects have no such event, and perhaps millions of others.
    home = platform_scope(facts.platform, livemode=facts.primary)
    events = Event.objects.order_by().filter(stripe_account__gt="", platform=facts.platform, livemode=facts.primary)
    if from_primary(events.filter(valid=True).exclude(stripe_account=home.stripe_account)).exists():
        return True
    known = Account.objects.filter(deauthorized_at__isnull=True, **home.columns)
    ids = list(from_primary(known).values_list("stripe_id", flat=True)[:2])
    if len(ids) != 1 or facts.mode is None or facts.mode.error:
        return bool(ids)
    try:
        return client.own_account(facts.mode.scope) != ids[0]
    except PinaxStripeError:
        return False


@contextmanager
def noted(facts: Facts, what: str) -> Iterator[None]:
    """Note an error that a project with wrong settings may raise anywhere, so that the rest is examined."""
    try:
        yield
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001  (it becomes a finding)
        facts.problems.append(without_secrets(f"{type(error).__name__} while {what}: {error}"))


def _messages() -> list[CheckMessage]:
    """Return what the system checks of this app say, those for production included, without silenced ones."""
    ours = [check for check in registry.get_checks(include_deployment_checks=True) if _CHECKS in check.__module__]
    found = [message for check in ours for message in check(app_configs=None, databases=[primary(Event)])]
    return sorted((one for one in found if not one.is_silenced()), key=lambda one: one.id or "")


def _deliver(facts: Facts) -> None:
    """Post to the URL, and to the one at Stripe if that differs in the slash at its end only."""
    probe.clear_leftovers()
    variants = [endpoint.url for endpoint in facts.here() if endpoint.url.rstrip("/") == facts.url.rstrip("/")]
    for url in dict.fromkeys([facts.url, *variants]):
        facts.replies[url] = probe.deliver(url, "", "").reply
    if facts.reply and facts.reply.is_the_webhooks:
        facts.deliveries = [probe.deliver(facts.url, label, secret) for label, secret in usable_secrets(facts.platform)]
