"""Another API version for an endpoint, step by step, with a way back.

Stripe sets the API version of an endpoint when it is created, and never again. So a second endpoint is created at the
same URL with a mark in its query, in the other version and disabled. Enabled, it delivers each event a second time, and
what it delivers is only compared. To switch, its URL loses the mark: what it delivers is processed, too, each event
once; then the first endpoint is disabled. Until that is deleted, every step can be taken back.

All that is known of an upgrade is read from the two endpoints, so it can be interrupted anywhere and goes on.

Source: https://docs.stripe.com/webhooks/versioning
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Q
from django.utils import timezone

from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.keys import setting
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations.endpoints import api
from pinax.stripe.operations.endpoints.endpoint import (
    ALL,
    SWITCHED,
    UPGRADES,
    compared_url,
    is_known,
    processed_url,
)

if TYPE_CHECKING:
    from pinax.stripe.operations.endpoints.api import Found
    from pinax.stripe.operations.endpoints.endpoint import Endpoint
    from pinax.stripe.scope import Scope

#: How many seconds two clocks may differ, and a change of an endpoint may take.
MARGIN: Final = 60


class Stage(IntEnum):
    """How far an upgrade has come."""

    #: The new endpoint is disabled.
    STARTED = 1
    #: Both deliver; what the new endpoint delivers is only compared.
    COMPARING = 2
    #: Both deliver; what either delivers is processed, each event once.
    SWITCHING = 3
    #: Only the new endpoint delivers; the old one is disabled.
    SWITCHED = 4


class Upgrade(NamedTuple):
    """An endpoint, and the one that takes over with another API version; the old one is None if it is gone."""

    old: Endpoint | None
    new: Endpoint

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        if self.new.is_compared:
            return Stage.COMPARING if self.new.enabled else Stage.STARTED
        is_done = self.new.enabled and not (self.old and self.old.enabled)
        return Stage.SWITCHED if is_done else Stage.SWITCHING

    def is_done(self, step: str) -> bool:
        """Whether a step was taken before, completely."""
        if step == "enable":
            return self.stage >= Stage.COMPARING
        if step == "switch":
            return self.stage is Stage.SWITCHED
        return step == "revert" and self.new.is_compared and bool(self.old and self.old.enabled)


def under_way(found: Found, url: str, source: str) -> Upgrade | None:
    """Return the upgrade of the endpoint at a URL that has begun and not ended, or None."""
    for new in found.endpoints:
        old = found.named(new.metadata.get(UPGRADES, ""))
        if (old or new.is_compared) and new.is_at(url) and source in new.sources and not new.thin:
            return Upgrade(old, new)
    return None


def check(upgrade: Upgrade, step: str, platform: str = "") -> None:
    """Check that a step can be taken now.

    Args:
        upgrade: the upgrade.
        step: ``enable``, ``switch``, ``revert``, ``finish`` or ``cancel``.
        platform: the name of the platform; empty for the default one.

    Raises:
        PinaxStripeError: it cannot; the message says what comes first.
    """
    old, new = upgrade
    if step in {"enable", "switch"}:
        _check_secret(new, platform)
    if step == "switch" and upgrade.stage is Stage.STARTED:
        raise PinaxStripeError(f"{new.id} is disabled: stripe_endpoint upgrade enable comes first")
    if step == "finish" and upgrade.stage is not Stage.SWITCHED:
        raise PinaxStripeError(f"{new.id} has not taken over: stripe_endpoint upgrade switch comes first")
    if step == "cancel" and not new.is_compared:
        raise PinaxStripeError(f"What {new.id} delivers is processed: stripe_endpoint upgrade revert comes first")
    if step in {"revert", "cancel"} and old is None:
        raise PinaxStripeError(f"Without {new.id} nothing would be delivered: the endpoint before it is gone")
    if step == "cancel" and old and not old.enabled:
        raise PinaxStripeError(f"{old.id} is disabled: stripe_endpoint upgrade revert comes first")


def start(old: Endpoint, version: str, found: Found, scope: Scope) -> Endpoint:
    """Create the endpoint that is to take over, disabled, and return it with its secret.

    Raises:
        PinaxStripeError: Stripe has no place for another endpoint, refuses the version, or could not be asked.
    """
    api.check_number(len(found.endpoints))
    url, types = compared_url(old.url, version), sorted(old.types)
    new = api.New(url, old.sources, types, version, {UPGRADES: old.id})
    return api.create_disabled(new, scope, as_destination=old.is_destination)


def enable(upgrade: Upgrade, scope: Scope) -> None:
    """Let Stripe deliver each event a second time, in the new version.

    Raises:
        PinaxStripeError: it is not the turn of this step, or Stripe could not be asked.
    """
    check(upgrade, "enable", scope.platform)
    _copy_types(upgrade, scope)
    if not upgrade.new.enabled:
        api.switch(upgrade.new, scope, on=True)


def switch(upgrade: Upgrade, scope: Scope) -> int:
    """Let the new endpoint take over; the old one is disabled when nothing is left that only it may still deliver.

    Returns:
        How many events are left; the old endpoint stays enabled if there are any.

    Raises:
        PinaxStripeError: it is not the turn of this step, or Stripe could not be asked.
    """
    check(upgrade, "switch", scope.platform)
    old, new = upgrade
    _copy_types(upgrade, scope)
    at = int(new.metadata.get(SWITCHED) or 0)
    if new.is_compared:
        at = _now()
        api.move(new, processed_url(new.url), {SWITCHED: str(at)}, scope)
    if not new.enabled:
        api.switch(new, scope, on=True)
    if old is None or not old.enabled:
        return 0
    left = undelivered(old, scope, at)
    if not left:
        api.switch(old, scope, on=False)
    return left


def revert(upgrade: Upgrade, scope: Scope) -> None:
    """Let the old endpoint deliver again, and only compare what the new one delivers.

    In this order, so that at each moment what one of them delivers is processed.

    Raises:
        PinaxStripeError: it is not the turn of this step, or Stripe could not be asked.
    """
    check(upgrade, "revert", scope.platform)
    old, new = upgrade
    if old and not old.enabled:
        api.switch(old, scope, on=True)
    if not new.is_compared:
        api.move(new, compared_url(new.url, new.api_version), {SWITCHED: str(_now())}, scope)


def finish(upgrade: Upgrade, scope: Scope) -> None:
    """Delete the old endpoint.

    Raises:
        PinaxStripeError: it is not the turn of this step, or Stripe could not be asked.
    """
    check(upgrade, "finish", scope.platform)
    if upgrade.old:
        api.delete(upgrade.old, scope)


def cancel(upgrade: Upgrade, scope: Scope) -> int:
    """Delete the new endpoint, when nothing is left that only it may still deliver.

    Returns:
        How many events are left; the new endpoint is kept if there are any.

    Raises:
        PinaxStripeError: it is not the turn of this step, or Stripe could not be asked.
    """
    check(upgrade, "cancel", scope.platform)
    new = upgrade.new
    at = new.metadata.get(SWITCHED)  # if it never took over, the old one delivers everything
    left = undelivered(new, scope, int(at)) if at else 0
    if not left:
        api.delete(new, scope)
    return left


def undelivered(endpoint: Endpoint, scope: Scope, until: int) -> int:
    """Return how many events may be lost with an endpoint: they are not delivered yet, and not processed here.

    It counts up to a hundred. Events of connected accounts are not in the list that is asked.

    Args:
        endpoint: the endpoint.
        scope: the account and the mode.
        until: when the other endpoint has taken over: what was created later, that one delivers as well.

    Raises:
        PinaxStripeError: Stripe could not be asked.
    """
    waiting = api.undelivered(scope, until=until + MARGIN)
    ids = {event["id"] for event in waiting if endpoint.types & {event.get("type"), ALL}}
    ended = Event.objects.filter(Q(processed=True) | Q(skipped=True), stripe_id__in=ids)
    return len(ids - set(from_primary(ended.order_by()).values_list("stripe_id", flat=True)))


def _check_secret(new: Endpoint, platform: str) -> None:
    """Check that this process knows the secret of the new endpoint: it must not take over without it."""
    known = is_known(new, platform)
    if known is None:
        raise PinaxStripeError(
            f"Nobody knows whether the secret of {new.id} is set: something failed when it was created. "
            "stripe_endpoint upgrade cancel, and start again"
        )
    if not known:
        raise PinaxStripeError(
            f"{setting('WEBHOOK_SECRETS', platform)} does not contain the secret of {new.id}: deploy it first. "
            "If it is lost: stripe_endpoint upgrade cancel, and start again"
        )


def _copy_types(upgrade: Upgrade, scope: Scope) -> None:
    """Let the new endpoint receive the event types of the old one, which may have changed meanwhile."""
    old, new = upgrade
    if old and new.is_compared and old.types != new.types:
        api.change(new, {"enabled_events": sorted(old.types)}, scope)


def _now() -> int:
    return int(timezone.now().timestamp())
