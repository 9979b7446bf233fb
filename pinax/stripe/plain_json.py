"""Stripe's JSON, as plain dictionaries: read strictly, looked into, compared, and made fit to be stored."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

#: Stripe's own JSON, as it came.
Json = dict[str, Any]

#: How deep objects and lists may nest; Stripe's go to a dozen or two.
MAX_DEPTH = 100


def parse(text: bytes | str) -> Any:
    """Return the value of JSON text, as the standard defines it.

    Raises:
        ValueError: it is no JSON, holds NaN, an infinity or a number beyond all bounds, or nests too deep.
    """
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("nests too deep") from None
    if _is_deeper_than(MAX_DEPTH, value):
        raise ValueError("nests too deep")
    return value


def place(data: Any, path: str) -> Any:
    """Return what stands at ``path`` (``"items.data.0.price"``) of Stripe's object, or None.

    A star stands for every member of a list: ``"total_taxes.*.amount"`` is the list of their amounts.
    """
    steps = path.split(".")
    for number, step in enumerate(steps, start=1):
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and step.isdigit():
            data = data[int(step)] if int(step) < len(data) else None
        elif isinstance(data, list) and step == "*":
            rest = ".".join(steps[number:])
            return [place(member, rest) if rest else member for member in data]
        else:
            return None
    return data


def id_of(value: Any) -> str | None:
    """Return the id of a reference, which Stripe gives as an id or, expanded, as the whole object."""
    identifier = value.get("id") if isinstance(value, Mapping) else value
    return identifier if isinstance(identifier, str) and identifier else None


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; unlike Python, JSON tells 1 from true and from 1.0."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def storable(value: Any) -> Any:
    """Return JSON that every database can hold: what PostgreSQL's jsonb refuses becomes U+FFFD."""
    if isinstance(value, str):
        text = value.replace("\0", "\ufffd")
        # Only what is no ASCII can hold surrogates. Nearly all of it is, and an import looks at all of it.
        return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is out of bounds")
    return number


def _is_deeper_than(limit: int, value: Any) -> bool:
    """Whether JSON nests deeper than ``limit``; level by level, since recursion is what this is to prevent."""
    level = [value]
    for _ in range(limit):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True
