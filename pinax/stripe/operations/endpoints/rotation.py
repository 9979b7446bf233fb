"""Another signing secret for an endpoint, while the old one goes on working.

Stripe's API cannot give an endpoint a new secret. So a second endpoint is created at the same URL, disabled: it has a
secret of its own. Once the project knows both secrets, it is enabled; events then arrive twice, and are processed once.
When nothing is left to be delivered, the first one is deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.keys import setting
from pinax.stripe.operations.endpoints import api
from pinax.stripe.operations.endpoints.endpoint import REPLACES, is_known

if TYPE_CHECKING:
    from pinax.stripe.operations.endpoints.api import Found
    from pinax.stripe.operations.endpoints.endpoint import Endpoint
    from pinax.stripe.operations.endpoints.plan import Plan
    from pinax.stripe.scope import Scope


class Rotation(NamedTuple):
    """An endpoint, and the one that replaces it."""

    old: Endpoint
    new: Endpoint


class Finish(NamedTuple):
    """What was done to finish a rotation.

    Attributes:
        enabled: whether the new endpoint was enabled just now.
        undelivered: how many events still wait to be delivered; the old endpoint was kept if there are any.
    """

    enabled: bool
    undelivered: int


def unfinished(found: Found, url: str, source: str, *, thin: bool = False) -> Rotation | None:
    """Return the rotation of the endpoint at a URL that has begun and not ended, or None."""
    for new in found.endpoints:
        old = found.named(new.metadata.get(REPLACES, ""))
        if old and new.is_at(url) and source in new.sources and new.thin is thin:
            return Rotation(old, new)
    return None


def start(plan: Plan) -> Endpoint:
    """Create the endpoint that is to replace the current one, disabled, and return it with its secret.

    Raises:
        PinaxStripeError: there is nothing to replace, no place for another endpoint, or Stripe could not be asked.
    """
    if plan.current is None:
        raise PinaxStripeError(f"There is no endpoint at {plan.url} yet: stripe_endpoint apply creates it")
    api.check_number(plan.number)
    replaces = {REPLACES: plan.current.id}
    new = api.New(plan.url, plan.current.sources, sorted(plan.types), plan.api_version, replaces, thin=plan.thin)
    return api.create_disabled(new, plan.scope, as_destination=plan.current.is_destination)


def finish(rotation: Rotation, scope: Scope) -> Finish:
    """Let the new endpoint take over; the old one is deleted when Stripe has nothing left to deliver.

    Raises:
        PinaxStripeError: this process does not know the new secret, or Stripe could not be asked.
    """
    if is_known(rotation.new, scope.platform) is False:
        name = setting("WEBHOOK_SECRETS", scope.platform)
        raise PinaxStripeError(f"{name} does not contain the secret of {rotation.new.id}: deploy it first")
    enables = not rotation.new.enabled
    if enables:
        api.switch(rotation.new, scope, on=True)
    waiting = api.undelivered(scope)
    if not waiting:
        api.delete(rotation.old, scope)
    return Finish(enables, len(waiting))
