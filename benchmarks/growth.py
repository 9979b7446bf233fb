"""``--growth``: what the number of events that are kept changes, on a PostgreSQL of this machine.

The table is filled by the database itself, without its indexes, which are created afterwards. Each thing is measured at
1,000 events and at more, in CPU seconds of this process and of its database backend, and in the blocks of tables and
indexes that the backend looks at. Sizes are measured minutes apart, so each is compared with the floor of that moment.
"""

from __future__ import annotations

import gc
import io
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks import mix
from benchmarks.cases import QUEUED, SIGNATURE
from benchmarks.deliveries import FLOOR, WEBHOOK, Site
from benchmarks.floor.models import Delivery
from pinax.stripe.models import Customer, Event
from pinax.stripe.operations.retry import process_due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.db.models import Model

    from benchmarks.fake import Stripe

#: The sizes, of which those up to the one that is asked for are measured.
SIZES: Final = (1_000, 1_000_000, 10_000_000)
#: How many rows one statement inserts.
PORTION: Final = 500_000
#: Over how many days the events are spread, and after how many their messages are blanked.
SPREAD, KEPT = 300, 90
#: How many customers the events are about.
CUSTOMERS: Final = 10_000
#: The names of the customers: a given name and a family name of which each has many, and a number.
NAMES: Final = {
    "name": "'Given' || nth % 1000 || ' Family' || nth / 1000",
    "email": "'mail' || nth || '@example.com'",
    "lowercase_name": "'given' || nth % 1000 || ' family' || nth / 1000",
    "lowercase_family_name": "'family' || nth / 1000 || ' given' || nth % 1000",
    "lowercase_email": "'mail' || nth || '@example.com'",
}
#: How many objects are known at first.
OBJECTS: Final = 500
#: How many messages ``stripe_prune`` has to blank each time.
OLD: Final = 20
#: How many events are delivered or processed at a time.
EVENTS: Final = 10
#: How often each thing is done at each size; the first time is not counted.
TIMES: Final = 15

BLOCKS: Final = """
    SELECT sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0)
               + coalesce(toast_blks_read + toast_blks_hit, 0)) FROM pg_statio_user_tables
"""


@dataclass
class Cost:
    """What one thing costs at each size: the medians of seconds, of the ratio to the floor, and of blocks."""

    name: str
    seconds: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)
    blocks: list[float] = field(default_factory=list)


class Growth:
    """A project with many events.

    Args:
        stripe: the fake Stripe.
        customers: how many customers the events are about.
    """

    def __init__(self, stripe: Stripe, customers: int = CUSTOMERS) -> None:
        self._stripe, self._site, self._browser = stripe, Site(), Client()
        self._number_of_customers = customers
        self._browser.force_login(get_user_model().objects.create_superuser("bench"))
        self._rows = 0
        self._last: list[bytes] = []
        self._deliver(self._stripe.catalogue(), SIGNATURE)
        self._deliver(self._stripe.stories(len(mix.TYPES)), SIGNATURE)
        for bodies in self._stripe.known(OBJECTS):  # so that their tables are not read as a whole
            self._deliver(bodies, SIGNATURE)

    def things(self) -> Iterator[tuple[str, int, Callable[[], object], Callable[[], object]]]:
        """Yield what is measured: its name, how many there are of it, what is done before, and what is measured."""
        view = "/admin/pinax_stripe/event/"
        yield "a first delivery", EVENTS, self._new, lambda: self._deliver(self._last, SIGNATURE)
        yield "a duplicate", EVENTS, _nothing, lambda: self._deliver(self._last, SIGNATURE)
        yield "taking and processing a due event", EVENTS, self._queue, lambda: process_due(limit=EVENTS)
        yield "the list in the admin", 1, _nothing, lambda: self._browser.get(view)
        yield "a search by id", 1, _nothing, lambda: self._browser.get(view, {"q": "evt_fill7"})
        yield "the page of an event", 1, _nothing, lambda: self._browser.get(f"{view}{self._any}/change/")
        yield "the page of a customer", 1, _nothing, lambda: self._browser.get(self._customer)
        yield "stripe_status", 1, _nothing, lambda: _run("stripe_status")
        yield "stripe_prune", 1, self._age, lambda: _run("stripe_prune")

    def floor(self) -> float:
        """Deliver to a bare view as many events as are delivered at a time, and return the seconds that it took."""
        Delivery.objects.all().delete()
        return timed(lambda: self._site.send(FLOOR, self._last))

    def fill(self, size: int, say: Callable[[str], None]) -> None:
        """Let there be so many events more than were delivered: processed ones, of eleven types, over many days."""
        table = Event._meta.db_table
        ago = f"now() - interval '{SPREAD} days' * (({size} - nth) / {size}.0) - interval '1 minute'"
        values = {
            "stripe_id": "'evt_fill' || nth",
            "object_id": "'ch_fill' || nth",
            "request_id": "'req_fill' || nth",
            "kind": f"(ARRAY{list(mix.TYPES)})[1 + nth % {len(mix.TYPES)}]",
            "customer_id": f"{self._customers()} + nth % {self._number_of_customers}",
            "webhook_message": "'{}'",
            "pruned_at": f"CASE WHEN {ago} < now() - interval '{KEPT - 1} days' THEN now() END",
            **dict.fromkeys(("created", "received_at", "processed_at"), ago),
        }
        template = f"(SELECT * FROM {table} WHERE processed ORDER BY id LIMIT 1) one"
        with connection.cursor() as cursor, _without_indexes(table, say):
            for first in range(self._rows + 1, size + 1, PORTION):
                say(f"filling: {first:,} of {size:,}")
                series = f"generate_series({first}, {min(first + PORTION - 1, size)}) nth"
                cursor.execute(insert(Event, values, template, series))
        with connection.cursor() as cursor:
            say("VACUUM")
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        self._rows = size
        self._any = Event.objects.get(stripe_id="evt_fill7").pk
        self._customer = f"/admin/pinax_stripe/customer/{self._customers()}/change/"

    def _customers(self) -> int:
        """Return the primary key of the first of the customers, which are created at first."""
        rows = Customer.objects.filter(stripe_id__startswith="cus_fill").order_by("pk")
        first: int | None = rows.values_list("pk", flat=True).first()
        if first is None:
            table = Customer._meta.db_table
            template = f"(SELECT * FROM {table} ORDER BY id LIMIT 1) one"
            with connection.cursor() as cursor:
                series = f"generate_series(1, {self._number_of_customers}) nth"
                cursor.execute(insert(Customer, {"stripe_id": "'cus_fill' || nth", **NAMES}, template, series))
            return self._customers()
        return first

    def _deliver(self, bodies: list[bytes], options: Mapping[str, str]) -> None:
        with override_settings(**{f"PINAX_STRIPE_{name}": value for name, value in options.items()}):
            self._site.send(WEBHOOK, bodies)

    def _new(self) -> None:
        before, self._last = self._stripe.known(EVENTS)
        self._deliver(before, SIGNATURE)

    def _queue(self) -> None:
        self._new()
        self._deliver(self._last, QUEUED)
        Event.objects.filter(processed=False).update(next_attempt_at=timezone.now())

    def _age(self) -> None:
        old = [f"evt_fill{number}" for number in range(1, OLD + 1)]
        then = timezone.now() - timedelta(days=KEPT + 1)
        Event.objects.filter(stripe_id__in=old).update(processed_at=then, pruned_at=None)


