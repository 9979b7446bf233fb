"""Look at an object again before anything is said about it: fetch it, and read its row once more.

An event may be on its way while a list is compared. So an object that seems to differ is put aside for a while, and
looked at again after that.
"""

from __future__ import annotations

from collections import Counter, deque
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from pinax.stripe.imports.drift.findings import compare_rows
from pinax.stripe.imports.drift.repair import repaired
from pinax.stripe.imports.rate_limiter import sleep_until
from pinax.stripe.imports.retrieve import NOT_TO_BE_ASKED_FOR, STILL_THERE
from pinax.stripe.imports.stats import described
from pinax.stripe.sync.bulk_write import LEFT_ALONE, UNCHANGED, size_of
from pinax.stripe.sync.completion import complete
from pinax.stripe.sync.freshness import current

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from pinax.stripe.imports.drift.findings import Compared, Finding
    from pinax.stripe.imports.rate_limiter import RateLimiter
    from pinax.stripe.sync.snapshots import Snapshot

#: Seconds between two looks at an object: the time that the delivery of an event and its processing usually take.
REST: Final = 10.0
#: How many objects are put aside at a time, counting those that they contain.
MOST_ASIDE: Final = 500


class Suspect(NamedTuple):
    """An object that seems to differ from its row, or a row whose object a list does not show.

    Attributes:
        snapshot: the object, or what the row has of it.
        listed: whether Stripe has just shown the object.
    """

    snapshot: Snapshot
    listed: bool


class Result(NamedTuple):
    """What one step of a comparison has found.

    Attributes:
        counts: how many objects turned out to be what.
        findings: what differs or is missing.
        left: the findings that a repair has left; all of them, if nothing is repaired.
        problems: what went wrong, in words.
        pages: how many pages of the list were read.
    """

    counts: Counter[str]
    findings: tuple[Finding, ...] = ()
    left: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = ()
    pages: int = 0


def put_aside(steps: Iterable[Result | Suspect]) -> Generator[Result | Suspect, None, None]:
    """Yield results at once, and each suspect `REST` seconds later, or at the end.

    At most `MOST_ASIDE` objects are put aside at a time: if there are more, the oldest is waited for.
    """
    aside: deque[tuple[float, int, Suspect]] = deque()
    size = 0

    def oldest() -> Suspect:
        nonlocal size
        due, weight, suspect = aside.popleft()
        size -= weight
        sleep_until(due)
        return suspect

    for step in steps:
        if isinstance(step, Suspect):
            weight = size_of(step.snapshot)
            aside.append((monotonic() + REST, weight, step))
            size += weight
        else:
            yield step
        while aside and (size > MOST_ASIDE or aside[0][0] <= monotonic()):
            yield oldest()
    while aside:
        yield oldest()


def look(suspect: Suspect, limiter: RateLimiter) -> Compared | None:
    """Fetch a suspect's object and compare it with its row; None if the object cannot be fetched one by one.

    An object that was just listed, and that cannot be fetched, is compared as it was listed.

    Raises:
        AccountRefused, NoKeyForMode, StripeUnreachable: the object could not be fetched.
        RedactionFailed: the project's hook failed.
    """
    change = limiter.ask(lambda: current(suspect.snapshot))
    if change is None or change.snapshot is None:
        return compare_rows([suspect.snapshot])[0] if suspect.listed else None
    return compare_rows([complete(change.snapshot, limiter.ask)])[0]


def look_again(suspect: Suspect, limiter: RateLimiter, *, repair: bool) -> Result:
    """Return what there is to say about a suspect, and repair it if that is wanted. Errors are part of the result."""
    try:
        compared = look(suspect, limiter)
    except Exception as error:  # noqa: BLE001  (it is reported, and the other objects are compared)
        return failure(suspect, error)
    if compared is None or not compared.findings:
        return in_step(suspect, compared)
    found = tuple(compared.findings)
    if not repair:
        return Result(Counter(), findings=found, left=found)
    try:
        left = tuple(repaired(compared))
    except Exception as error:  # noqa: BLE001  (it is reported, and the other objects are repaired)
        return failure(suspect, error)._replace(findings=found, left=found)
    subjects = {one.subject for one in found}
    return Result(Counter(), findings=(*found, *(one for one in left if one.subject not in subjects)), left=left)


def in_step(suspect: Suspect, compared: Compared | None) -> Result:
    """Return the result for an object that does not differ, or about which nothing can be said."""
    if compared is None:
        return Result(Counter({NOT_TO_BE_ASKED_FOR: 1}))
    if compared.left_alone:
        return Result(Counter({LEFT_ALONE: 1}))
    return Result(Counter({UNCHANGED if suspect.listed or compared.snapshot.deleted else STILL_THERE: 1}))


def failure(suspect: Suspect, error: Exception) -> Result:
    """Return the result for an object that could not be compared or repaired."""
    return Result(Counter(), problems=(f"{suspect.snapshot.key['stripe_id']}: {described(error)}",))
