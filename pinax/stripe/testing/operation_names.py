"""The operations of Stripe's API by their names in stripe-python, and the ids in the path of a request."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

#: In the path of an operation, an id.
ID: Final = "{}"
#: Method → what it does to a list, and to an object, by a path that stripe-python does not have.
METHODS: Final = {"GET": ("list", "retrieve"), "POST": ("create", "update"), "DELETE": ("delete", "delete")}


class Operation(NamedTuple):
    """An operation of stripe-python.

    Attributes:
        name: as stripe-python calls it, without the version: ``checkout.sessions.create``.
        method: the HTTP method.
        path: the parts of the path, with `ID` for each id.
    """

    name: str
    method: str
    path: tuple[str, ...]


@cache
def operations() -> Sequence[Operation]:
    """Return the operations that the newest stripe-python has."""
    lines = Path(__file__).with_name("operations.txt").read_text("utf-8").splitlines()
    rows = (line.split() for line in lines if not line.startswith("#"))
    return [Operation(name, method, _parts(path)) for name, method, path in rows]


@cache
def known_names() -> frozenset[str]:
    """Return the names of all operations."""
    return frozenset(operation.name for operation in operations())


@lru_cache(maxsize=1024)
def find(method: str, path: str) -> Operation | None:
    """Return the operation of a request; None if stripe-python has none with this method and path.

    ``/v1/customers/search`` is ``customers.search``: the name of an operation is not an id.
    """
    parts = _parts(path)
    fitting = [
        operation
        for operation in _by_length().get((method, len(parts)), ())
        if all(expected in {ID, part} for expected, part in zip(operation.path, parts, strict=True))
    ]
    return min(fitting, key=lambda operation: operation.path.count(ID), default=None)


def operation_of(method: str, path: str) -> str:
    """Return what a request does: ``POST /v1/invoices/in_1/pay`` is ``invoices.pay``.

    What stripe-python does not have is named by its path: ``POST /v1/things`` is ``things.create``.
    """
    found = find(method, path)
    if found is not None:
        return found.name
    parts = _parts(path)[1:]
    to_list, to_object = METHODS.get(method, METHODS["POST"])
    return ".".join([*parts[::2], to_list if len(parts) % 2 else to_object])


def ids_in(method: str, path: str) -> list[str]:
    """Return the ids in a path: ``/v1/customers/cus_1/sources/card_1`` has two."""
    found, parts = find(method, path), _parts(path)
    if found is None:
        return [unquote_plus(part) for part in parts[2::2]]
    return [unquote_plus(part) for expected, part in zip(found.path, parts, strict=True) if expected == ID]


def is_named(method: str, path: str, part: str) -> bool:
    """Whether a part of a path is the name of an operation of stripe-python, and not an id."""
    return find(method, path) is not None and part not in ids_in(method, path)


@cache
def _by_length() -> Mapping[tuple[str, int], Sequence[Operation]]:
    found: dict[tuple[str, int], list[Operation]] = {}
    for operation in operations():
        found.setdefault((operation.method, len(operation.path)), []).append(operation)
    return found


def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))
