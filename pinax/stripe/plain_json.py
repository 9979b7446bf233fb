"""Stripe's JSON as plain dictionaries: strict parsing, lookup by path, comparison, and preparation for storage."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

#: A JSON object of Stripe's.
Json = dict[str, Any]

#: The maximum nesting depth of objects and lists; Stripe's have a depth of up to 20 or so.
MAX_DEPTH = 100
#: The maximum number of digits of an integer: Python's own default, independent of how the process was started.
MAX_DIGITS = 4300

#: A text without it has no integer with more than `MAX_DIGITS` digits.
_MANY_DIGITS = re.compile(rf"(?<![0-9])[0-9]{{{MAX_DIGITS + 1}}}")

#: The text of a value, the same for equal JSON; dates and times, which JSON has not, as Python shows them.
_text = json.JSONEncoder(sort_keys=True, default=repr).encode

#: Types whose equal values have equal JSON. Floats are not: 0.0 equals -0.0; and nested values may differ.
_PLAIN = frozenset({str, int, bool, type(None)})


def parse(text: bytes | str) -> Any:
    """Parse JSON strictly, so that all parsers agree on its value: UTF-8, and no duplicate keys in an object.

    Raises:
        ValueError: it is not such JSON, contains NaN, an infinity or a number out of range, or is nested too deeply.

    Source: https://www.rfc-editor.org/rfc/rfc8259#section-4 and #section-8.1, https://www.rfc-editor.org/rfc/rfc7493
    """
    if isinstance(text, bytes):
        text = text.decode()  # json.loads would also detect UTF-16 and UTF-32
    try:
        value = json.loads(
            text,
            parse_constant=_reject,
            parse_float=_finite,
            parse_int=_integer if _MANY_DIGITS.search(text) else None,
            object_pairs_hook=_unique_keys,
        )
    except RecursionError:
        raise ValueError("nests too deep") from None
    if _is_deeper_than(MAX_DEPTH, value):
        raise ValueError("nests too deep")
    return value


def value_at(data: Any, path: str) -> Any:
    """Return the value at ``path`` (``"items.data.0.price"``) of Stripe's object, or None.

    A ``*`` stands for every member of a list: ``"total_taxes.*.amount"`` is the list of their amounts. Braces stand for
    the value of a sibling: ``"payment_method_details.{type}.last4"`` reads from the block that its ``type`` names.
    """
    steps = _steps(path)
    for number, step in enumerate(steps, start=1):
        if isinstance(data, dict):
            key = data.get(step[1:-1]) if step[:1] == "{" else step
            data = data.get(key) if isinstance(key, str) else None
        elif data is None:
            return None
        elif isinstance(data, list) and step.isdigit():
            data = data[int(step)] if int(step) < len(data) else None
        elif isinstance(data, list) and step == "*":
            rest = ".".join(steps[number:])
            return [value_at(member, rest) if rest else member for member in data]
        else:
            return None
    return data


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def id_of(value: Any) -> str | None:
    """Return the id of a reference, which is an id or an expanded object."""
    identifier = value.get("id") if isinstance(value, dict) else value
    return identifier if isinstance(identifier, str) and identifier else None


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON, in which, unlike in Python, 1 differs from true and from 1.0."""
    if one is other:
        return True
    kind = type(one)
    if kind is type(other) and kind in _PLAIN:
        return bool(one == other)
    return _text(one) == _text(other)


def storable(value: Any) -> Any:
    """Return JSON that every database can store: characters that PostgreSQL's jsonb rejects become U+FFFD.

    A value without such characters, as nearly all are, is returned unchanged.
    """
    if isinstance(value, str) and value.isascii() and "\0" not in value:
        return value
    text = json.dumps(value, default=str)
    return _storable(value) if "\\u0000" in text or "\\ud" in text else value


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        text = value.replace("\0", "\ufffd")
        # ASCII text, as nearly all is, has no surrogates; this keeps imports fast.
        return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value


def _reject(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("a number is out of bounds")
    return number


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number is out of bounds")
    return int(digits)


def _unique_keys(pairs: list[tuple[str, Any]]) -> Json:
    """Make an object; of a duplicate key, another parser may use the other value."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return made


def _is_deeper_than(limit: int, value: Any) -> bool:
    """Whether JSON is nested deeper than ``limit``; iterative, to avoid deep recursion."""
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
