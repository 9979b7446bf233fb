"""Findings about the signing secrets, as far as they are known to belong to an endpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.conf import settings

from pinax.stripe.inbox.signature import usable_secrets
from pinax.stripe.keys import setting
from pinax.stripe.operations.doctor.finding import Severity, Symptom, diagnosis
from pinax.stripe.operations.endpoints.endpoint import FINGERPRINT, fingerprint, is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.operations.doctor.facts import Facts

#: The secrets of `stripe listen` are hexadecimal; those of endpoints use all letters.
_OF_THE_CLI: Final = re.compile(r"whsec_[0-9a-f]{64}")


@diagnosis("secret.not_set", Severity.ERROR)
def not_set(facts: Facts) -> Iterator[Symptom]:
    """Every delivery of this endpoint is answered 400, until Stripe disables it."""
    name = setting("WEBHOOK_SECRETS", facts.platform)
    for endpoint in facts.here():
        if usable_secrets(facts.platform) and is_known(endpoint, facts.platform) is False:
            yield Symptom(
                f"{name} does not contain the secret of {endpoint.id} at {endpoint.url}.",
                f"Add the signing secret that Workbench shows for {endpoint.id}.",
            )


@diagnosis("secret.too_few", Severity.ERROR)
def too_few(facts: Facts) -> Iterator[Symptom]:
    """Each endpoint has a secret of its own: the deliveries of at least one of them are answered 400."""
    endpoints, number = facts.here(), len({secret for _, secret in usable_secrets(facts.platform)})
    if 0 < number < len(endpoints) and all(is_known(endpoint, facts.platform) is not False for endpoint in endpoints):
        yield Symptom(
            f"{len(endpoints)} endpoints deliver to {facts.webhook_url}, and {number} webhook secrets are set.",
            f"Add the secrets of all of them: {', '.join(endpoint.id for endpoint in endpoints)}.",
        )


@diagnosis("secret.of_another_endpoint", Severity.WARNING)
def of_another_endpoint(facts: Facts) -> Iterator[Symptom]:
    """Secrets were probably swapped between sites or modes, and the other site can sign events for this one."""
    if not facts.here(enabled=False):
        return  # the endpoint at another URL is the fault
    others = {
        endpoint.metadata.get(FINGERPRINT): endpoint
        for livemode in facts.modes
        for endpoint in facts.endpoints(livemode)
        if livemode != facts.primary or not endpoint.is_at(facts.webhook_url)
    }
    name = setting("WEBHOOK_SECRETS", facts.platform)
    for label, secret in usable_secrets(facts.platform):
        endpoint = others.get(fingerprint(secret))
        if endpoint:
            mode = "live" if endpoint.livemode else "test"
            yield Symptom(
                f"{name}: {label} is that of {endpoint.id} at {endpoint.url} ({mode} mode).",
                "Set the secrets of this site's own endpoints.",
            )


@diagnosis("secret.of_the_cli", Severity.WARNING)
def of_the_cli(facts: Facts) -> Iterator[Symptom]:
    """Deliveries of an endpoint are not signed with it; the holder of that terminal can sign events for this site."""
    name = setting("WEBHOOK_SECRETS", facts.platform)
    for label, secret in usable_secrets(facts.platform):
        if not settings.DEBUG and _OF_THE_CLI.fullmatch(secret):
            yield Symptom(
                f"{name}: {label} looks like the secret that `stripe listen` prints.",
                "Set the signing secret of the endpoint; the one of the Stripe CLI is for development only.",
            )
