"""CPU time in one process: the project is called as a WSGI server calls it, without sockets between.

Each figure is a pair of blocks of deliveries, the base and what is compared with it, one right after the other; so
what disturbs the machine disturbs both, and the medians of many pairs are stable.
"""

from __future__ import annotations

import gc
import json
import time
from typing import TYPE_CHECKING

from django.test.utils import override_settings

from benchmarks.cases import BASES, SIGNATURE, Case
from benchmarks.deliveries import RIVAL, WEBHOOK, Site, counted, timed
from benchmarks.ratios import Row
from pinax.stripe.dispatch.inline import inline
from pinax.stripe.models import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager

    from benchmarks.fake import Stripe
    from benchmarks.rival import Rival


class Bench:
    """Measures cases.

    Args:
        stripe: the fake Stripe.
        events: how many events one block of deliveries has.
        rival: dj-stripe, if it is there.
    """

    def __init__(self, stripe: Stripe, events: int, rival: Rival | None = None) -> None:
        self._stripe, self._events, self._rival, self._site = stripe, events, rival, Site()
        with _settings(SIGNATURE):
            self._site.counted(WEBHOOK, stripe.catalogue())
        if rival:
            rival.counted(RIVAL, stripe.catalogue())

    def measure(self, cases: Iterable[Case], rounds: int, until: float, say: Callable[[str], None]) -> list[Row]:
        """Return a row for each case.

        Args:
            cases: what is measured.
            rounds: how many pairs of blocks a ratio is the median of.
            until: when no other round is begun, as `time.monotonic` tells it.
            say: is told how far it is.
        """
        rows = {case: Row(case.name, case.base, case.budget) for case in cases}
        for case, row in rows.items():
            say(f"counting: {case.name}")
            self._count(BASES[case.base], case.kind)  # which warms it up
            row.statements, row.requests = self._count(case, case.kind)
        gc.collect()
        gc.freeze()
        for number in range(rounds):
            if number and time.monotonic() > until:
                break
            for case, row in rows.items():
                say(f"round {number + 1} of {rounds}: {case.name}")
                base, cost = self._time(BASES[case.base], case.kind), self._time(case, case.kind)
                row.ratios.append(cost / base)
                row.seconds.append(cost)
        return list(rows.values())

    def _time(self, case: Case, kind: str) -> float:
        """Return the CPU seconds of one delivery, in the mean of a block."""
        site, bodies = self._site_of(case), self._bodies(case, kind)
        with _settings(case.options):
            if case.in_worker:
                return timed(lambda: work_off(bodies)) / len(bodies)
            return site.timed(case.path, bodies) / len(bodies)

    def _count(self, case: Case, kind: str) -> tuple[float, float]:
        """Return the statements and the requests of one delivery, in the mean of a block."""
        site, bodies = self._site_of(case), self._bodies(case, kind)
        self._stripe.requests()
        with _settings(case.options):
            statements = counted(lambda: work_off(bodies)) if case.in_worker else site.counted(case.path, bodies)
        return statements / len(bodies), self._stripe.requests() / len(bodies)

    def _bodies(self, case: Case, kind: str) -> list[bytes]:
        """Return what is to be delivered, after what has to be delivered before."""
        site, before, bodies = self._site_of(case), list[bytes](), list[bytes]()
        if kind == "stories":
            bodies = self._stripe.stories(self._events)
        elif kind == "bursts":
            bodies = self._stripe.burst(self._events)
        else:
            before, bodies = self._stripe.known(self._events)
        if case.again or case.in_worker:
            before = bodies
        if before and case not in (BASES["floor"], BASES["floor + fetch"]):
            with _settings(case.options):
                site.counted(case.path, before)
        return bodies

    def _site_of(self, case: Case) -> Site | Rival:
        if not case.of_rival:
            return self._site
        assert self._rival
        return self._rival


def work_off(bodies: list[bytes]) -> None:
    """Do what a worker does with events that were queued."""
    ids = [json.loads(body)["id"] for body in bodies]
    for pk in Event.objects.filter(stripe_id__in=ids).order_by("pk").values_list("pk", flat=True):
        inline(pk)


def _settings(options: Mapping[str, object]) -> AbstractContextManager[None]:
    return override_settings(**{f"PINAX_STRIPE_{name}": value for name, value in options.items()})