def measure(stripe: Stripe, most: int, say: Callable[[str], None]) -> tuple[list[int], list[Cost]]:
    """Return the sizes up to ``most``, and what each thing costs at each of them."""
    growth = Growth(stripe)
    sizes = [size for size in SIZES if size < most] + [most]
    costs = {name: Cost(name) for name, *_ in growth.things()}
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    with override_settings(PINAX_STRIPE_EVENT_RETENTION_DAYS=KEPT):
        for size in sizes:
            growth.fill(size, say)
            for name, number, prepare, act in growth.things():
                say(f"{size:,} events: {name}")
                found = [_cost(growth, prepare, act) for _ in range(TIMES + 1)][1:]
                costs[name].seconds.append(median(seconds for seconds, _, _ in found) / number)
                costs[name].floors.append(median(seconds / floor for seconds, floor, _ in found))
                costs[name].blocks.append(median(blocks for _, _, blocks in found) / number)
    return sizes, list(costs.values())


def _cost(growth: Growth, prepare: Callable[[], object], act: Callable[[], object]) -> tuple[float, float, int]:
    """Return the seconds of ``act``, those of the floor right before and after it, and the blocks of ``act``."""
    prepare()
    floor = growth.floor()
    gc.collect()
    blocks = _blocks()
    seconds = timed(act)
    blocks = _blocks() - blocks
    return seconds, floor + growth.floor(), blocks


def timed(act: Callable[[], object]) -> float:
    began = _seconds()
    act()
    return _seconds() - began


def insert(model: type[Model], values: Mapping[str, str], template: str, series: str) -> str:
    """Return the statement that inserts a row for each number ``nth``: the template, with other values."""
    names = [column.column for column in model._meta.concrete_fields if column.column != "id"]
    chosen = ", ".join(values.get(name, f'one."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{model._meta.db_table}" ({quoted}) SELECT {chosen} FROM {template}, {series}'


@contextmanager
def _without_indexes(table: str, say: Callable[[str], None]) -> Iterator[None]:
    """Drop the indexes and constraints of a table, but for the primary key, and create them again at the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype IN ('u', 'f')",
            [table],
        )
        constraints = cursor.fetchall()
        for name, _ in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
        indexes = [(name, text) for name, text in cursor.fetchall() if not name.endswith("_pkey")]
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        cursor.execute("SET maintenance_work_mem = '256MB'")
        for name, text in indexes:
            say(f"creating {name}")
            cursor.execute(text)
        for name, text in constraints:
            say(f"creating {name}")
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}')


def _seconds() -> float:
    """Return the CPU seconds of this process and of its database backend."""
    backend = connection.connection.info.backend_pid
    on_cpu = Path(f"/proc/{backend}/schedstat").read_text("ascii").split()[0]
    return time.process_time() + int(on_cpu) / 1e9


def _blocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(BLOCKS)
        return int(cursor.fetchone()[0])


def _run(command: str) -> None:
    with suppress(CommandError):  # stripe_status ends with a code if it has to warn
        call_command(command, stdout=io.StringIO(), stderr=io.StringIO())


def _nothing() -> None:
    """Nothing has to be done before."""
