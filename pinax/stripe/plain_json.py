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
#: How many digits a whole number may have: as Python itself has it, whatever the process was started with.
MAX_DIGITS = 4300

#: Types of which equal values are written alike: of the others, 0.0 and -0.0 are equal, and what is nested may differ.
_PLAIN = frozenset({str, int, bool, type(None)})


def parse(text: bytes | str) -> Any:
    """Return the value of JSON text that says one thing to every reader: UTF-8, and no key twice in one object.

    Raises:
        ValueError: it is no such JSON, holds NaN, an infinity or a number beyond all bounds, or nests too deep.

    Source: https://www.rfc-editor.org/rfc/rfc8259#section-4 and #section-8.1, https://www.rfc-editor.org/rfc/rfc7493
    """
    if isinstance(text, bytes):
        text = text.decode()  # left to json.loads, UTF-16 and UTF-32 would be guessed
    try:
        value = json.loads(
            text, parse_constant=_refuse, parse_float=_finite, parse_int=_whole, object_pairs_hook=_each_once
        )
    except RecursionError:
        raise ValueError("nests too deep") from None
    if _is_deeper_than(MAX_DEPTH, value):
        raise ValueError("nests too deep")
    return value


def value_at(data: Any, path: str) -> Any:
    """Return what stands at ``path`` (``"items.data.0.price"``) of Stripe's object, or None.

    A star stands for every member of a list: ``"total_taxes.*.amount"`` is the list of their amounts. Braces stand for
    the value of a sibling: ``"payment_method_details.{type}.last4"`` looks into the block that its ``type`` names.
    """
    steps = path.split(".")
    for number, step in enumerate(steps, start=1):
        if isinstance(data, Mapping):
            key = data.get(step[1:-1]) if step.startswith("{") else step
            data = data.get(key) if isinstance(key, str) else None
        elif isinstance(data, list) and step.isdigit():
            data = data[int(step)] if int(step) < len(data) else None
        elif isinstance(data, list) and step == "*":
            rest = ".".join(steps[number:])
            return [value_at(member, rest) if rest else member for member in data]
        else:
            return None
    return data


def id_of(value: Any) -> str | None:
    """Return the id of a reference, which Stripe gives as an id or, expanded, as the whole object."""
    identifier = value.get("id") if isinstance(value, Mapping) else value
    return identifier if isinstance(identifier, str) and identifier else None


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; unlike Python, JSON tells 1 from true and from 1.0."""
    kind = type(one)
    if kind is type(other) and kind in _PLAIN:
        return bool(one == other)
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def storable(value: Any) -> Any:
    """Return JSON that every database can hold: what PostgreSQL's jsonb refuses becomes U+FFFD.

    A value that has nothing of the kind in it, as nearly all have, is returned as it is.
    """
    text = json.dumps(value, default=str)
    return _storable(value) if "\\u0000" in text or "\\ud" in text else value


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        text = value.replace("\0", "\ufffd")
        # Only what is no ASCII can hold surrogates. Nearly all of it is, and an import looks at all of it.
        return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is out of bounds")
    return number


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number is out of bounds")
    return int(digits)


def _each_once(pairs: list[tuple[str, Any]]) -> Json:
    """Make an object; of a key that stands twice, another reader may believe the other value."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return made


def _is_deeper_than(limit: int, value: Any) -> bool:
    """Whether JSON nests deeper than ``limit``; level by level, since recursion is what this is to prevent."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
    return bool(level)
