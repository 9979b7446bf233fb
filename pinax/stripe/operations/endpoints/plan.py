"""The difference between the endpoint that the project needs and the one at Stripe, and the steps that remove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinax.stripe import client
from pinax.stripe.operations.endpoints import api, upgrade
from pinax.stripe.operations.endpoints.endpoint import ALL, IN_WORDS, REPLACES, difference, normalised
from pinax.stripe.operations.endpoints.needs import needed_types, thin_only

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pinax.stripe.operations.endpoints.api import Found
    from pinax.stripe.operations.endpoints.endpoint import Endpoint
    from pinax.stripe.scope import Scope


@dataclass(frozen=True)
class Plan:
    """What has to be done so that Stripe delivers to a URL what the project needs.

    Attributes:
        url: where the webhook is.
        source: whose events, ``OWN`` or ``CONNECTED``.
        scope: the account and the mode.
        api_version: the version of our own calls, without flags.
        types: the event types that the project needs, each with what needs it.
        current: the endpoint that is kept in step; None if there is none yet.
        others: further endpoints at the URL that receive the same events.
        nearby: endpoints at another URL of the same host or path, with what differs.
        number: how many endpoints there are in all.
        thin: whether the endpoint receives thin events, which have no API version.
        in_other_form: the endpoints at the URL that receive the same events in the other form.
        upgrade: the endpoint that is to take over with another API version, or has done so; None if there is none.
    """

    url: str
    source: str
    scope: Scope
    api_version: str
    types: Mapping[str, list[str]]
    current: Endpoint | None
    others: tuple[Endpoint, ...]
    nearby: tuple[tuple[Endpoint, str], ...]
    number: int
    thin: bool
    in_other_form: tuple[Endpoint, ...]
    upgrade: Endpoint | None = None

    @property
    def missing(self) -> list[str]:
        """The event types that the endpoint should receive, and does not."""
        return sorted(set(self.types) - self.current.types) if self.current else sorted(self.types)

    @property
    def superfluous(self) -> list[str]:
        """The event types that the endpoint receives, and that nothing needs."""
        return sorted(self.current.types - set(self.types)) if self.current else []

    @property
    def is_in_step(self) -> bool:
        """Whether `apply` has nothing to do."""
        return self.current is not None and self.current.enabled and not (self.missing or self.superfluous)

    @property
    def other_version(self) -> str:
        """The API version of the endpoint if it is not ours, which only a new endpoint changes."""
        if self.thin or self.current is None or self.current.api_version == self.api_version:
            return ""
        return self.current.api_version or "the account's default"

    def lines(self) -> Iterator[str]:
        """Yield the plan as a diff: ``+`` is added, ``-`` removed, ``~`` changed, ``!`` needs a decision."""
        if self.current is None:
            yield f"+ {self.url} ({self.scope}; events of {IN_WORDS[self.source]})"
            yield "+   thin events" if self.thin else f"+   API version {self.api_version}"
        else:
            sign = " " if self.is_in_step else "~"
            yield f"{sign} {self.current.id} {self.current.url} ({self.scope}; events of {self.current.whose})"
            if not self.current.enabled:
                yield "~   disabled → enabled"
        yield from (f"+   {kind}  ({', '.join(self.types[kind])})" for kind in self.missing)
        yield from (f"-   {kind}  ({_why_not(kind)})" for kind in self.superfluous)
        yield from (f"! {note}" for note in self.notes())

    def notes(self) -> Iterator[str]:
        """Yield what `apply` does not change, in words."""
        if self.upgrade:
            yield f"an upgrade to API version {self.upgrade.api_version} has begun: see stripe_endpoint upgrade"
        elif self.other_version:
            yield (
                f"API version {self.other_version}, not {self.api_version}: Stripe sets it at the creation only. "
                "stripe_endpoint upgrade start creates an endpoint with it, to compare both versions and to take over"
            )
        for endpoint in self.others:
            yield f"{endpoint.id} is at the same URL, and receives events of {endpoint.whose}, too"
        for endpoint, differs in self.nearby:
            yield f"{endpoint.id} is at {endpoint.url}, which has another {differs}"
        for endpoint in self.in_other_form:
            form = "thin" if endpoint.thin else "snapshot"
            yield f"{endpoint.id} is at the same URL, and receives {form} events, too: each is processed once"
        if not self.thin and not self.in_other_form:
            for kind, receivers in thin_only().items():
                yield f"{kind} is sent as thin events only, to an endpoint of plan --thin: for {', '.join(receivers)}"
        if self.current is None and self.number >= api.MOST:
            yield f"there are {self.number} endpoints, and Stripe allows {api.MOST}: delete one first"


def plan(url: str, source: str, scope: Scope, found: Found | None = None, *, thin: bool = False) -> Plan:
    """Compare the endpoints at Stripe with what the project needs; changes nothing.

    Args:
        url: where the webhook is, as Stripe is to call it.
        source: whose events, ``OWN`` or ``CONNECTED``.
        scope: the account and the mode.
        found: the endpoints, if they are known already.
        thin: for thin events, instead of snapshot events.

    Raises:
        PinaxStripeError: Stripe could not be asked.
    """
    found = api.listed(scope) if found is None else found
    version = client.api_version().partition(";")[0].strip()
    of_source = [one for one in found.endpoints if source in one.sources and not one.is_compared]
    mine = [one for one in of_source if one.thin is thin]
    here = sorted((one for one in mine if one.is_at(url)), key=lambda one: _preference(one, found, version))
    current = here[-1] if here else None
    begun = None if thin else upgrade.under_way(found, url, source)
    sources = current.sources if current else {source}
    needed = [needed_types(one, livemode=scope.livemode, thin=thin) for one in sorted(sources)]
    elsewhere = [(one, difference(one.url, url)) for one in mine if not one.is_at(url)]
    return Plan(
        url=url,
        source=source,
        scope=scope,
        api_version=version,
        types={kind: why for types in needed for kind, why in types.items()},
        current=current,
        others=tuple(one for one in here[:-1] if not is_replacement(one, found) and one not in (begun or ())),
        nearby=tuple((one, differs) for one, differs in elsewhere if _is_near(one.url, url)),
        number=len(found.endpoints),
        thin=thin,
        in_other_form=tuple(one for one in of_source if one.thin is not thin and one.is_at(url)),
        upgrade=begun.new if begun else None,
    )


def apply(plan: Plan, *, as_destination: bool = False) -> Endpoint | None:
    """Carry out a plan. Return the endpoint with its secret if one was created, else None.

    Raises:
        PinaxStripeError: Stripe refuses a step, could not be asked, or has no place for another endpoint.
    """
    if plan.current is None:
        api.check_number(plan.number)
        new = api.New(plan.url, {plan.source}, sorted(plan.types), plan.api_version, {}, thin=plan.thin)
        return api.create(new, plan.scope, as_destination=as_destination or plan.thin)
    if plan.missing or plan.superfluous:
        api.change(plan.current, {"enabled_events": sorted(plan.types)}, plan.scope)
    if not plan.current.enabled:
        api.switch(plan.current, plan.scope, on=True)
    return None


def is_replacement(endpoint: Endpoint, found: Found) -> bool:
    """Whether an endpoint is to replace another one that is still there."""
    return found.named(endpoint.metadata.get(REPLACES, "")) is not None


def _preference(endpoint: Endpoint, found: Found, version: str) -> tuple[bool, bool, bool, str]:
    """Return what sorts the endpoints at one URL, the one that is kept in step last."""
    right_version = endpoint.api_version == version
    return not is_replacement(endpoint, found), endpoint.enabled, right_version, endpoint.created


def _is_near(url: str, wanted: str) -> bool:
    """Whether a URL is probably meant to be this project's: it has the same host or the same path."""
    (_, host, _, path, _), (_, our_host, _, our_path, _) = normalised(url), normalised(wanted)
    return host == our_host or path == our_path


def _why_not(kind: str) -> str:
    return "the types are listed one by one" if kind == ALL else "nothing needs it"
