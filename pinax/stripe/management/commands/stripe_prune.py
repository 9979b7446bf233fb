"""``manage.py stripe_prune``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from pinax.stripe.conf import conf
from pinax.stripe.management.listing import INTERRUPTED
from pinax.stripe.management.options import integer
from pinax.stripe.models import Customer
from pinax.stripe.operations import erasure, retention
from pinax.stripe.operations.survey import Survey, survey

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from pinax.stripe.models import StripeObject
    from pinax.stripe.operations.survey import Rows

#: How many rows of a model are listed.
MOST_NAMED = 10


class Command(BaseCommand):
    """Blank and delete what has passed its retention period, in small transactions; it can be interrupted."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        add = parser.add_argument
        size = "Rows in one transaction (default: %(default)s)."
        add("--batch", type=integer(1), default=retention.SIZE, metavar="N", help=size)
        add("--dry-run", action="store_true", help="Count, but write nothing.")
        add(
            "--erase",
            metavar="CUSTOMER",
            help="Erase what is stored about this customer, cus_…, and prune nothing else.",
        )
        add("--account", metavar="ACCT", help="The customer's connected account; empty for the platform account.")
        add("--livemode", action="store_const", dest="livemode", const=True, help="The customer of live mode.")
        add("--testmode", action="store_const", dest="livemode", const=False, help="The customer of test mode.")
        add("--yes", action="store_true", help="Erase without asking for confirmation.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do every job, and report the numbers."""
        try:
            if options["erase"]:
                self._erase(_customer(options), dry_run=options["dry_run"], asks=not options["yes"])
            else:
                self._prune(options["batch"], dry_run=options["dry_run"])
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted. What was pruned stays pruned; run the same command again to continue.",
                returncode=INTERRUPTED,
            ) from None

    def _prune(self, size: int, *, dry_run: bool) -> None:
        if conf.EVENT_RETENTION_DAYS is None:
            self.stdout.write("Messages of processed events are kept: PINAX_STRIPE_EVENT_RETENTION_DAYS is not set.")
        left = erasure.unfinished()
        if dry_run:
            self.stdout.write(f"{len(left)} unfinished erasures would be resumed")
        else:
            for customer in left:
                erasure.erase(customer)
            self.stdout.write(f"{len(left)} unfinished erasures resumed, {len(erasure.unfinished())} still unfinished")
        for job in retention.jobs():
            done = job.rows.count() if dry_run else retention.run_job(job, size=size)
            self.stdout.write(f"{done} {job.rows_in_words} {'would be ' if dry_run else ''}{job.verb}")

    def _erase(self, customer: Customer, *, dry_run: bool, asks: bool) -> None:
        self._report(survey(customer))
        if dry_run:
            return
        if asks and not _agreed():
            raise CommandError("Nothing was erased.")
        left = erasure.erase(customer)
        write = self.stdout.write
        write("Erased. Stripe has its own copy: ask for it to be erased there, too.")
        if left.waiting:
            write(f"{len(left.waiting)} events are not processed yet; each is blanked when it is.")
        if left.waiting or left.is_left:
            write("The next stripe_prune erases what is left by then.")

    def _report(self, found: Survey) -> None:
        customer, write = found.customer, self.stdout.write
        write(f"{customer.stripe_id} ({'live' if customer.livemode else 'test'} mode{_of(customer)}):")
        for model, keys in _by_name(found.rows):
            blanked = ", ".join(["data", *model.personal])
            write(f"  {len(keys)} {model.__name__}: {blanked}")
        write(f"  {len(found.ended)} processed or given up events: messages and errors")
        write(f"  {len(found.unconfirmed)} unconfirmed events: deleted")
        write(f"  {len(found.rejected)} rejected deliveries: bodies, also those that cannot be read to their end")
        write(f"  {len(found.errors)} errors of other events: messages and tracebacks")
        write(f"  {len(found.replays)} replays: reasons")
        write(
            "Kept, since accounting law requires it: ids, amounts, currencies, dates and statuses, in columns and data."
        )
        write("Kept, since it is this project's own: the link from the customer to a user.")
        if found.waiting:
            write(f"Kept until they are processed: {len(found.waiting)} events.")
        for model, keys in _by_name(found.elsewhere):
            shown = model.all_objects.filter(pk__in=sorted(keys)[:MOST_NAMED]).order_by("pk")
            names = shown.values_list("stripe_id", flat=True)
            more = f" and {len(keys) - MOST_NAMED} more" if len(keys) > MOST_NAMED else ""
            named = f"{model.__name__} {', '.join(names)}{more}"
            write(f"Kept, since it concerns others, too, but names the customer: {named}")


def _customer(options: dict[str, Any]) -> Customer:
    account, livemode = options["account"], options["livemode"]
    found = Customer.all_objects.filter(stripe_id=options["erase"]).order_by("pk")
    if account is not None:
        found = found.filter(stripe_account=account)
    if livemode is not None:
        found = found.filter(livemode=livemode)
    customers = list(found.defer("data"))
    if not customers:
        raise CommandError(f"No customer {options['erase']} is known here.")
    if len(customers) > 1:
        raise CommandError(
            f"Several customers have the id {options['erase']}: give --account, --livemode or --testmode."
        )
    return customers[0]


def _by_name(rows: Rows) -> list[tuple[type[StripeObject], set[int]]]:
    return sorted(rows.items(), key=lambda item: item[0].__name__)


def _of(customer: Customer) -> str:
    return f", {customer.stripe_account}" if customer.stripe_account else ""


def _agreed() -> bool:
    try:
        return input("Erase this for good? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False
