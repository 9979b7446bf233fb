"""Findings about the endpoints at Stripe: whether they are there, where they are, and what they receive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinax.stripe.operations.doctor.facts import path
from pinax.stripe.operations.doctor.finding import Severity, Symptom, diagnosis
from pinax.stripe.operations.endpoints.endpoint import ALL, CONNECTED, OWN
from pinax.stripe.operations.endpoints.plan import is_replacement
from pinax.stripe.operations.endpoints.rotation import unfinished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.operations.doctor.facts import Facts
    from pinax.stripe.operations.endpoints.endpoint import Endpoint
    from pinax.stripe.operations.endpoints.plan import Plan

#: How many event types a message names.
SHOWN: Final = 5


@diagnosis("endpoint.missing", Severity.ERROR)
def missing(facts: Facts) -> Iterator[Symptom]:
    """Stripe delivers nothing to this project."""
    if _is_missing(facts) and not _nearby(facts) and not _in_other_mode(facts):
        where = facts.webhook_url or f"a URL with the path {path(facts.platform) or '/…'}"
        yield Symptom(f"Stripe has no endpoint at {where} in {_mode(facts)}.", _apply(facts))


@diagnosis("endpoint.at_another_url", Severity.ERROR)
def at_another_url(facts: Facts) -> Iterator[Symptom]:
    """Stripe delivers elsewhere: this site receives nothing, or redirects, which counts as a failed delivery."""
    if _is_missing(facts):
        for endpoint, differs in _nearby(facts):
            yield Symptom(
                f"{endpoint.id} is at {endpoint.url}, and not at {facts.webhook_url}: another {differs}.",
                f"Correct the URL of {endpoint.id} in Workbench, or create another endpoint. {_apply(facts)}",
            )


@diagnosis("endpoint.in_other_mode", Severity.ERROR)
def in_other_mode(facts: Facts) -> Iterator[Symptom]:
    """The secret key is for one mode, and only events of the other are delivered."""
    if _is_missing(facts) and not _nearby(facts):
        for endpoint in _in_other_mode(facts):
            yield Symptom(f"{endpoint.id} at {endpoint.url} exists, but not in {_mode(facts)}.", _apply(facts))


@diagnosis("endpoint.of_connected_accounts_missing", Severity.ERROR)
def of_connected_accounts_missing(facts: Facts) -> Iterator[Symptom]:
    """An endpoint of the account's own events does not receive those of connected accounts."""
    plan = facts.plans.get(CONNECTED)
    if facts.connected and plan and plan.current is None and not _is_missing(facts):
        yield Symptom(
            f"Connected accounts are known, and no endpoint at {facts.webhook_url} receives their events.",
            _apply(facts, "--connect"),
        )


@diagnosis("endpoint.disabled", Severity.ERROR)
def disabled(facts: Facts) -> Iterator[Symptom]:
    """Stripe delivers nothing to a disabled endpoint, and does not retry what has failed there."""
    for plan in _existing(facts):
        if not _of(plan).enabled:
            yield Symptom(
                f"{_of(plan).id} is disabled. Stripe also does that itself after days of failed deliveries.",
                f"Correct what made deliveries fail. Then: {_apply(facts, *_options(plan))}, and stripe_reconcile, "
                "which brings what was missed.",
            )


@diagnosis("endpoint.types_missing", Severity.ERROR)
def types_missing(facts: Facts) -> Iterator[Symptom]:
    """Receivers are not called, and rows are not kept in step, for events that Stripe does not deliver."""
    for plan in _existing(facts):
        if plan.missing and ALL not in _of(plan).types:
            yield Symptom(f"{_of(plan).id} does not receive {_some(plan.missing)}.", _apply(facts, *_options(plan)))


@diagnosis("endpoint.types_superfluous", Severity.WARNING)
def types_superfluous(facts: Facts) -> Iterator[Symptom]:
    """Each event of a type that nothing needs costs a request to Stripe and a row."""
    for plan in _existing(facts):
        if plan.superfluous and ALL not in _of(plan).types:
            yield Symptom(
                f"{_of(plan).id} receives {_some(plan.superfluous)}, which nothing needs.",
                _apply(facts, *_options(plan)),
            )


@diagnosis("endpoint.all_types", Severity.WARNING)
def all_types(facts: Facts) -> Iterator[Symptom]:
    """Types that Stripe marks as "Selection required" are not delivered, and all others cost a request and a row.

    Which types those are is in Stripe's documentation only, not in its API and not in stripe-python.
    Source: https://docs.stripe.com/api/events/types
    """
    for plan in _existing(facts):
        if ALL in _of(plan).types:
            yield Symptom(
                f"{_of(plan).id} receives *: all event types but those that have to be selected by name. "
                f"This project needs {len(plan.types)} types.",
                f"{_apply(facts, *_options(plan))} selects them by name.",
            )


