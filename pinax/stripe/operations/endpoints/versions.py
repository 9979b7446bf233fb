"""What two API versions bring of the same events: the report of an upgrade.

The row of an event has what the first endpoint has brought; what the other one has brought is kept by
`pinax.stripe.inbox.compared`. Stripe is not asked: whatever a request says, it renders an event in one API version.

Source: https://docs.stripe.com/api/events/list
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pinax.stripe import plain_json
from pinax.stripe.event_json import is_thin, object_in
from pinax.stripe.inbox.compared import kept
from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.scope import Scope

#: How many events are read at once.
SIZE: Final = 100

#: How the objects of an event differ at a path.
ONLY_OLD: Final = "only_old"
ONLY_NEW: Final = "only_new"
TYPE: Final = "type"
VALUE: Final = "value"

#: Why a delivery was not compared.
NOT_RECORDED: Final = "the other endpoint has not brought the event, or it is not confirmed"
BLANKED: Final = "cut off after 64 Ki characters, erased or pruned"
SAME_VERSION: Final = "both in the same API version, or as a thin event"

_NAMES: Final = {dict: "object", list: "list", str: "string", bool: "boolean", int: "number", float: "number"}


class Difference(NamedTuple):
    """A path at which the objects of an event differ.

    Attributes:
        path: ``lines.data.*.price``, in which ``*`` is any member of a list.
        how: `ONLY_OLD`, `ONLY_NEW`, `TYPE` or `VALUE`; of a path in one of them only, nothing below is named.
        old: the old value's type in JSON, or ``"null"``; for `TYPE` only.
        new: the new value's.
    """

    path: str
    how: str
    old: str = ""
    new: str = ""


@dataclass
class OfType:
    """What was compared of an event type.

    Attributes:
        events: how many events.
        versions: how many events came in which two API versions, the old one first.
        differences: in how many events the objects differ at a path, and how.
        examples: the newest event with each difference.
    """

    events: int = 0
    versions: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: Counter[Difference] = field(default_factory=Counter)
    examples: dict[Difference, str] = field(default_factory=dict)


@dataclass
class Report:
    """What was compared.

    Attributes:
        types: the event types of which something was compared.
        read_as: in how many events ``event.message``, which receivers read, has which API version.
        not_compared: how many deliveries were not compared, and why.
    """

    types: dict[str, OfType] = field(default_factory=dict)
    read_as: Counter[str] = field(default_factory=Counter)
    not_compared: Counter[str] = field(default_factory=Counter)

    @property
    def events(self) -> int:
        """How many events were compared."""
        return sum(one.events for one in self.types.values())


class _Row(NamedTuple):
    """An event as it was recorded."""

    kind: str
    body: Any
    read_as: str


def report(version: str, scope: Scope) -> Report:
    """Compare what was delivered in an API version with what was recorded of the same events.

    Two queries for each hundred deliveries.

    Args:
        version: the API version of the deliveries that are only compared.
        scope: the platform and the mode of the events.
    """
    made, seen = Report(), set[str]()
    deliveries = kept(version, scope.platform).order_by("-pk").values_list("stripe_id", "body")
    start = 0
    while some := list(deliveries[start : start + SIZE]):
        start += SIZE
        rows = _recorded([id_ for id_, _ in some])
        for id_, body in some:
            new = _parsed(body)
            if id_ not in seen and (new is None or new.get("livemode") is scope.livemode):
                seen.add(id_)
                _compare(made, id_, rows.get(id_), new)
    return made


def differences(old: Any, new: Any, path: str = "") -> Iterator[Difference]:
    """Yield the paths at which two values differ; one may come several times, for each member of a list."""
    names = _type(old), _type(new)
    if names == ("object", "object"):
        for name in old.keys() | new.keys():
            below = f"{path}.{name}" if path else name
            if name not in new:
                yield Difference(below, ONLY_OLD)
            elif name not in old:
                yield Difference(below, ONLY_NEW)
            else:
                yield from differences(old[name], new[name], below)
    elif names == ("list", "list"):
        if len(old) != len(new):
            yield Difference(path, VALUE)
        for one, other in zip(old, new, strict=False):
            yield from differences(one, other, f"{path}.*")
    elif names[0] != names[1]:
        yield Difference(path, TYPE, *names)
    elif not plain_json.same(old, new):
        yield Difference(path, VALUE)


def _compare(made: Report, id_: str, row: _Row | None, new: Any) -> None:
    if new is None or (row and not row.body):
        made.not_compared[BLANKED] += 1
    elif row is None:
        made.not_compared[NOT_RECORDED] += 1
    elif is_thin(row.body) or row.body.get("api_version") == new.get("api_version"):
        made.not_compared[SAME_VERSION] += 1
    else:
        of_type = made.types.setdefault(row.kind, OfType())
        of_type.events += 1
        of_type.versions[row.body.get("api_version") or "", new["api_version"]] += 1
        made.read_as[row.read_as] += 1
        for difference in set(differences(object_in(row.body), object_in(new))):
            of_type.differences[difference] += 1
            of_type.examples.setdefault(difference, id_)


def _recorded(ids: list[str]) -> dict[str, _Row]:
    """Return the confirmed events among these; of one whose messages were blanked, the body is empty."""
    rows = from_primary(Event.objects.filter(stripe_id__in=ids, valid=True).order_by())
    found = rows.values_list("stripe_id", "kind", "webhook_message", "api_version")
    return {id_: _Row(kind, body, version) for id_, kind, body, version in found}


def _parsed(body: str) -> Any:
    """Return the JSON that was kept; None if it was cut off or blanked."""
    try:
        return plain_json.parse(body)
    except ValueError:
        return None


def _type(value: Any) -> str:
    return _NAMES.get(type(value), "null")
