"""Findings about the API keys, and about whether Stripe answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinax.stripe.conf import conf
from pinax.stripe.keys import is_of_organisation, key_for, keys_of, mode_of, setting
from pinax.stripe.operations.doctor.finding import Severity, Symptom, diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.exceptions import PinaxStripeError
    from pinax.stripe.operations.doctor.at_stripe import AtStripe
    from pinax.stripe.operations.doctor.facts import Facts

_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403


@diagnosis("keys.rejected", Severity.ERROR)
def rejected(facts: Facts) -> Iterator[Symptom]:
    """No event can be confirmed, and no object fetched: every delivery is answered 503."""
    for mode in _failing(facts, _UNAUTHORIZED):
        yield Symptom(
            f"Stripe does not know the key for {mode.scope}.",
            f"Copy the key again from the API keys page of the Dashboard into {_setting(mode)}; perhaps it was rolled.",
        )


@diagnosis("keys.may_not_read_events", Severity.ERROR)
def may_not_read_events(facts: Facts) -> Iterator[Symptom]:
    """No event can be confirmed: every delivery is answered 503."""
    for mode in _failing(facts, _FORBIDDEN):
        yield Symptom(
            f"The key for {mode.scope} may not read events.",
            "Give the restricted key the permission to read events, or use another key.",
        )


@diagnosis("keys.may_not_read_objects", Severity.WARNING)
def may_not_read_objects(facts: Facts) -> Iterator[Symptom]:
    """If the order of events is in doubt, an object is fetched: such events fail, and so does an import."""
    for mode in facts.modes.values():
        if mode.forbidden:
            yield Symptom(
                f"The key for {mode.scope} may not read: {', '.join(mode.forbidden)}.",
                "Give the restricted key the permission to read these objects, or leave out their events with "
                "PINAX_STRIPE_IGNORED_EVENTS.",
            )


@diagnosis("keys.mode_is_not_shown", Severity.WARNING)
def mode_is_not_shown(facts: Facts) -> Iterator[Symptom]:
    """The key is used for events of both modes, and asking for those of the wrong one fails."""
    for name, key in keys_of(facts.platform).items():
        if mode_of(key) is None and not is_of_organisation(key):
            yield Symptom(
                f"{setting(name, facts.platform)} does not show which mode it is for.",
                "Create a new key: those of today begin with sk_live_, sk_test_, rk_live_ or rk_test_.",
            )


@diagnosis("keys.public_key_of_other_mode", Severity.ERROR)
def public_key_of_other_mode(facts: Facts) -> Iterator[Symptom]:
    """What a browser creates with the one key cannot be used with the other: payments fail."""
    mode = mode_of("" if facts.platform else conf.PUBLIC_KEY or "")
    if mode is not None and mode != facts.primary:
        one, other = ("live", "test") if mode else ("test", "live")
        yield Symptom(
            f"PINAX_STRIPE_PUBLIC_KEY is for {one} mode, and PINAX_STRIPE_SECRET_KEY for {other} mode.",
            "Set both keys of the same mode.",
        )


@diagnosis("keys.organisation_without_accounts", Severity.WARNING)
def organisation_without_accounts(facts: Facts) -> Iterator[Symptom]:
    """An organisation's key can ask only for one of its accounts; without one, the rest cannot be examined."""
    for livemode in facts.without_account:
        yield Symptom(
            f"The key for {'live' if livemode else 'test'} mode is an organisation's, and no account is known yet.",
            "Wait for the first confirmed event, or import an account: stripe_reconcile --account acct_…",
        )


@diagnosis("stripe.does_not_answer", Severity.ERROR)
def does_not_answer(facts: Facts) -> Iterator[Symptom]:
    """Events can be recorded, but neither confirmed nor processed until Stripe answers."""
    for mode in facts.modes.values():
        if mode.error and _status(mode.error) not in {_UNAUTHORIZED, _FORBIDDEN}:
            yield Symptom(
                f"Stripe could not be asked about {mode.scope}: {mode.error}.",
                "Check that this machine may connect to api.stripe.com, port 443, and PINAX_STRIPE_API_BASE.",
            )


@diagnosis("stripe.endpoints_not_listed", Severity.WARNING)
def endpoints_not_listed(facts: Facts) -> Iterator[Symptom]:
    """A wrong, disabled or missing endpoint stays unnoticed."""
    for mode in facts.modes.values():
        if mode.not_listed:
            yield Symptom(
                f"The endpoints of {mode.scope} cannot be listed: {mode.not_listed}.",
                "Run the doctor with a key that may read webhook endpoints.",
            )


def _failing(facts: Facts, status: int) -> Iterator[AtStripe]:
    for mode in facts.modes.values():
        if mode.error and _status(mode.error) == status:
            yield mode


def _status(error: PinaxStripeError) -> int | None:
    return getattr(error, "status", None)


def _setting(mode: AtStripe) -> str:
    platform, key = mode.scope.platform, key_for(mode.scope)
    return next(setting(name, platform) for name, one in keys_of(platform).items() if one == key)
