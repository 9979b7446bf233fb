"""``manage.py stripe_replay``."""

from __future__ import annotations

import getpass
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from pinax.stripe.exceptions import PinaxStripeError, UnknownReceiver
from pinax.stripe.imports.stats import described
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.models import Event
from pinax.stripe.operations.replay import Request, is_left_to_do, replay
from pinax.stripe.signals import matches

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from pinax.stripe.models.event import EventQuerySet

#: How many events are shown before they are run.
SHOWN: Final = 20

_WELL: Final = frozenset({Outcome.PROCESSED.value, Outcome.DUPLICATE.value})


class Command(BaseCommand):
    """Run events again: those of an id, a type, an object, a time. What has succeeded is repeated with --again only."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be asked for."""
        add = parser.add_argument
        add("events", nargs="*", metavar="EVENT", help="Ids of events, evt_…")
        add(
            "--kind",
            action="append",
            default=[],
            metavar="PATTERN",
            help="Types: invoice.paid, customer.*; repeatable.",
        )
        add("--object", action="append", default=[], metavar="ID", help="Events about this object; repeatable.")
        add("--account", metavar="ACCT", help="Events of this connected account only.")
        add(
            "--since",
            type=_moment,
            metavar="DATE",
            help="What happened from then on: 2026-11-25, 2026-11-25T13:00, UTC.",
        )
        add("--until", type=_moment, metavar="DATE", help="What happened before then.")
        add("--failed", action="store_true", help="Events that have failed and are not done.")
        add(
            "--given-up", action="store_true", help="Events that have failed too often to be tried again by themselves."
        )
        add(
            "--receiver",
            default="",
            metavar="NAME",
            help="Call this receiver only, by its dispatch_uid or dotted path.",
        )
        add(
            "--accept-signature",
            action="store_true",
            help="Take the signature for Stripe's confirmation: for signed events that Stripe has forgotten (30 days).",
        )
        add("--again", action="store_true", help="Repeat what has succeeded, too.")
        add("--reason", default="", metavar="WORDS", help="Why; it is kept with the event.")
        add("--by", default="", metavar="NAME", help="Who asks for it; the name of the user, if not given.")
        add("--dry-run", action="store_true", help="Say what would be run, and end.")
        add("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is to be run, ask, run it, and say what came of it."""
        chosen = _chosen(options)
        request = Request(
            options["by"] or _user(),
            options["reason"],
            options["receiver"],
            options["again"],
            options["accept_signature"],
        )
        left = [
            pk for pk in chosen.order_by("created", "pk").values_list("pk", flat=True) if self._is_left(pk, request)
        ]
        self._show(chosen.count(), left)
        if options["dry_run"] or not left:
            return
        if not request.reason:
            raise CommandError("Say why with --reason: it is kept with each event")
        self._ask(len(left), options)
        outcomes = Counter(self._run(left, request))
        self.stdout.write(", ".join(f"{number} {word}" for word, number in outcomes.items()))
        if not outcomes.keys() <= _WELL:
            raise CommandError("Not all of them are processed; their errors are kept with the events")

    def _is_left(self, pk: int, request: Request) -> bool:
        try:
            return is_left_to_do(Event.objects.defer("webhook_message", "validated_message").get(pk=pk), request)
        except UnknownReceiver as error:
            raise CommandError(str(error)) from error

    def _show(self, number: int, left: list[int]) -> None:
        for event in Event.objects.filter(pk__in=left[:SHOWN]).order_by("created", "pk"):
            self.stdout.write(f"  {event.stripe_id}  {event.created:%Y-%m-%d %H:%M:%S}  {event.kind}  {_state(event)}")
        if len(left) > SHOWN:
            self.stdout.write(f"  … and {len(left) - SHOWN} more")
        done = number - len(left)
        rest = f"; {done} have nothing left to do (--again repeats them)" if done else ""
        self.stdout.write(f"{len(left)} to be run again{rest}")

    def _ask(self, number: int, options: dict[str, Any]) -> None:
        if options["yes"]:
            return
        if not sys.stdin.isatty():
            raise CommandError("Nothing was run: add --yes, or answer on a terminal")
        if input(f"Run {number} again? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was run")

    def _run(self, pks: list[int], request: Request) -> Iterator[str]:
        for pk in pks:
            names = Event.objects.filter(pk=pk).values_list("stripe_id", "kind").first()
            try:
                word = replay(pk, request).value
            except (PinaxStripeError, DatabaseError, Event.DoesNotExist) as error:
                self.stderr.write(f"  {described(error)}")
                word = "not run"
            self.stdout.write(f"  {'  '.join(names or [f'event {pk}'])}: {word}")
            yield word


def _chosen(options: dict[str, Any]) -> EventQuerySet:
    events = Event.objects.all()
    if options["events"]:
        events = events.filter(stripe_id__in=options["events"])
        unknown = set(options["events"]) - set(events.values_list("stripe_id", flat=True))
        if unknown:
            raise CommandError(f"There is no event {', '.join(sorted(unknown))} here; stripe_reconcile fetches it")
    if options["kind"]:
        known = set(Event.objects.order_by().values_list("kind", flat=True).distinct())
        events = events.filter(kind__in=[one for one in known if any(matches(one, each) for each in options["kind"])])
    if options["object"]:
        events = events.filter(object_id__in=options["object"])
    if options["account"] is not None:
        events = events.filter(stripe_account=options["account"])
    if options["since"]:
        events = events.filter(created__gte=options["since"])
    if options["until"]:
        events = events.filter(created__lt=options["until"])
    if options["failed"]:
        events = events.failed()
    if options["given_up"]:
        events = events.given_up()
    names = ("events", "kind", "object", "account", "since", "until", "failed", "given_up")
    if not any(options[name] for name in names):
        raise CommandError("Say which events: ids, --kind, --object, --account, --since, --until, --failed, --given-up")
    return events


def _state(event: Event) -> str:
    if event.processed:
        return "processed"
    if event.skipped:
        return "skipped"
    if event.valid is False:
        return "not valid"
    if event.given_up_at:
        return "given up"
    return "failed" if event.attempts else "waiting"


def _moment(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_moment.__name__ = "date"  # what argparse calls it in its errors


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        return "somebody"
