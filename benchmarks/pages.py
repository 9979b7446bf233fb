"""``--pages``: what each page of the admin costs with many events and customers, on a PostgreSQL of this machine.

There is one customer for five events. One of them has much of everything; some thousand events fail for a few causes,
and the newest deliveries were rejected.
"""

from __future__ import annotations

import gc
import time
from http import HTTPStatus
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from benchmarks.deliveries import UnexpectedAnswer, counted
from benchmarks.growth import Growth, insert, timed
from pinax.stripe.models import (
    Charge,
    Event,
    EventProcessingException,
    EventReplay,
    Invoice,
    RejectedDelivery,
    Subscription,
)
from pinax.stripe.operations.causes import causes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.fake import Stripe

#: How many events there are for each customer.
EVENTS_EACH: Final = 5
#: How many events fail, how many deliveries are rejected, and how many objects of a kind the busiest customer has.
FAILING, REJECTED, BUSY = 6_000, 1_000, 2_000
#: How often a page is asked for; the first time is not counted.
TIMES: Final = 15

ADMIN: Final = "/admin/pinax_stripe/"


class Page(NamedTuple):
    """What a page costs: SQL statements, milliseconds until it is there, and those of them in which a CPU works."""

    name: str
    statements: int
    milliseconds: float
    cpu: float


class Desk(Growth):
    """A project whose admin has much to show."""

    def fill_in(self, events: int, say: Callable[[str], None]) -> None:
        """Let there be events, customers, and what belongs to both."""
        self.fill(events, say)
        say("filling in what fails and what customers have")
        first = self._customers()
        busy = f"CASE WHEN nth <= {BUSY} THEN {first} ELSE {first} + nth % {self._number_of_customers} END"
        for model in (Charge, Invoice, Subscription):
            name = model._meta.model_name
            own = {"number": "'FILL-' || nth"} if model is Invoice else {}
            values = {"stripe_id": f"'{name}_fill' || nth", "customer_id": busy, **own}
            _copies(model, values, self._number_of_customers)
        with connection.cursor() as cursor:
            table, errors = Event._meta.db_table, EventProcessingException._meta.db_table
            newest = f"SELECT id FROM {table} WHERE stripe_id LIKE 'evt_fill%%' ORDER BY id DESC LIMIT %s"
            cursor.execute(
                f"UPDATE {table} SET processed = false, processed_at = NULL, attempts = 1, failures = 1,"
                f" next_attempt_at = now() + interval '1 hour' WHERE id IN ({newest})",
                [FAILING],
            )
            cursor.execute(
                f"INSERT INTO {errors} (event_id, stage, receiver, message, traceback, created_at)"
                " SELECT id, 'receiver', 'shop.receivers.ship', 'RuntimeError: no box ' || chr(65 + (id % 5)::int)"
                f" || ' for order ' || id, repeat('x', 2000), now() FROM {table} WHERE NOT processed AND attempts = 1"
            )
        rejected = RejectedDelivery(event=None, stripe_id="evt_forged", reason="no signature", size=2, body="{}")
        RejectedDelivery.objects.bulk_create([rejected] * REJECTED)
        failing = Event.objects.filter(processed=False, attempts=1).order_by("pk")
        EventReplay.objects.bulk_create(
            EventReplay(event=event, requested_by="ada", reason="the shop is back") for event in failing[:REJECTED]
        )
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")

    def pages(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the address of each page."""
        first, key = self._customers(), causes()[0].key
        failing = Event.objects.filter(processed=False, attempts=1).latest("pk")
        event, customer = f"{ADMIN}event/", f"{ADMIN}customer/"
        yield "the overview", ADMIN
        yield "the list of events", event
        yield "events that fail", f"{event}?status=failing"
        yield "events of a type", f"{event}?kind=invoice.*"
        yield "events of three days", f"{event}?since=2026-01-01&until=2026-01-03"
        yield "events by an event's id", f"{event}?q=evt_fill7"
        yield "events by an object's id", f"{event}?q=ch_fill7"
        yield "events by a customer's id", f"{event}?q=cus_fill7"
        yield "an event", f"{event}{self._any}/change/"
        yield "an event that fails", f"{event}{failing.pk}/change/"
        yield "failures by cause", f"{event}failures/"
        yield "events of one cause", f"{event}?cause={key}"
        yield "the confirmation of a replay of one cause", f"{event}operate/replay/?cause={key}"
        yield "the list of customers", customer
        for words, term in (
            ("the beginning of a name", "given77"),
            ("a whole name", "given77 family12"),
            ("a family name", "family12"),
            ("the beginning of an e-mail address", "mail1234"),
            ("an id", "cus_fill7"),
            ("the number of an invoice", "fill-777"),
            ("nothing that there is", "nobody"),
        ):
            yield f"customers by {words}", f"{customer}?q={term}"
        yield "a customer", f"{customer}{first + self._number_of_customers - 7}/change/"
        yield f"a customer with {BUSY:,} objects of each kind", f"{customer}{first}/change/"
        yield "the list of charges", f"{ADMIN}charge/"
        yield "charges of one customer", f"{ADMIN}charge/?customer__id__exact={first}"
        yield "a charge", f"{ADMIN}charge/{Charge.objects.get(stripe_id='charge_fill7').pk}/change/"
        yield "the list of invoices", f"{ADMIN}invoice/"
        yield "the list of errors", f"{ADMIN}eventprocessingexception/"
        yield "the list of rejected deliveries", f"{ADMIN}rejecteddelivery/"
        yield "a rejected delivery", f"{ADMIN}rejecteddelivery/{RejectedDelivery.objects.latest('pk').pk}/change/"
        yield "operator actions", f"{ADMIN}eventreplay/"

    def visit(self, address: str) -> None:
        """Ask for a page, as a browser does."""
        answer = self._browser.get(address)
        if answer.status_code != HTTPStatus.OK:
            raise UnexpectedAnswer(f"{address}: {answer.status_code}")


def measure(stripe: Stripe, events: int, say: Callable[[str], None]) -> list[Page]:
    """Return what each page costs with so many events."""
    desk = Desk(stripe, events // EVENTS_EACH)
    desk.fill_in(events, say)
    found = []
    for name, address in desk.pages():
        say(name)
        desk.visit(address)
        statements = counted(lambda: desk.visit(address))  # noqa: B023  (it is called at once)
        gc.collect()
        took, cpu = zip(*(_cost(desk, address) for _ in range(TIMES)), strict=True)
        found.append(Page(name, statements, 1000 * median(took), 1000 * median(cpu)))
    return found


def _cost(desk: Desk, address: str) -> tuple[float, float]:
    began = time.perf_counter()
    cpu = timed(lambda: desk.visit(address))
    return time.perf_counter() - began, cpu


def _copies(model: type, values: dict[str, str], number: int) -> None:
    table = model._meta.db_table
    template = f"(SELECT * FROM {table} ORDER BY id LIMIT 1) one"
    with connection.cursor() as cursor:
        cursor.execute(insert(model, values, template, f"generate_series(1, {number}) nth"))