@diagnosis("endpoint.api_version", Severity.WARNING)
def api_version(facts: Facts) -> Iterator[Symptom]:
    """Delivered and fetched objects have different shapes: fields that only one version has come and go."""
    for plan in _existing(facts):
        if plan.other_version:
            yield Symptom(
                f"{_of(plan).id} delivers API version {plan.other_version}, and this project asks for "
                f"{plan.api_version}.",
                f"{_apply(facts, *_options(plan), verb='upgrade start')} creates an endpoint with the right version, "
                "or set PINAX_STRIPE_API_VERSION.",
            )


@diagnosis("endpoint.two_forms", Severity.WARNING)
def two_forms(facts: Facts) -> Iterator[Symptom]:
    """Every event is delivered as a snapshot event and as a thin event, which is processed once, but costs requests."""
    seen = set()
    for plan in facts.plans.values():
        for endpoint in plan.in_other_form:
            if plan.current and endpoint.enabled and endpoint.id not in seen:
                seen.add(endpoint.id)
                yield Symptom(
                    f"{endpoint.id} sends thin events, and {plan.current.id} snapshot events to the same URL.",
                    "When the move to thin events is done, delete the endpoint of snapshot events: stripe_endpoint "
                    f"delete {plan.current.id}, and remove its secret.",
                )


@diagnosis("endpoint.duplicate", Severity.WARNING)
def duplicate(facts: Facts) -> Iterator[Symptom]:
    """Every event is delivered several times, which is processed once, but costs requests."""
    seen = set()
    for plan in facts.plans.values():
        for endpoint in plan.others:
            if plan.current and endpoint.enabled and endpoint.id not in seen:
                seen.add(endpoint.id)
                yield Symptom(
                    f"{endpoint.id} and {plan.current.id} are at the same URL, and receive the same events.",
                    f"Keep one of them: stripe_endpoint delete {endpoint.id}, and remove its secret.",
                )


@diagnosis("endpoint.rotation_unfinished", Severity.WARNING)
def rotation_unfinished(facts: Facts) -> Iterator[Symptom]:
    """The secret that was to be replaced is still in use."""
    found = facts.mode.found if facts.mode else None
    for plan in facts.plans.values():
        begun = unfinished(found, plan.url, plan.source, thin=plan.thin) if found else None
        if begun and plan.source in begun.new.sources:
            yield Symptom(
                f"{begun.new.id} is to replace {begun.old.id}, and has not done so.",
                f"Deploy its secret, then: {_apply(facts, *_options(plan), verb='rotate --finish')}. If the secret is "
                f"lost: stripe_endpoint delete {begun.new.id}, and rotate again.",
            )


@diagnosis("endpoint.upgrade_unfinished", Severity.WARNING)
def upgrade_unfinished(facts: Facts) -> Iterator[Symptom]:
    """Every event is delivered twice, or the endpoint from which another has taken over is still there."""
    seen = set()
    for plan in facts.plans.values():
        new = plan.upgrade
        if new and new.id not in seen:
            seen.add(new.id)
            yield Symptom(
                f"The upgrade to API version {new.api_version} with {new.id} has begun, and is not finished.",
                f"{_apply(facts, *_options(plan), verb='upgrade')} says what comes next, or upgrade cancel.",
            )


def _is_missing(facts: Facts) -> bool:
    """Whether the endpoints are known, and none receives the account's own events."""
    mode = facts.mode
    if mode is None or mode.found is None:
        return False
    plan = facts.plans.get(OWN)
    return plan is None or plan.current is None


def _nearby(facts: Facts) -> list[tuple[Endpoint, str]]:
    plan = facts.plans.get(OWN)
    return list(plan.nearby) if plan else []


def _in_other_mode(facts: Facts) -> list[Endpoint]:
    return [one for one in facts.endpoints(not facts.primary) if one.is_at(facts.webhook_url)]


def _existing(facts: Facts) -> Iterator[Plan]:
    """Yield the plans whose endpoint exists; one that serves several sources comes once."""
    seen = set()
    found = facts.mode.found if facts.mode else None
    for plan in facts.plans.values():
        current = plan.current
        if current and current.id not in seen and not (found and is_replacement(current, found)):
            seen.add(current.id)
            yield plan


def _of(plan: Plan) -> Endpoint:
    assert plan.current is not None  # noqa: S101  (`_existing` has looked; this is for the type checker)
    return plan.current


def _options(plan: Plan) -> list[str]:
    connect = ["--connect"] if plan.current and OWN not in plan.current.sources else []
    return [*connect, *(["--thin"] if plan.thin else [])]


def _apply(facts: Facts, *options: str, verb: str = "apply") -> str:
    return " ".join(["stripe_endpoint", verb, "--url", facts.webhook_url or "https://…", *options])


def _mode(facts: Facts) -> str:
    return "live mode" if facts.primary else "test mode"


def _some(types: list[str]) -> str:
    return ", ".join(types[:SHOWN]) + (f" and {len(types) - SHOWN} more" if len(types) > SHOWN else "")
