"""``stripe_endpoint upgrade``: another API version for an endpoint, one step at a time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import CommandError

from pinax.stripe.conf import conf
from pinax.stripe.keys import setting
from pinax.stripe.management.endpoints import confirm, show_secret
from pinax.stripe.operations.endpoints import api, rotation, upgrade, versions
from pinax.stripe.operations.endpoints.endpoint import is_known
from pinax.stripe.operations.endpoints.upgrade import Stage, Upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.management.base import OutputWrapper

    from pinax.stripe.operations.endpoints.api import Found
    from pinax.stripe.operations.endpoints.endpoint import Endpoint
    from pinax.stripe.operations.endpoints.plan import Plan

STEPS: Final = ("start", "enable", "compare", "switch", "revert", "finish", "cancel")

_VERSION: Final = re.compile(r"\d{4}-\d\d-\d\d(\.\w+)?", re.ASCII)
_SIGNS: Final = {versions.ONLY_OLD: "-", versions.ONLY_NEW: "+", versions.TYPE: "~", versions.VALUE: "~"}

#: What comes after a stage.
_NEXT: Final = {
    Stage.STARTED: "deploy its secret, then stripe_endpoint upgrade enable",
    Stage.COMPARING: "stripe_endpoint upgrade compare; when receivers can read both versions, upgrade switch",
    Stage.SWITCHING: "stripe_endpoint upgrade switch again, or upgrade revert",
    Stage.SWITCHED: "stripe_endpoint upgrade finish, or upgrade revert",
}


@dataclass(frozen=True)
class Steps:
    """The steps of an upgrade, for one endpoint."""

    stdout: OutputWrapper
    plan: Plan
    asks: bool = True

    @property
    def _platform(self) -> str:
        return self.plan.scope.platform

    def run(self, step: str, to: str | None, *, as_json: bool = False) -> None:
        """Carry out a step; without one, show how far the upgrade has come.

        Raises:
            CommandError: it is not a step, not its turn, not confirmed, or not done completely.
            PinaxStripeError: Stripe refuses it, or could not be asked.
        """
        if step and step not in STEPS:
            raise CommandError(f"{step} is not a step of upgrade: {', '.join(STEPS)}")
        if self.plan.thin:
            raise CommandError("Thin events have no API version: there is nothing to upgrade")
        found = api.listed(self.plan.scope)
        begun = upgrade.under_way(found, self.plan.url, self.plan.source)
        if step == "start":
            self._start(begun, found, to or self.plan.api_version)
        elif begun is None:
            if step not in {"", "finish", "cancel"}:
                raise CommandError(f"No upgrade has begun: upgrade start comes before upgrade {step}")
            self.stdout.write("No upgrade has begun, or it is finished.")
        elif not step:
            self._show(begun)
        elif step == "compare":
            self._compare(begun, as_json=as_json)
        elif begun.is_done(step):
            self.stdout.write("Nothing to do.")
            self._show(begun)
        else:
            upgrade.check(begun, step, self._platform)
            getattr(self, f"_{step}")(begun)

    def _start(self, begun: Upgrade | None, found: Found, version: str) -> None:
        plan, old = self.plan, self.plan.current
        if begun:
            self._start_again(begun, version)
            return
        if old is None:
            raise CommandError(f"There is no endpoint at {plan.url} yet: stripe_endpoint apply creates it")
        if not _VERSION.fullmatch(version):
            raise CommandError(f"{version} is not an API version: write it as --to 2026-10-28.endive")
        if old.api_version == version:
            raise CommandError(f"{old.id} has API version {version} already")
        if rotation.unfinished(found, plan.url, plan.source):
            raise CommandError("A rotation has begun: run stripe_endpoint rotate --finish first")
        self.stdout.write(f"A second endpoint is created beside {old.id}, disabled, with API version {version}.")
        if version != plan.api_version:
            self.stdout.write(f"! The project's own requests use {plan.api_version}: see PINAX_STRIPE_API_VERSION.")
        confirm(asks=self.asks)
        created = upgrade.start(old, version, found, plan.scope)
        self.stdout.write(f"Created {created.id}, disabled: {created.url}")
        show_secret(self.stdout, created, self._platform)
        self._next(Stage.STARTED)

    def _start_again(self, begun: Upgrade, version: str) -> None:
        """Show an upgrade that has begun; if it was interrupted before the new endpoint was disabled, do that now."""
        new = begun.new
        if new.api_version != version:
            raise CommandError(f"An upgrade to {new.api_version} has begun: finish or cancel it first")
        self.stdout.write(f"{new.id} was created before. If its secret is lost: stripe_endpoint upgrade cancel.")
        if begun.stage is Stage.COMPARING and not is_known(new, self._platform):
            self.stdout.write("Its secret is not set, so it is disabled.")
            confirm(asks=self.asks)
            api.switch(new, self.plan.scope, on=False)
            self._next(Stage.STARTED)
        else:
            self._show(begun)

    def _enable(self, begun: Upgrade) -> None:
        self.stdout.write(f"{begun.new.id} is enabled. Each event comes twice; what it delivers is only compared.")
        confirm(asks=self.asks)
        upgrade.enable(begun, self.plan.scope)
        self._next(Stage.COMPARING)

    def _switch(self, begun: Upgrade) -> None:
        old, new = begun
        if begun.stage is Stage.COMPARING and not versions.report(new.api_version, self.plan.scope).events:
            self.stdout.write(f"! Nothing that {new.id} has delivered was compared yet.")
        self.stdout.write(f"What {new.id} delivers is processed.")
        if old and old.enabled:
            self.stdout.write(f"{old.id} is disabled when Stripe has nothing left for it to deliver.")
        confirm(asks=self.asks)
        left = upgrade.switch(begun, self.plan.scope)
        if left:
            raise CommandError(
                f"{left} events may still be delivered by {old and old.id} only, which stays enabled. What both "
                "deliver is processed, each event once. Run upgrade switch again later, or upgrade revert"
            )
        self._next(Stage.SWITCHED)

    def _revert(self, begun: Upgrade) -> None:
        self.stdout.write(f"{begun.old and begun.old.id} is enabled. What {begun.new.id} delivers is only compared.")
        confirm(asks=self.asks)
        upgrade.revert(begun, self.plan.scope)
        self._next(Stage.COMPARING)

    def _finish(self, begun: Upgrade) -> None:
        old = begun.old and begun.old.id
        self.stdout.write(f"{old} is deleted. After that, there is no way back but another upgrade.")
        confirm(asks=self.asks)
        upgrade.finish(begun, self.plan.scope)
        self.stdout.write(
            f"Deleted {old}. Its secret can be removed from {setting('WEBHOOK_SECRETS', self._platform)}."
        )

    def _cancel(self, begun: Upgrade) -> None:
        self.stdout.write(f"{begun.new.id} is deleted.")
        confirm(asks=self.asks)
        left = upgrade.cancel(begun, self.plan.scope)
        if left:
            raise CommandError(
                f"{left} events may still be delivered by {begun.new.id} only, which is kept. Run upgrade cancel again "
                "later, or stripe_reconcile, which brings them"
            )
        self.stdout.write(
            f"Deleted {begun.new.id}. Its secret can be removed from {setting('WEBHOOK_SECRETS', self._platform)}."
        )

    def _compare(self, begun: Upgrade, *, as_json: bool) -> None:
        made = versions.report(begun.new.api_version, self.plan.scope)
        if as_json:
            self.stdout.write(json.dumps(_facts(made, begun, self.plan), indent=2))
            return
        for line in _lines(made, self.plan):
            self.stdout.write(line)

    def _show(self, begun: Upgrade) -> None:
        if begun.old:
            self.stdout.write(_state(begun.old))
        self.stdout.write(_state(begun.new))
        self._next(begun.stage)

    def _next(self, stage: Stage) -> None:
        self.stdout.write(f"Next: {_NEXT[stage]}")


def _state(endpoint: Endpoint) -> str:
    what = "only compared" if endpoint.is_compared else "processed"
    what = what if endpoint.enabled else "disabled"
    return f"{endpoint.id}  {endpoint.api_version or 'default version'}  {what}  {endpoint.url}"


def _lines(made: versions.Report, plan: Plan) -> Iterator[str]:
    for kind, of_type in sorted(made.types.items()):
        pairs = ", ".join(f"{old or 'unnamed'} → {new}" for old, new in of_type.versions)
        yield f"{kind}  {of_type.events} events, {pairs}  ({', '.join(plan.types.get(kind, ())) or 'nothing needs it'})"
        for difference, number in sorted(of_type.differences.items()):
            yield f"{_SIGNS[difference.how]}   {_what(difference)}  ({number}, {of_type.examples[difference]})"
        if not of_type.differences:
            yield "    no difference"
    for version, number in made.read_as.most_common():
        yield f"event.message, which receivers read, has API version {version or 'unnamed'} in {number} events."
    for why, number in made.not_compared.most_common():
        yield f"! {number} deliveries not compared: {why}."
    if not made.events:
        yield "Nothing was compared." + ("" if conf.REJECTED_KEPT else " PINAX_STRIPE_REJECTED_KEPT is 0.")


def _what(difference: versions.Difference) -> str:
    if difference.how == versions.TYPE:
        return f"{difference.path}: {difference.old} → {difference.new}"
    return f"{difference.path}: another value" if difference.how == versions.VALUE else difference.path


def _facts(made: versions.Report, begun: Upgrade, plan: Plan) -> dict[str, Any]:
    return {
        "old": begun.old and begun.old.id,
        "new": begun.new.id,
        "stage": begun.stage.name.lower(),
        "events": made.events,
        "types": {kind: _facts_of_type(of_type, plan.types.get(kind, ())) for kind, of_type in made.types.items()},
        "read_as": dict(made.read_as),
        "not_compared": dict(made.not_compared),
    }


def _facts_of_type(of_type: versions.OfType, needed_by: Any) -> dict[str, Any]:
    found = sorted(of_type.differences.items())
    return {
        "events": of_type.events,
        "versions": [{"old": old, "new": new, "events": number} for (old, new), number in of_type.versions.items()],
        "needed_by": list(needed_by),
        "differences": [
            {**difference._asdict(), "events": number, "example": of_type.examples[difference]}
            for difference, number in found
        ],
    }
