"""``--growth``: what the number of events that are kept changes, on a PostgreSQL of this machine.

The table is filled by the database itself. Each thing is measured at 1,000 events and at more, in CPU seconds of this
process and of its database backend, and in the blocks of tables and indexes that the backend looks at.
"""

from __future__ import annotations

import io
import time
from contextlib import suppress
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
from benchmarks.deliveries import WEBHOOK, Site
from pinax.stripe.models import Event
from pinax.stripe.operations.retry import process_due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from benchmarks.fake import Stripe

#: The sizes, of which those up to the one that is asked for are measured.
SIZES: Final = (1_000, 1_000_000, 10_000_000)
#: How many rows one statement inserts.
PORTION: Final = 100_000
#: Over how many days the events are spread, and after how many their messages are blanked.
SPREAD, KEPT = 300, 365
#: How many messages ``stripe_prune`` has to blank each time.
OLD: Final = 20
#: How often each thing is done at each size; the first time is not counted.
TIMES: Final = 8

BLOCKS: Final = """
    SELECT sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0)
               + coalesce(toast_blks_read + toast_blks_hit, 0)) FROM pg_statio_user_tables
"""


@dataclass
class Cost:
    """What one thing costs at each size: the medians of seconds and of blocks."""

    name: str
    seconds: list[float] = field(default_factory=list)
    blocks: list[float] = field(default_factory=list)


class Growth:
    """A project with many events.

    Args:
        stripe: the fake Stripe.
    """

    def __init__(self, stripe: Stripe) -> None:
        self._stripe, self._site, self._browser = stripe, Site(), Client()
        self._browser.force_login(get_user_model().objects.create_superuser("bench"))
        self._rows = 0
        self._last: list[bytes] = []
        self._deliver(self._stripe.catalogue(), SIGNATURE)

    def things(self) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
        """Yield what is measured: its name, what is done before, and what is measured."""
        view = "/admin/pinax_stripe/event/"
        yield "a first delivery", self._new, lambda: self._deliver(self._last, SIGNATURE)
        yield "a duplicate", _nothing, lambda: self._deliver(self._last, SIGNATURE)
        yield "taking and processing a due event", self._queue, lambda: process_due(limit=1)
        yield "the list in the admin", _nothing, lambda: self._browser.get(view)
        yield "a search by id", _nothing, lambda: self._browser.get(view, {"q": "evt_fill7"})
        yield "the page of an event", _nothing, lambda: self._browser.get(f"{view}{self._any}/change/")
        yield "stripe_status", _nothing, lambda: _run("stripe_status")
        yield "stripe_prune", self._age, lambda: _run("stripe_prune")

    def fill(self, size: int, say: Callable[[str], None]) -> None:
        """Let there be so many events more than were delivered: processed ones, of eleven types, over many days."""
        names = [column.column for column in Event._meta.concrete_fields if column.column != "id"]
        ago = f"now() - interval '{SPREAD} days' * nth / {size} - interval '1 minute'"
        values = {
            "stripe_id": "'evt_fill' || nth",
            "object_id": "'ch_fill' || nth",
            "kind": f"(ARRAY{list(mix.TYPES)})[1 + nth % {len(mix.TYPES)}]",
            "webhook_message": "'{}'",
            "validated_message": "'{}'",
            **dict.fromkeys(("created", "received_at", "processed_at"), ago),
        }
        chosen = ", ".join(values.get(name, f"one.{name}") for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        table = Event._meta.db_table
        template = f"(SELECT * FROM {table} WHERE processed ORDER BY id LIMIT 1) one"
        with connection.cursor() as cursor:
            for first in range(self._rows + 1, size + 1, PORTION):
                say(f"filling: {first:,} of {size:,}")
                series = f"generate_series({first}, {min(first + PORTION - 1, size)}) nth"
                cursor.execute(f"INSERT INTO {table} ({quoted}) SELECT {chosen} FROM {template}, {series}")
            cursor.execute(f"VACUUM ANALYZE {table}")
        self._rows = size
        self._any = Event.objects.get(stripe_id="evt_fill7").pk

    def _deliver(self, bodies: list[bytes], options: Mapping[str, str]) -> None:
        with override_settings(**{f"PINAX_STRIPE_{name}": value for name, value in options.items()}):
            self._site.counted(WEBHOOK, bodies)

    def _new(self) -> None:
        before, self._last = self._stripe.known(1)
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
    costs = {name: Cost(name) for name, _, _ in growth.things()}
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    with override_settings(PINAX_STRIPE_EVENT_RETENTION_DAYS=KEPT):
        for size in sizes:
            growth.fill(size, say)
            for name, prepare, act in growth.things():
                say(f"{size:,} events: {name}")
                found = [_cost(prepare, act) for _ in range(TIMES + 1)][1:]
                costs[name].seconds.append(median(seconds for seconds, _ in found))
                costs[name].blocks.append(median(blocks for _, blocks in found))
    return sizes, list(costs.values())


def _cost(prepare: Callable[[], object], act: Callable[[], object]) -> tuple[float, int]:
    prepare()
    blocks, began = _blocks(), _seconds()
    act()
    return _seconds() - began, _blocks() - blocks


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
