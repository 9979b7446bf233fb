"""``manage.py stripe_prune``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from pinax.stripe.conf import conf
from pinax.stripe.models import Customer
from pinax.stripe.operations import erasure, retention

if TYPE_CHECKING:
    from argparse import ArgumentParser

#: As a shell has it for a program that was ended with Ctrl-C.
INTERRUPTED = 130


class Command(BaseCommand):
    """Blank and delete what has been kept long enough, in small transactions; stopped, it goes on the next time."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be asked for."""
        add = parser.add_argument
        size = f"Rows in one transaction; {retention.SIZE}, if not given."
        add("--batch", type=_positive, default=retention.SIZE, metavar="N", help=size)
        add("--dry-run", action="store_true", help="Count, write nothing.")
        add("--redact", metavar="CUSTOMER", help="Erase what is kept of this customer, cus_…, and prune nothing else.")
        add("--account", metavar="ACCT", help="The customer's connected account; empty for our own.")
        add("--livemode", action="store_const", dest="livemode", const=True, help="The customer of live mode.")
        add("--testmode", action="store_const", dest="livemode", const=False, help="The customer of test mode.")
        add("--yes", action="store_true", help="Do not ask before anything is erased.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do every job, and say what was done."""
        try:
            if options["redact"]:
                self._redact(_customer(options), dry_run=options["dry_run"], asks=not options["yes"])
            else:
                self._prune(options["batch"], dry_run=options["dry_run"])
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was done is done.", returncode=INTERRUPTED) from None

    def _prune(self, size: int, *, dry_run: bool) -> None:
        if conf.EVENT_RETENTION_DAYS is None:
            self.stdout.write("Messages of processed events are kept: PINAX_STRIPE_EVENT_RETENTION_DAYS is not set.")
        for job in retention.jobs():
            done = job.rows.count() if dry_run else retention.run_job(job, size=size)
            self.stdout.write(f"{done} {job.rows_in_words} {'would be ' if dry_run else ''}{job.verb}")

    def _redact(self, customer: Customer, *, dry_run: bool, asks: bool) -> None:
        found = erasure.survey(customer)
        tell = self.stdout.write
        tell(f"{customer.stripe_id} ({'live' if customer.livemode else 'test'} mode{_of(customer)}):")
        for model, keys in sorted(found.rows.items(), key=lambda item: item[0].__name__):
            blanked = ", ".join(["data", *model.personal])
            tell(f"  {len(keys)} {model.__name__}: {blanked}")
        tell(f"  {len(found.done)} processed events: messages and errors")
        tell(f"  {len(found.unconfirmed)} events that nobody confirms: deleted")
        tell(f"  {len(found.refused)} refused deliveries: bodies")
        tell(
            "Kept, since accounting law asks for it: ids, amounts, currencies, dates and statuses, in columns and data."
        )
        tell("Kept, since it is this project's own: the link from the customer to a user.")
        if found.waiting:
            tell(f"Kept, since they are still to be done: {len(found.waiting)} events. Run this again once they are.")
        if dry_run:
            return
        if asks and not _agreed():
            raise CommandError("Nothing was erased.")
        erasure.erase(found)
        tell("Erased. What Stripe has is another matter: ask for it to be erased there, too.")


def _customer(options: dict[str, Any]) -> Customer:
    account, livemode = options["account"], options["livemode"]
    found = Customer.all_objects.filter(stripe_id=options["redact"]).order_by("pk")
    if account is not None:
        found = found.filter(stripe_account=account)
    if livemode is not None:
        found = found.filter(livemode=livemode)
    customers = list(found.defer("data"))
    if not customers:
        raise CommandError(f"No customer {options['redact']} is known here.")
    if len(customers) > 1:
        raise CommandError(
            f"Several customers are called {options['redact']}: give --account, --livemode or --testmode."
        )
    return customers[0]


def _of(customer: Customer) -> str:
    return f", {customer.stripe_account}" if customer.stripe_account else ""


def _agreed() -> bool:
    try:
        return input("Erase this for good? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError
    return number


_positive.__name__ = "positive number"  # what argparse calls it in its errors
