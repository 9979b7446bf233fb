"""``manage.py stripe_replay``."""

from __future__ import annotations

import getpass
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.db.models import Q

from pinax.stripe.exceptions import PinaxStripeError, UnknownReceiver
from pinax.stripe.imports.stats import described
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.management.options import moment
from pinax.stripe.models import Event
from pinax.stripe.operations.replay import Request, already_complete, left_to_do, replay
from pinax.stripe.operations.selection import of_kinds

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from pinax.stripe.models.event_queryset import EventQuerySet

#: How many events are listed before they are processed.
SHOWN: Final = 20
#: Up to how many are counted in a dry run.
COUNTED: Final = 5000

_GOOD: Final = frozenset({Outcome.PROCESSED.value, Outcome.DUPLICATE.value})


class Command(BaseCommand):
    """Process events again, by id, type, object or time. What has succeeded is repeated only with --again."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        add = parser.add_argument
        add("events", nargs="*", metavar="EVENT", help="Ids of events, evt_….")
        kinds = "Events of these types, such as invoice.paid or customer.*; repeatable."
        add("--kind", action="append", default=[], metavar="PATTERN", help=kinds)
        add("--object", action="append", default=[], metavar="ID", help="Events about this object; repeatable.")
        add("--account", metavar="ACCT", help="Events of this connected account only.")
        dates = "Events created since then: 2026-11-25, 2026-11-25T13:00; UTC if there is no offset."
        add("--platform", metavar="NAME", help="Events of this platform only; '' for the default one.")
        add("--since", type=moment, metavar="DATE", help=dates)
        add("--until", type=moment, metavar="DATE", help="Events created before then.")
        add("--failed", action="store_true", help="Events that have failed and are not processed.")
        add("--given-up", action="store_true", help="Events that have failed too often to be retried automatically.")
        receivers = "Call only this receiver, by its dispatch_uid or dotted path."
        add("--receiver", default="", metavar="NAME", help=receivers)
        signed = "Accept the signature as confirmation, for signed events that Stripe no longer has (30 days)."
        add("--accept-signature", action="store_true", help=signed)
        add("--again", action="store_true", help="Also repeat what has succeeded.")
        add("--reason", default="", metavar="WORDS", help="The reason, which is recorded.")
        add("--by", default="", metavar="NAME", help="Who requests it (default: the user of the operating system).")
        add("--dry-run", action="store_true", help="List the events, but process nothing.")
        add("--yes", action="store_true", help="Process without asking for confirmation.")

    def handle(self, *args: Any, **options: Any) -> None:
        """List the events, ask for confirmation, process them, and report the outcomes."""
        chosen = _chosen(options)
        request = Request(
            options["by"] or _user(),
            options["reason"],
            options["receiver"],
            options["again"],
            options["accept_signature"],
        )
        try:
            left = left_to_do(chosen, request).order_by("created", "pk")
        except UnknownReceiver as error:
            raise CommandError(str(error)) from error
        pks = [] if options["dry_run"] else list(left.values_list("pk", flat=True))
        complete = 0 if request.again else _number(already_complete(chosen, request))
        self._list(left, len(pks) if pks else _number(left), complete)
        if not pks:
            return
        if not request.reason:
            raise CommandError("Give a --reason: it is recorded with each event")
        self._ask(len(pks), options)
        outcomes = Counter(self._run(pks, request))
        self.stdout.write(", ".join(f"{number} {word}" for word, number in outcomes.items()))
        if not outcomes.keys() <= _GOOD:
            raise CommandError("Not all of them are processed; see the errors of these events")

    def _list(self, left: EventQuerySet, number: int | str, complete: int | str) -> None:
        for event in left.defer("webhook_message", "validated_message")[:SHOWN]:
            self.stdout.write(f"  {event.stripe_id}  {event.created:%Y-%m-%d %H:%M:%S}  {event.kind}  {_state(event)}")
        if isinstance(number, str):
            self.stdout.write("  … and more")
        elif number > SHOWN:
            self.stdout.write(f"  … and {number - SHOWN} more")
        rest = f"; {complete} already complete (--again repeats them)" if complete else ""
        self.stdout.write(f"{number} to be processed again{rest}")

    def _ask(self, number: int, options: dict[str, Any]) -> None:
        if options["yes"]:
            return
        if not sys.stdin.isatty():
            raise CommandError("Nothing was processed: add --yes, or run this on a terminal")
        if input(f"Process {number} again? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was processed")

    def _run(self, pks: list[int], request: Request) -> Iterator[str]:
        for pk in pks:
            names = Event.objects.filter(pk=pk).values_list("stripe_id", "kind").first()
            try:
                word = replay(pk, request).value
            except (PinaxStripeError, DatabaseError, Event.DoesNotExist) as error:
                self.stderr.write(f"  {described(error)}")
                word = "not processed"
            self.stdout.write(f"  {'  '.join(names or [f'event {pk}'])}: {word}")
            yield word


def _chosen(options: dict[str, Any]) -> EventQuerySet:
    events = Event.objects.all()
    if options["events"]:
        named = options["events"]
        events = events.filter(Q(stripe_id__in=named) | Q(thin_id__in=named))
        unknown = set(named).difference(*events.values_list("stripe_id", "thin_id"))
        if unknown:
            raise CommandError(f"There is no event {', '.join(sorted(unknown))} here; stripe_reconcile fetches it")
    if options["kind"]:
        events = of_kinds(events, options["kind"])
    lookups = {
        "object": "object_id__in",
        "account": "stripe_account",
        "platform": "platform",
        "since": "created__gte",
        "until": "created__lt",
    }
    given = {lookup: options[name] for name, lookup in lookups.items() if options[name] not in (None, [])}
    events = events.filter(**given)
    if options["failed"]:
        events = events.failed()
    if options["given_up"]:
        events = events.given_up()
    names = ("events", "kind", "object", "account", "since", "until", "failed", "given_up")
    if not any(options[name] for name in names) and options["platform"] is None:
        raise CommandError(
            "Select events: ids, --kind, --object, --account, --platform, --since, --until, --failed, --given-up"
        )
    return events


def _number(events: EventQuerySet) -> int | str:
    """Return how many events there are, or that there are many: to count millions takes seconds."""
    number = events.order_by()[: COUNTED + 1].count()
    return number if number <= COUNTED else f"{COUNTED}+"


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


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the user of a container may have no name
        return "somebody"
