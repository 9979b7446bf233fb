"""Run every diagnosis and the system checks, and return what they find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.checks import ERROR

from pinax.stripe.operations.doctor import (
    api_keys,
    deliveries,
    endpoints,
    environment,
    processing,
    site,
    webhook_secrets,
)
from pinax.stripe.operations.doctor.facts import noted
from pinax.stripe.operations.doctor.finding import DIAGNOSES, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.operations.doctor.facts import Facts

#: The modules with diagnoses; importing one registers them.
MODULES: Final = (api_keys, endpoints, webhook_secrets, site, deliveries, processing, environment)


def examine(facts: Facts) -> list[Finding]:
    """Return what is wrong, the worst first, without what ``SILENCED_SYSTEM_CHECKS`` names."""
    found: list[Finding] = []
    last = DIAGNOSES["doctor.incomplete"]
    for diagnosis in [*(one for one in DIAGNOSES.values() if one is not last), last]:
        with noted(facts, f"{diagnosis.id} was looked for"):
            found += diagnosis.findings(facts)
    found = [one for one in [*found, *_of_checks(facts)] if one.id not in settings.SILENCED_SYSTEM_CHECKS]
    return sorted(found, key=lambda finding: -finding.severity)


def _of_checks(facts: Facts) -> Iterator[Finding]:
    """Yield what the system checks say, as findings."""
    for message in facts.messages:
        severity = Severity.ERROR if message.level >= ERROR else Severity.WARNING
        yield Finding(message.id or "", severity, message.msg, "", message.hint or "", "reference/checks.md")
