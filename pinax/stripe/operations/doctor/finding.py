"""What `stripe_doctor` can find: one function for each finding, in a table by id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pinax.stripe.operations.doctor.facts import Facts


class Severity(IntEnum):
    """How bad it is; the numbers are exit codes."""

    WARNING = 1
    ERROR = 2


class Symptom(NamedTuple):
    """What a diagnosis has seen in this project, and what to do about it."""

    message: str
    cure: str


@dataclass(frozen=True)
class Finding:
    """A fault of this project.

    Attributes:
        id: its stable name, such as ``endpoint.missing``.
        severity: how bad it is.
        message: what was seen.
        why: what happens if nothing is done; empty if the message says it.
        cure: what to do.
        page: the page of the documentation with a heading of this id.
    """

    id: str
    severity: Severity
    message: str
    why: str
    cure: str
    page: str = "reference/doctor.md"


Examination = Callable[["Facts"], Iterator[Symptom]]


class Diagnosis(NamedTuple):
    """A function that looks for one fault, with its id and severity; the first line of its docstring says why."""

    id: str
    severity: Severity
    examine: Examination

    @property
    def why(self) -> str:
        """What happens if nothing is done."""
        return (self.examine.__doc__ or "").partition("\n\n")[0].replace("\n", " ").strip()

    def findings(self, facts: Facts) -> Iterator[Finding]:
        """Yield what is found in a project."""
        for message, cure in self.examine(facts):
            yield Finding(self.id, self.severity, message, self.why, cure)


#: Every diagnosis by its id, in the order of examination.
DIAGNOSES: Final[dict[str, Diagnosis]] = {}


def diagnosis(id_: str, severity: Severity) -> Callable[[Examination], Examination]:
    """Register the decorated function as the diagnosis with this id. Its docstring says why the fault matters."""

    def register(examine: Examination) -> Examination:
        if id_ in DIAGNOSES:
            raise ValueError(f"{id_} is taken")
        DIAGNOSES[id_] = Diagnosis(id_, severity, examine)
        return examine

    return register
