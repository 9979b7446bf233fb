"""What is measured in process: each case with the one that it is compared with, and the budget of the ratio."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from benchmarks.deliveries import FETCH, FLOOR, RIVAL, WEBHOOK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, eq=False)
class Case:
    """What is done with deliveries.

    Attributes:
        name: what it is called in the report.
        base: the name of the case that it is compared with; it is measured with the same kind of deliveries.
        path: where the deliveries go.
        budget: the ratio that it may have at most; None if there is none.
        options: settings of pinax-stripe, without their prefix.
        kind: what is delivered: "stories", "bursts" of changes of one object in the same second, or "known": one change
            each of objects that are known.
        again: whether all of it was delivered before.
        in_worker: whether not the deliveries are timed, but what a worker does with the events then.
    """

    name: str
    base: str
    path: str = WEBHOOK
    budget: float | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "stories"
    again: bool = False
    in_worker: bool = False

    @property
    def of_rival(self) -> bool:
        """Whether it is dj-stripe's."""
        return self.path == RIVAL

    @property
    def with_rival(self) -> bool:
        """Whether dj-stripe is needed to measure it."""
        return self.of_rival or BASES[self.base].of_rival


def nowhere(_event_pk: int) -> None:
    """A queue that costs nothing; what a real one costs is not this app's."""


SIGNATURE: Final = {"VALIDATION": "signature"}
RETRIEVE: Final = {"VALIDATION": "retrieve"}
QUEUED: Final = {**SIGNATURE, "DISPATCHER": f"{__name__}.nowhere"}

BASES: Final = {
    case.name: case
    for case in (
        Case("floor", "floor", FLOOR),
        Case("floor + fetch", "floor", FETCH),
        Case("dj-stripe", "floor", RIVAL),
        Case("dj-stripe, duplicate", "floor", RIVAL, again=True),
    )
}

CASES: Final = (
    BASES["floor + fetch"],
    Case("signature, first delivery", "floor", budget=5, options=SIGNATURE),
    Case("signature, change of a known object", "floor", budget=5, options=SIGNATURE, kind="known"),
    Case("retrieve, first delivery", "floor + fetch", budget=2.2, options=RETRIEVE),
    Case("retrieve, change of a known object", "floor + fetch", budget=2.2, options=RETRIEVE, kind="known"),
    Case("queued, until the answer", "floor", budget=2, options=QUEUED),
    Case("queued, in the worker", "floor", options=QUEUED, in_worker=True),
    Case("duplicate of a processed event", "floor", budget=1.5, options=SIGNATURE, again=True),
    Case("signature, burst of one object", "floor + fetch", options=SIGNATURE, kind="bursts"),
    Case("retrieve, burst of one object", "floor + fetch", options=RETRIEVE, kind="bursts"),
    BASES["dj-stripe"],
    BASES["dj-stripe, duplicate"],
    Case("signature, first delivery", "dj-stripe", budget=0.33, options=SIGNATURE),
    Case("retrieve, first delivery", "dj-stripe", budget=0.33, options=RETRIEVE),
    Case("signature, burst of one object", "dj-stripe", budget=0.33, options=SIGNATURE, kind="bursts"),
    Case("duplicate of a processed event", "dj-stripe, duplicate", budget=0.33, options=SIGNATURE, again=True),
)


def chosen(word: str, *, rival: bool) -> Iterator[Case]:
    """Return the cases whose name or base has this word.

    Args:
        word: empty for all.
        rival: whether dj-stripe is there.
    """
    return (case for case in CASES if word in f"{case.name} {case.base}" and (rival or not case.with_rival))
