"""Which event types the project needs: those with a receiver, a typed model, or a handler of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinax.stripe.catalog import CATALOG
from pinax.stripe.conf import conf, several
from pinax.stripe.models import OtherObject, object_models
from pinax.stripe.operations.endpoints.endpoint import CONNECTED
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event, matches
from pinax.stripe.webhooks import Webhook, registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pinax.stripe.receivers import Only

#: Events of these types name a connected account; Stripe sends them to endpoints of connected accounts only.
#: Source: https://docs.stripe.com/api/events/types#event_types-account.application.authorized
_OF_CONNECTED: Final = "account.application."

#: What a handler may do differently from `Webhook`.
_VERBS: Final = ("snapshot", "sync", "confirmed_by_refusal")


def needed_types(source: str, *, livemode: bool, thin: bool = False) -> dict[str, list[str]]:
    """Return Stripe's names of the event types that the project needs from a source, each with what needs it.

    Types that Stripe does not send in this form are left out, and so are retired ones and `IGNORED_EVENTS`. A type that
    is sent as a thin event only is needed if it has a receiver: the models are synced by the others.

    Args:
        source: whose events, `OWN` or `CONNECTED`.
        livemode: the mode of the endpoint; receivers of the other mode only are left out.
        thin: whether the endpoint receives thin events.
    """
    ignored = several(conf.IGNORED_EVENTS)
    typed = {model.stripe_object: model.__name__ for model in object_models() if model is not OtherObject}
    everything = list(_receivers(any_event.filters(), source, livemode))
    found = {}
    for kind in WEBHOOK_SIGNALS:
        row = CATALOG.get(kind)
        if row and not (row.is_sent_thin if thin else row.has_snapshot and not row.retired):
            continue
        if kind.startswith(_OF_CONNECTED) and source != CONNECTED:
            continue
        syncs = _models(kind, typed) if row is None or row.has_snapshot else ()
        reasons = [*syncs, *_receivers(WEBHOOK_SIGNALS[kind].filters(), source, livemode), *everything]
        if reasons and not any(matches(kind, pattern) for pattern in ignored):
            found[row.thin_name if row and thin else kind] = list(dict.fromkeys(reasons))
    return found


def thin_only() -> dict[str, list[str]]:
    """Return the event types with a receiver that Stripe sends as thin events only, with those receivers."""
    thin = [kind for kind, row in CATALOG.items() if not row.has_snapshot]
    found = {kind: [identity for identity, _ in WEBHOOK_SIGNALS[kind].filters()] for kind in thin}
    return {kind: receivers for kind, receivers in found.items() if receivers}


def _models(kind: str, typed: Mapping[str, str]) -> Iterator[str]:
    """Yield the typed models that a type's objects are synced into, and the handler if it is more than a sync."""
    row, handler = CATALOG.get(kind), registry.handler_for(kind)
    if row and handler.action != "signal":
        yield from (typed[name] for name in row.objects if name in typed)
    if kind in registry and any(getattr(handler, verb) is not getattr(Webhook, verb) for verb in _VERBS):
        yield f"{handler.__module__}.{handler.__qualname__}"


def _receivers(filters: Iterator[tuple[str, Only]], source: str, livemode: bool) -> Iterator[str]:
    """Yield the receivers that may be called for events of this source and mode.

    A live endpoint of connected accounts also receives their events of test mode.
    Source: https://docs.stripe.com/connect/webhooks
    """
    connected = source == CONNECTED
    for identity, only in filters:
        in_mode = only.livemode in {None, livemode} or (connected and livemode)
        if in_mode and (only.account is None or bool(only.account) == connected):
            yield identity
