"""CPU time in one process: the project is called as a WSGI server calls it, without sockets between.

Each figure is a pair of blocks of deliveries, the base and what is compared with it, one right after the other; so
what disturbs the machine disturbs both, and the medians of many pairs are stable.
"""

from __future__ import annotations

import gc
import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from benchmarks.deliveries import FETCH, FLOOR, WEBHOOK, Site, environs
from benchmarks.ratios import Row
from pinax.stripe.dispatch.inline import inline
from pinax.stripe.models import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from benchmarks.fake import Stripe

BURST = 10


@dataclass(frozen=True, eq=False)
class Case:
    """What is done with deliveries.

    Attributes:
        name: what it is called in the report.
        base: the name of the case that it is compared with.
        path: where the deliveries go.
        budget: see `Row`.
        options: the settings, without their prefix.
        again: whether all of them were delivered before.
        kind: what is delivered: "stories", "bursts" of changes of one object in the same second, or "known": one change
            each of objects that are known.
        work: called after the deliveries, and timed instead of them.
    """

    name: str
    base: str
    path: str = WEBHOOK
    budget: float | None = None
    options: dict[str, Any] = field(default_factory=dict)
    again: bool = False
    kind: str = "stories"
    work: Callable[[list[bytes]], None] | None = None


def nowhere(_event_pk: int) -> None:
    """A queue that costs nothing; what a real one costs is not this app's."""


def work_off(bodies: list[bytes]) -> None:
    """Do what a worker does with the events that were queued."""
    ids = [json.loads(body)["id"] for body in bodies]
    for pk in Event.objects.filter(stripe_id__in=ids).order_by("pk").values_list("pk", flat=True):
        inline(pk)


SIGNATURE = {"VALIDATION": "signature"}
RETRIEVE = {"VALIDATION": "retrieve"}
QUEUED = {**SIGNATURE, "DISPATCHER": f"{__name__}.nowhere"}

BASES = {case.name: case for case in (Case("floor", "", FLOOR), Case("floor + fetch", "floor", FETCH))}
CASES = (
    BASES["floor + fetch"],
    Case("signature, first delivery", "floor", budget=5, options=SIGNATURE),
    Case("retrieve, first delivery", "floor + fetch", budget=2.2, options=RETRIEVE),
    Case("signature, change of a known object", "floor", budget=5, options=SIGNATURE, kind="known"),
    Case("retrieve, change of a known object", "floor + fetch", budget=2.2, options=RETRIEVE, kind="known"),
    Case("queued, until the answer", "floor", budget=2, options=QUEUED),
    Case("queued, in the worker", "floor", options=QUEUED, work=work_off),
    Case("duplicate of a processed event", "floor", budget=1.5, options=SIGNATURE, again=True),
    Case("signature, burst of one object", "floor + fetch", options=SIGNATURE, kind="bursts"),
    Case("retrieve, burst of one object", "floor + fetch", options=RETRIEVE, kind="bursts"),
)


class Bench:
    """Measures cases.

    Args:
        stripe: the fake Stripe.
        stories: how many stories one block of deliveries has.
    """

    def __init__(self, stripe: Stripe, stories: int) -> None:
        self._stripe, self._stories, self._site = stripe, stories, Site()

    def send_catalogue(self) -> None:
        """Let the app know what all stories refer to."""
        with override_settings(PINAX_STRIPE_VALIDATION="signature"):
            self._site.send(environs(WEBHOOK, self._stripe.catalogue()))

    def measure(self, cases: Iterable[Case], rounds: int, say: Callable[[str], None]) -> list[Row]:
        """Return a row for each case; the first round only warms up."""
        rows = {case: Row(case.name, case.base, case.budget) for case in cases}
        for case, row in rows.items():
            self._count(case, row)
        gc.collect()
        gc.freeze()
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            for case, row in rows.items():
                base, cost = self._time(BASES[case.base], case.kind), self._time(case, case.kind)
                row.ratios.append(cost / base)
                row.seconds.append(cost)
        return list(rows.values())

    def _time(self, case: Case, kind: str) -> float:
        """Return the CPU seconds of one delivery, in the mean of a block."""
        bodies = self._bodies(kind)
        with self._prepared(case, bodies) as act:
            gc.collect()
            began = time.process_time()
            act()
            return (time.process_time() - began) / len(bodies)

    def _count(self, case: Case, row: Row) -> None:
        """Count statements and requests of one delivery, in the mean of a block; and warm up."""
        for base in (BASES[case.base], case):
            bodies = self._bodies(case.kind)
            with self._prepared(base, bodies) as act:
                self._stripe.requests()
                with CaptureQueriesContext(connection) as captured:
                    act()
                row.statements = len(captured) / len(bodies)
                row.requests = self._stripe.requests() / len(bodies)

    def _bodies(self, kind: str) -> list[bytes]:
        if kind == "stories":
            return self._stripe.stories(self._stories)
        if kind == "bursts":
            return [body for _ in range(self._stories) for body in self._stripe.burst(BURST)]
        before, after = self._stripe.known(self._stories * BURST)
        with override_settings(PINAX_STRIPE_VALIDATION="signature"):
            self._site.send(environs(WEBHOOK, before))
        return after

    @contextmanager
    def _prepared(self, case: Case, bodies: list[bytes]) -> Iterator[Callable[[], None]]:
        """Do what is not timed, and give what is."""
        options = {f"PINAX_STRIPE_{name}": value for name, value in case.options.items()}
        with override_settings(**options):
            if case.again or case.work:
                self._site.send(environs(case.path, bodies))
            if case.work:
                yield partial(case.work, bodies)
            else:
                yield partial(self._site.send, environs(case.path, bodies))
