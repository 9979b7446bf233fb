"""``manage.py stripe_doctor``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.management import options as types
from pinax.stripe.management.endpoints import confirm, in_words, mode_of_project, report, webhook_url
from pinax.stripe.operations.doctor.examination import examine
from pinax.stripe.operations.doctor.facts import Facts, gather
from pinax.stripe.operations.doctor.finding import Finding, Severity
from pinax.stripe.operations.endpoints.endpoint import OWN
from pinax.stripe.operations.endpoints.plan import apply

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from pinax.stripe.operations.endpoints.plan import Plan

#: Where a finding's page is, after a release.
DOCS: Final = "docs/"


class Command(BaseCommand):
    """Examine what can be wrong with webhooks: at Stripe, in the project, on the running site. Exit codes: 0, 1, 2."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        add = parser.add_argument
        add("--url", help="The webhook's public URL, to which signed test deliveries are posted.")
        types.add_platform(parser, "Examine a named platform, instead of the default one.")
        add(
            "--no-delivery",
            action="store_true",
            help="Compare the URL with Stripe's endpoints, but post nothing to it.",
        )
        add("--json", action="store_true", help="Write JSON.")
        add("--fix", action="store_true", help="Correct the endpoint at Stripe, as stripe_endpoint apply does.")
        add("--yes", action="store_true", help="Do not ask before something is changed.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the findings, and correct what can be corrected safely; the exit code is the worst severity."""
        if options["json"] and options["fix"]:
            raise CommandError("--json only reports: run --fix without it")
        if options["fix"]:
            mode_of_project(None, options["platform"] or "")  # a key has to be there, and show its mode
        url = webhook_url(options["url"], livemode=False, platform=options["platform"] or "") if options["url"] else ""
        facts, found = self._examined(url, options)
        if options["json"]:
            self.stdout.write(json.dumps([_facts(finding) for finding in found], indent=2))
        else:
            self._write(found, facts)
        if options["fix"] and self._fix(facts, asks=not options["yes"]):
            _, found = self._examined(url, options)
            left = ", ".join(dict.fromkeys(finding.id for finding in found))
            self.stdout.write(f"Examined again: {left or 'nothing is wrong'}.")
        if found:
            worst = max(finding.severity for finding in found)
            number = f"{len(found)} finding{'' if len(found) == 1 else 's'}"
            raise CommandError(f"{number}, the worst is {_word(worst)}", returncode=worst)

    def _examined(self, url: str, options: dict[str, Any]) -> tuple[Facts, list[Finding]]:
        try:
            facts = gather(url, platform=options["platform"] or "", deliver=not options["no_delivery"])
            return facts, examine(facts)
        except DatabaseError as error:
            raise CommandError(f"The database cannot be queried: {error}", returncode=Severity.ERROR) from error

    def _write(self, found: list[Finding], facts: Facts) -> None:
        write = self.stdout.write
        for finding in found:
            write(f"{_word(finding.severity).upper()} {finding.id}")
            write(f"  {finding.message}")
            if finding.why:
                write(f"  Why: {finding.why}")
            write(f"  Cure: {finding.cure}")
            write(f"  See {DOCS}{finding.page}#{_anchor(finding.id)}")
        if not facts.url:
            write("The running site was not examined: give its webhook's URL, --url https://…")
        if not found:
            write("Nothing is wrong.")

    def _fix(self, facts: Facts, *, asks: bool) -> bool:
        """Apply the plans, and return whether there was one."""
        plans = [plan for plan in facts.plans.values() if _is_wanted(plan, facts) and not plan.is_in_step]
        if not plans:
            self.stdout.write("There is nothing that --fix may correct.")
        for plan in plans:
            for line in plan.lines():
                self.stdout.write(line)
            confirm(asks=asks)
            try:
                created = apply(plan)
            except PinaxStripeError as error:
                raise CommandError(in_words(error)) from None
            report(self.stdout, created, facts.platform)
        return bool(plans)


def _is_wanted(plan: Plan, facts: Facts) -> bool:
    """Whether a plan corrects the endpoint that the project has or clearly needs; one nearby is left to people."""
    if plan.current:
        return plan.source == OWN or OWN not in plan.current.sources
    return not plan.nearby and bool(facts.url) and (plan.source == OWN or facts.connected)


def _facts(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": _word(finding.severity),
        "message": finding.message,
        "why": finding.why,
        "cure": finding.cure,
        "docs": f"{finding.page}#{_anchor(finding.id)}",
    }


def _word(severity: Severity) -> str:
    return severity.name.lower()


def _anchor(id_: str) -> str:
    return id_.lower().replace(".", "-").replace("_", "-")
