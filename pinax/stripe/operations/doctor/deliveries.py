"""Findings from signed test deliveries, the clocks, and what Stripe could not deliver."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from pinax.stripe.conf import conf
from pinax.stripe.keys import setting
from pinax.stripe.models import RejectedDelivery
from pinax.stripe.operations.doctor.finding import Severity, Symptom, diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.operations.doctor.facts import Facts
    from pinax.stripe.operations.doctor.probe import Delivered

Cause = RejectedDelivery.Cause

#: The largest difference between clocks that is not a fault; by default, a signature may be five minutes old.
ALLOWED: Final = timedelta(seconds=60)
#: How many event types a message names.
SHOWN: Final = 5


@diagnosis("clock.of_this_machine", Severity.ERROR)
def of_this_machine(facts: Facts) -> Iterator[Symptom]:
    """Signatures are too old or ahead of time by a wrong clock, and are rejected."""
    for mode in facts.modes.values():
        if mode.asked and mode.here and abs(mode.asked.answered_at - mode.here) > ALLOWED:
            yield _other_clock(mode.here - mode.asked.answered_at)
            return


@diagnosis("clock.of_the_site", Severity.ERROR)
def of_the_site(facts: Facts) -> Iterator[Symptom]:
    """Signatures are too old or ahead of time by the site's clock, and are rejected."""
    stale = [one for one in facts.deliveries if one.kept and one.kept.cause == Cause.STALE]
    at = facts.reply.at if facts.reply else None
    off = at - datetime.now(tz=UTC) if at else timedelta()
    if stale or abs(off) > ALLOWED:
        yield Symptom(
            f"The clock of the site at {facts.url} differs from this machine's by {_seconds(off)}.",
            "Synchronise the clocks (NTP).",
        )


@diagnosis("delivery.signature_dropped", Severity.ERROR)
def signature_dropped(facts: Facts) -> Iterator[Symptom]:
    """Without the header no delivery can be verified: all of them are answered 400."""
    if any(one.kept and one.kept.cause in {Cause.NOT_SIGNED, Cause.MALFORMED} for one in facts.deliveries):
        yield Symptom(
            f"A signed delivery to {facts.url} arrives without a usable Stripe-Signature header.",
            "Let the proxy or the middleware pass the header on as it is.",
        )


@diagnosis("delivery.body_changed", Severity.ERROR)
def body_changed(facts: Facts) -> Iterator[Symptom]:
    """The signature is over the exact bytes: a body that was changed on its way is answered 400."""
    for one in facts.deliveries:
        if one.kept and (one.kept.cause == Cause.CHANGED or (_no_match(one) and one.kept.size != one.size)):
            yield Symptom(
                f"The body of a delivery to {facts.url} is changed on its way: {one.kept.reason}.",
                "Let proxies and middlewares pass the body on byte by byte.",
            )
            return


@diagnosis("delivery.body_lost", Severity.ERROR)
def body_lost(facts: Facts) -> Iterator[Symptom]:
    """Something reads the body before the webhook does: all that arrives is empty, and answered 400."""
    if any(one.empty for one in facts.deliveries):
        yield Symptom(
            f"A delivery to {facts.url} arrives without its body.",
            "Find the middleware or decorator that calls request.read(), and exempt this path; request.body can be "
            "read twice.",
        )


@diagnosis("delivery.other_secrets", Severity.ERROR)
def other_secrets(facts: Facts) -> Iterator[Symptom]:
    """The running site rejects deliveries that are signed with the secrets of these settings."""
    labels = [one.label for one in facts.deliveries if _no_match(one) and one.kept and one.kept.size == one.size]
    labels += [one.label for one in facts.deliveries if one.kept and one.kept.cause == Cause.NO_SECRET]
    if labels:
        yield Symptom(
            f"The running site does not know {', '.join(labels)} of {setting('WEBHOOK_SECRETS', facts.platform)}.",
            "Restart or deploy the site with the same settings as this command.",
        )


@diagnosis("delivery.not_found", Severity.ERROR)
def not_found(facts: Facts) -> Iterator[Symptom]:
    """The site answers, but records events elsewhere or does not verify signatures."""
    lost = [one for one in facts.deliveries if one.reply.is_the_webhooks and not one.kept and not one.empty]
    if lost and conf.REJECTED_KEPT:
        yield Symptom(
            f"A signed delivery to {facts.url} was answered as the webhook does, and left nothing in this database.",
            "Run this command with the settings of that site: it uses another database, or no webhook secrets.",
        )


@diagnosis("delivery.refused", Severity.ERROR)
def refused(facts: Facts) -> Iterator[Symptom]:
    """Unsigned posts reach the webhook, and signed ones do not."""
    for one in facts.deliveries:
        if not one.reply.is_the_webhooks and one.kept is None:
            yield Symptom(
                f"A signed delivery to {facts.url} is answered {one.reply.status or one.reply.error}.",
                "Look at the log of the site and of the proxy.",
            )
            return


@diagnosis("deliveries.failing", Severity.ERROR)
def failing(facts: Facts) -> Iterator[Symptom]:
    """Stripe retries for three days; then it gives up, and disables the endpoint if everything fails."""
    for mode in facts.modes.values():
        if mode.undelivered:
            counted = Counter(str(event.get("type")) for event in mode.undelivered)
            types = ", ".join(f"{kind} ({number})" for kind, number in counted.most_common(SHOWN))
            yield Symptom(
                f"{len(mode.undelivered)} events of {mode.scope} are not delivered to every endpoint: {types}.",
                "Workbench shows the answers of each endpoint. stripe_reconcile brings the events to this project.",
            )


def _other_clock(off: timedelta) -> Symptom:
    if conf.API_BASE:
        return Symptom(
            f"The clock of {conf.API_BASE} differs from this machine's by {_seconds(off)}.",
            "PINAX_STRIPE_API_BASE is set, so that server's clock differs, not Stripe's. Correct it, unless it is a "
            "fake Stripe that stripe.advance() has moved.",
        )
    return Symptom(f"This machine's clock differs from Stripe's by {_seconds(off)}.", "Synchronise the clock (NTP).")


def _no_match(one: Delivered) -> bool:
    return one.kept is not None and one.kept.cause == Cause.NO_MATCH


def _seconds(off: timedelta) -> str:
    return f"{abs(off.total_seconds()):.0f} seconds"
