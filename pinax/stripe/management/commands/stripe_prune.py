"""``manage.py stripe_prune``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from pinax.stripe.conf import conf
from pinax.stripe.management.listing import INTERRUPTED
from pinax.stripe.management.options import integer
from pinax.stripe.models import Customer
from pinax.stripe.operations import erasure, retention

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Blank and delete what has passed its retention period, in small transactions; it can be interrupted."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        add = parser.add_argument
        size_help = "Rows per transaction (default: %(default)s)."
        add("--batch", type=integer(1), default=retention.SIZE, metavar="N", help=size_help)
        add("--dry-run", action="store_true", help="Count, but write nothing.")
        add("--redact", metavar="CUSTOMER", help="Erase the data of this customer, cus_…, and prune nothing.")
        add("--account", metavar="ACCT", help="The customer's connected account; empty for the platform itself.")
        add("--livemode", action="store_const", dest="livemode", const=True, help="The customer is one of live mode.")
        add("--testmode", action="store_const", dest="livemode", const=False, help="The customer is one of test mode.")
        add("--yes", action="store_true", help="Erase without asking for confirmation.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every job, or erase a customer, and report."""
        try:
            if options["redact"]:
                self._erase(_customer(options), dry_run=options["dry_run"], asks=not options["yes"])
            else:
                self._prune(options["batch"], dry_run=options["dry_run"])
        except KeyboardInterrupt:
            raise CommandError("Interrupted. Completed transactions stay committed.", returncode=INTERRUPTED) from None

    def _prune(self, size: int, *, dry_run: bool) -> None:
        if conf.EVENT_RETENTION_DAYS is None:
            self.stdout.write("Payloads of processed events are kept: PINAX_STRIPE_EVENT_RETENTION_DAYS is not set.")
        for job in retention.jobs():
            number = job.rows.count() if dry_run else retention.run_job(job, size=size)
            self.stdout.write(f"{number} {job.rows_in_words} {'would be ' if dry_run else ''}{job.verb}")

    def _erase(self, customer: Customer, *, dry_run: bool, asks: bool) -> None:
        found = erasure.survey(customer)
        write = self.stdout.write
        write(f"{customer.stripe_id} ({'live' if customer.livemode else 'test'} mode{_of(customer)}):")
        for model, keys in sorted(found.rows.items(), key=lambda item: item[0].__name__):
            blanked = ", ".join(["data", *model.personal])
            write(f"  {len(keys)} {model.__name__}: {blanked}")
        write(f"  {len(found.done)} processed events: messages and errors")
        write(f"  {len(found.unconfirmed)} unconfirmed events: deleted")
        write(f"  {len(found.refused)} rejected deliveries: bodies")
        write("Kept for accounting: ids, amounts, currencies, dates and statuses, in columns and data.")
        write("Kept as data of this project: the link from the customer to a user.")
        if found.waiting:
            write(f"Kept until they are processed: {len(found.waiting)} events. Run this again then.")
        if dry_run:
            return
        if asks and not _agreed():
            raise CommandError("Nothing was erased.")
        erasure.erase(found)
        write("Erased here. Ask Stripe to erase its own data of the customer.")


def _customer(options: dict[str, Any]) -> Customer:
    account, livemode = options["account"], options["livemode"]
    found = Customer.all_objects.filter(stripe_id=options["redact"]).order_by("pk")
    if account is not None:
        found = found.filter(stripe_account=account)
    if livemode is not None:
        found = found.filter(livemode=livemode)
    customers = list(found.defer("data"))
    if not customers:
        raise CommandError(f"There is no customer {options['redact']} in the database.")
    if len(customers) > 1:
        raise CommandError(
            f"There are several customers {options['redact']}: give --account, --livemode or --testmode."
        )
    return customers[0]


def _of(customer: Customer) -> str:
    return f", {customer.stripe_account}" if customer.stripe_account else ""


def _agreed() -> bool:
    try:
        return input("Erase this permanently? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False
