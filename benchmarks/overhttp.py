"""Rates over HTTP: one server after the other, and with each the base and what is compared with it in turns."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks import rival as other
from benchmarks import server
from benchmarks.deliveries import FETCH, FLOOR, RIVAL, WEBHOOK
from benchmarks.mix import TYPES
from benchmarks.ratios import Row

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator

    from benchmarks.fake import Stripe

#: After how many milliseconds Stripe answers.
LATENCIES: Final = (0, 50, 150)
#: How many stories, or bursts, one block has: one for each connection.
STORIES: Final = server.AT_ONCE
#: How many changes of one object a burst has.
BURST: Final = 10

SIGNATURE: Final = {"BENCH_VALIDATION": "signature"}
RETRIEVE: Final = {"BENCH_VALIDATION": "retrieve"}
QUEUED: Final = {**SIGNATURE, "BENCH_DISPATCHER": "benchmarks.cases.nowhere"}
RIVALS: Final = {"BENCH_APP": "djstripe"}

BASES: Final = {"floor": FLOOR, "floor + fetch": FETCH}


@dataclass(frozen=True)
class Served:
    """What is done with deliveries over HTTP; the attributes are as in `Case`.

    Attributes:
        at_least: by latency, the share of the base's rate that it must have.
    """

    name: str
    base: str
    at_least: tuple[tuple[int, float], ...] = ()
    bursts: bool = False
    again: bool = False


#: The servers, by their settings, and what is measured with each.
SERVERS: Final = (
    (
        SIGNATURE,
        (
            Served("signature, first delivery", "floor"),
            Served("duplicate of a processed event", "floor", again=True),
            Served("signature, burst of one object", "floor + fetch", bursts=True),
        ),
    ),
    (
        RETRIEVE,
        (
            Served("retrieve, first delivery", "floor + fetch"),
            Served("retrieve, burst of one object", "floor + fetch", bursts=True),
        ),
    ),
    (QUEUED, (Served("queued, until the answer", "floor", at_least=((150, 0.65),)),)),
    (RIVALS, (Served("dj-stripe", "floor"), Served("dj-stripe, burst of one object", "floor + fetch", bursts=True))),
)


def measure(
    stripe: Stripe, databases: dict[str, str], asked: Namespace, until: float, say: Callable[[str], None]
) -> Iterator[Row]:
    """Return the rows, one for each case and latency.

    Args:
        stripe: the fake Stripe.
        databases: the name of the database by app: "pinax", and "djstripe" if it is there.
        asked: the arguments of the command. Blocks are longer here than in process, so there are fewer rounds.
        until: when there is only one more round of each case, as `time.monotonic` tells it.
        say: is told how far it is.
    """
    for options, cases in SERVERS:
        app, wanted = options.get("BENCH_APP", "pinax"), [case for case in cases if asked.only in case.name]
        if app not in databases or not wanted:
            continue
        python = str(other.PYTHON) if app == "djstripe" else sys.executable
        with server.running(python, {**options, "BENCH_NAME": databases[app]}) as port:
            path = RIVAL if app == "djstripe" else WEBHOOK
            for case in wanted:
                for latency in LATENCIES:
                    say(f"over HTTP: {case.name}, Stripe at {latency} ms")
                    rounds = 1 if time.monotonic() > until else max(2, asked.rounds // 3)
                    yield _row(stripe, port, path, case, latency, rounds)
        stripe.answer_after(0)


def _row(stripe: Stripe, port: int, path: str, case: Served, latency: int, rounds: int) -> Row:  # noqa: PLR0913, PLR0917
    budget = dict(case.at_least).get(latency)
    row = Row(case.name, case.base, budget, at_least=budget is not None, latency=latency)
    for number in range(rounds + 1):
        base = _rate(stripe, port, BASES[case.base], case, latency)
        rate = _rate(stripe, port, path, case, latency)
        if number:  # the first round warms up
            row.ratios.append(rate / base)
            row.seconds.append(1 / rate)
    return row


def _rate(stripe: Stripe, port: int, path: str, case: Served, latency: int) -> float:
    """Return deliveries per second."""
    bodies = _bursts(stripe) if case.bursts else _stories(stripe)
    if case.again and path not in BASES.values():
        stripe.answer_after(0)
        server.seconds(port, path, bodies)
    stripe.answer_after(latency / 1000)
    return len(bodies) / server.seconds(port, path, bodies)


def _stories(stripe: Stripe) -> list[bytes]:
    """Return stories side by side: the first event of each, the second of each …"""
    bodies = stripe.stories(STORIES * len(TYPES))
    return [body for step in range(len(TYPES)) for body in bodies[step :: len(TYPES)]]


def _bursts(stripe: Stripe) -> list[bytes]:
    """Return bursts one after the other, so that the events of one are delivered at once."""
    return [body for _ in range(STORIES) for body in stripe.burst(BURST)]
