"""``manage.py stripe_endpoint``."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError

from pinax.stripe.exceptions import PinaxStripeError
from pinax.stripe.management import options as types
from pinax.stripe.management.endpoints import confirm, in_words, mode_of_project, report, show_secret, webhook_url
from pinax.stripe.management.listing import modes_with_a_key
from pinax.stripe.management.upgrading import STEPS, Steps
from pinax.stripe.operations.endpoints import api, rotation
from pinax.stripe.operations.endpoints.endpoint import CONNECTED, OWN, is_known
from pinax.stripe.operations.endpoints.plan import Plan, apply, plan
from pinax.stripe.platforms import scope_of

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from pinax.stripe.operations.endpoints.endpoint import Endpoint
    from pinax.stripe.scope import Scope

VERBS: Final = ("list", "plan", "apply", "rotate", "upgrade", "delete")


class Command(BaseCommand):
    """List, compare and change the webhook endpoints at Stripe, for the event types that this project needs."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        add = parser.add_argument
        add("verb", choices=VERBS, help="list and plan change nothing; the others ask first.")
        steps = ", ".join(STEPS)
        add("words", nargs="*", metavar="ID|STEP", help=f"delete: endpoints, we_… or ed_…. upgrade: {steps}.")
        add("--url", help="The webhook's public URL, not for list and delete; a missing path is that of the URLconf.")
        add("--connect", action="store_true", help="Events of connected accounts, instead of the account's own.")
        add("--account", type=types.account, metavar="ACCT", help="The endpoints of a connected account.")
        types.add_platform(parser, "The endpoints of a named platform, instead of the default one.")
        add("--livemode", action="store_const", dest="livemode", const=True, help="Live mode.")
        add("--testmode", action="store_const", dest="livemode", const=False, help="Test mode.")
        add("--destination", action="store_true", help="apply: create an event destination, not a webhook endpoint.")
        add("--thin", action="store_true", help="plan, apply, rotate: a destination of thin events.")
        add("--finish", action="store_true", help="rotate: the new secret is deployed; let the new endpoint take over.")
        add("--to", metavar="VERSION", help="upgrade start: the API version, by default that of our own requests.")
        add("--check", action="store_true", help="plan: exit with 1 if there is something to apply.")
        add("--json", action="store_true", help="list, plan, upgrade compare: write JSON.")
        add("--yes", action="store_true", help="Do not ask before something is changed.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Carry out the verb."""
        if options["verb"] != "delete" and len(options["words"]) > (options["verb"] == "upgrade"):
            raise CommandError(f"{options['verb']} takes no ids: it finds the endpoint by --url")
        try:
            getattr(self, f"_{options['verb']}")(options)
        except PinaxStripeError as error:
            raise CommandError(in_words(error)) from None

    def _list(self, options: dict[str, Any]) -> None:
        given, platform = options["livemode"], options["platform"] or ""
        rows = []
        for livemode in modes_with_a_key(platform) if given is None else [given]:
            found = api.listed(_scope(options, livemode=livemode))
            rows += found.endpoints
            if found.not_listed:
                self.stderr.write(f"Event destinations are not listed: {found.not_listed}")
        if options["json"]:
            self.stdout.write(json.dumps([_facts(endpoint, platform) for endpoint in rows], indent=2))
            return
        for endpoint in rows:
            self.stdout.write("  ".join(_columns(endpoint)))
        if not rows:
            self.stdout.write("There are no endpoints.")

    def _plan(self, options: dict[str, Any]) -> None:
        found = self._planned(options)
        if options["json"]:
            self.stdout.write(json.dumps(_plan_facts(found), indent=2))
        else:
            self._write(found)
        if options["check"] and not found.is_in_step:
            raise CommandError("stripe_endpoint apply would change something")

    def _apply(self, options: dict[str, Any]) -> None:
        found = self._planned(options)
        self._write(found)
        if not found.is_in_step:
            confirm(asks=not options["yes"])
            report(self.stdout, apply(found, as_destination=options["destination"]), options["platform"] or "")
        if found.other_version and not found.upgrade:
            raise CommandError("The API version is still another one: run stripe_endpoint upgrade")

    def _rotate(self, options: dict[str, Any]) -> None:
        found = self._planned(options)
        if found.upgrade:
            raise CommandError("An upgrade has begun: run stripe_endpoint upgrade finish or cancel first")
        begun = rotation.unfinished(api.listed(found.scope), found.url, found.source, thin=found.thin)
        if options["finish"]:
            self._finish(begun, found.scope, options)
            return
        if begun:
            raise CommandError(
                f"{begun.new.id} is to replace {begun.old.id} already. Deploy its secret, and run rotate --finish. "
                f"If the secret is lost: stripe_endpoint delete {begun.new.id}, and rotate again"
            )
        if found.current:
            self.stdout.write(f"A second endpoint at {found.current.url} is created, disabled.")
            confirm(asks=not options["yes"])
        created = rotation.start(found)
        self.stdout.write(f"Created {created.id}, disabled: it is to replace {found.current and found.current.id}.")
        show_secret(self.stdout, created, options["platform"] or "")
        self.stdout.write("Then run the same command with --finish.")

    def _finish(self, begun: rotation.Rotation | None, scope: Scope, options: dict[str, Any]) -> None:
        if begun is None:
            raise CommandError("No rotation has begun: run rotate without --finish")
        self.stdout.write(f"{begun.new.id} takes over from {begun.old.id}, which is deleted.")
        confirm(asks=not options["yes"])
        finished = rotation.finish(begun, scope)
        if finished.enabled:
            self.stdout.write(f"Enabled {begun.new.id}.")
        if finished.undelivered:
            raise CommandError(
                f"{finished.undelivered} events still wait to be delivered, perhaps to {begun.old.id}, which is kept: "
                "both secrets are needed. Run rotate --finish again later"
            )
        self.stdout.write(f"Deleted {begun.old.id}. Its secret can be removed from PINAX_STRIPE_WEBHOOK_SECRETS.")

    def _upgrade(self, options: dict[str, Any]) -> None:
        steps = Steps(self.stdout, self._planned(options), asks=not options["yes"])
        steps.run("".join(options["words"]), options["to"], as_json=options["json"])

    def _delete(self, options: dict[str, Any]) -> None:
        if not options["words"]:
            raise CommandError("Name the endpoints to delete; stripe_endpoint list shows their ids")
        scope = _scope(options)
        found = api.listed(scope)
        doomed = [(id_, found.named(id_)) for id_ in dict.fromkeys(options["words"])]
        unknown = [id_ for id_, endpoint in doomed if endpoint is None]
        if unknown:
            raise CommandError(f"There is no endpoint {', '.join(unknown)} in {scope}")
        for _, endpoint in doomed:
            self.stdout.write("- " + "  ".join(_columns(endpoint)) if endpoint else "")
        confirm(asks=not options["yes"])
        for _, endpoint in doomed:
            if endpoint:
                api.delete(endpoint, scope)
                self.stdout.write(f"Deleted {endpoint.id}.")

    def _planned(self, options: dict[str, Any]) -> Plan:
        scope = _scope(options)
        url = webhook_url(options["url"], livemode=scope.livemode, platform=scope.platform)
        source = CONNECTED if options["connect"] else OWN
        return plan(url, source, scope, thin=options["thin"])

    def _write(self, found: Plan) -> None:
        for line in found.lines():
            self.stdout.write(line)
        if found.is_in_step:
            self.stdout.write("Nothing to apply.")


def _scope(options: dict[str, Any], *, livemode: bool | None = None) -> Scope:
    name = options["platform"] or ""
    livemode = mode_of_project(options["livemode"], name) if livemode is None else livemode
    platform = scope_of(name, livemode=livemode)
    return replace(platform, stripe_account=options["account"]) if options["account"] else platform


def _columns(endpoint: Endpoint) -> Iterator[str]:
    yield endpoint.id
    yield "live" if endpoint.livemode else "test"
    yield "enabled" if endpoint.enabled else "disabled"
    yield "thin" if endpoint.thin else endpoint.api_version or "default version"
    yield f"{len(endpoint.types)} types" if "*" not in endpoint.types else "all types"
    yield f"of {endpoint.whose}"
    yield endpoint.url or "not a webhook"


def _facts(endpoint: Endpoint, platform: str) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "livemode": endpoint.livemode,
        "enabled": endpoint.enabled,
        "events_from": sorted(endpoint.sources),
        "payload": "thin" if endpoint.thin else "snapshot",
        "api_version": endpoint.api_version or None,
        "types": sorted(endpoint.types),
        "secret_is_set": is_known(endpoint, platform),
    }


def _plan_facts(found: Plan) -> dict[str, Any]:
    return {
        "in_step": found.is_in_step,
        "url": found.url,
        "endpoint": found.current.id if found.current else None,
        "create": found.current is None,
        "enable": found.current is not None and not found.current.enabled,
        "add": {kind: found.types[kind] for kind in found.missing},
        "remove": found.superfluous,
        "notes": list(found.notes()),
    }
