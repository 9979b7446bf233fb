"""Validators of settings, one for each type of value.

A validator takes a value of any type, and yields the rest of sentences that begin with the name of the setting. It
does not raise errors, and does not show keys or webhook secrets.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.module_loading import import_string

from pinax.stripe.conf import INLINE, without_secrets
from pinax.stripe.dispatch import inline
from pinax.stripe.hooks import DefaultHookSet

Validator = Callable[[object], Iterator[str]]

#: A year, in seconds: a longer pause is a mistake, and its datetime may be out of range.
LONGEST_PAUSE: Final = 365 * 24 * 60 * 60
#: A hundred years, in days: much longer ones are out of the range of datetimes.
LONGEST_RETENTION: Final = 36_500
#: The largest integer: every database supports an offset of that many rows.
LARGEST: Final = 10**9
#: How many characters of a value or an error a message shows.
SHOWN: Final = 200

_NOT_PRINTABLE = re.compile(r"[^!-~]")
_CREDENTIALS = re.compile(r"//[^/\s]*@")
#: Placeholders for keys in examples and templates.
_PLACEHOLDER = re.compile(r"[prs]k_(org_)?(live_|test_)?(|\.{2,}|\*{2,}|x{3,}|<.*>|\{.*\}|\$.*|your.*)", re.IGNORECASE)
_VERSION = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(\.\w+)?(; ?\w+=v\d+)*", re.ASCII)


def one_of(*words: str) -> Validator:
    """Return a validator of settings with a few choices."""

    def validate(value: object) -> Iterator[str]:
        if not isinstance(value, str) or value not in words:
            yield f"is {shown(value)}, not {' or '.join(repr(word) for word in words)}"

    return validate


def integer(least: int, most: int = LARGEST, *, or_none: bool = False) -> Validator:
    """Return a validator of integers; ``or_none`` allows None, too."""

    def validate(value: object) -> Iterator[str]:
        if value is None and or_none:
            return
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"is {shown(value)}, not an integer"
        elif value < least:
            yield f"is {shown(value)}, less than {least}"
        elif value > most:
            yield f"is {shown(value)}, more than {most}"

    return validate


def duration(value: object) -> Iterator[str]:
    """A number of seconds to wait."""
    if not _is_duration(value):
        yield f"is {shown(value)}, not a number of seconds above 0, a year at most"


def two_durations(value: object) -> Iterator[str]:
    """Two numbers of seconds."""
    if not isinstance(value, list | tuple) or len(value) != 2:  # noqa: PLR2004
        yield f"is {shown(value)}, not two numbers of seconds"
        return
    if not all(_is_duration(one) for one in value):
        yield f"is {shown(value)}, not two numbers of seconds above 0, a year at most"


def first_and_longest(value: object) -> Iterator[str]:
    """Two numbers of seconds, the shorter one first."""
    wrong = list(two_durations(value))
    yield from wrong
    if not wrong and isinstance(value, list | tuple) and value[0] > value[1]:
        yield f"is {shown(value)}: the first pause is longer than the longest"


def secret_key(value: object) -> Iterator[str]:
    """An API key, ``sk_…`` or ``rk_…``; may be empty."""
    yield from _key(value, ("sk_", "rk_"), "a secret key")


def publishable_key(value: object) -> Iterator[str]:
    """A publishable key, ``pk_…``; may be empty. Templates would show a secret key to everybody."""
    yield from _key(value, ("pk_",), "a publishable key")


def api_version(value: object) -> Iterator[str]:
    """A version of Stripe's API; may be empty."""
    if value is None or value == "":
        return
    found = _VERSION.fullmatch(value) if isinstance(value, str) else None
    if not found or not _is_day(found["day"]):
        yield f"is {shown(value)}, not a version of Stripe's API"


def base_url(value: object) -> Iterator[str]:
    """The URL of a server, to which the path of a request can be added; may be empty."""
    if value is None or value == "":
        return
    if not isinstance(value, str) or not _is_of_a_server(value):
        yield f"is {shown(value)}, not the URL of a server"
    elif urlsplit(value).path.endswith(("/", "/v1")) or "?" in value or "#" in value:
        yield f"is {shown(value)}: paths such as /v1/events cannot be added to it"


def secrets(value: object) -> Iterator[str]:
    """A webhook secret, a list of secrets, or a mapping from labels to secrets; may be empty."""
    if value is not None and not isinstance(value, str) and not _is_collection(value):
        yield f"is of type {_type(value)}, neither a list of secrets nor a mapping from a label to each"


def patterns(value: object) -> Iterator[str]:
    """A list of event types and patterns, or a single one."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, Collection) or not _is_collection(value) or isinstance(value, Mapping):
        yield f"is {shown(value)}, not a list of event types"
        return
    for pattern in value:
        if not isinstance(pattern, str):
            yield f"contains {shown(pattern)}, which is not a string"
        elif not pattern.strip():
            yield "contains an empty string"


def dispatcher(value: object) -> Iterator[str]:
    """The dotted path of a callable that takes the primary key of an event."""
    found, wrong = _imported(value)
    if wrong:
        yield wrong
    elif not callable(found):
        yield f"is {shown(value)}, which cannot be called"
    elif _is_never_run(found):
        yield f"is {shown(value)}, which does not run when it is called: it is asynchronous or a generator"
    elif not _takes(found, 1):
        yield f"is {shown(value)}, which cannot be called with one argument"
    elif found is inline and value != INLINE:
        yield f"is {shown(value)}, another path of {INLINE}: events that fail would be answered with 200"


def hookset(value: object) -> Iterator[str]:
    """The dotted path of a class with the hooks that can be instantiated without arguments."""
    found, wrong = _imported(value)
    if wrong:
        yield wrong
    elif not callable(found):
        yield f"is {shown(value)}, which is not a class"
    else:
        try:
            made = found()
        except Exception as error:  # noqa: BLE001  (a project's class may raise anything)
            yield f"is {shown(value)}, which cannot be instantiated: {_words(error)}"
            return
        yield from (f"is {shown(value)}, whose {name} {words}" for name, words in _wrong_hooks(made))


def shown(value: object) -> str:
    """Return the repr of a value, shortened, and without keys, secrets and passwords."""
    text = _CREDENTIALS.sub("//…@", without_secrets(repr(value)))
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _key(value: object, prefixes: tuple[str, ...], what: str) -> Iterator[str]:
    if value is None or value == "":
        return
    if not isinstance(value, str):
        yield f"is of type {_type(value)}, not {what}"
    elif not value.startswith(prefixes):
        yield f"is not {what}"
    elif _NOT_PRINTABLE.search(value):
        yield "contains whitespace, or a character that is not valid in a key"
    elif _PLACEHOLDER.fullmatch(value):
        yield f"is a placeholder, not {what}"


def _type(value: object) -> str:
    return type(value).__name__


def _is_collection(value: object) -> bool:
    """Whether it is a collection, other than text or bytes."""
    return isinstance(value, Collection) and not isinstance(value, str | bytes | bytearray | memoryview)


def _is_duration(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LONGEST_PAUSE


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_of_a_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(
            parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and not _NOT_PRINTABLE.search(url)
        )
    except ValueError:  # the port is not a number, or the brackets of an IPv6 address do not match
        return False


def _imported(path: object) -> tuple[Any, str]:
    """Return the object at a dotted path, or None and what is wrong with the path."""
    if not isinstance(path, str):
        return None, f"is {shown(path)}, not a dotted path"
    try:
        return import_string(path), ""
    except Exception as error:  # noqa: BLE001  (importing a module may raise anything)
        return None, f"is {shown(path)}, which cannot be imported: {_words(error)}"


def _words(error: Exception) -> str:
    return without_secrets(f"{_type(error)}: {error}")[:SHOWN]


def _is_never_run(function: Any) -> bool:
    """Whether calling it does nothing but return a coroutine or a generator."""
    kinds = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)
    called = [function, getattr(function, "__call__", None)]  # noqa: B004  (of an object, it may be asynchronous)
    return any(is_of_kind(one) for one in called for is_of_kind in kinds)


def _takes(function: Any, count: int) -> bool:
    """Whether it can be called with so many arguments; True if it has no signature."""
    try:
        # Not that of a wrapped function: a bound Celery task takes one argument less.
        signature = inspect.signature(function, follow_wrapped=False)
    except (TypeError, ValueError):
        return True
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


def _wrong_hooks(made: object) -> Iterator[tuple[str, str]]:
    """Yield the hooks that cannot be called as the app calls them, and why; `user_for_customer` is required."""
    for name, default in vars(DefaultHookSet).items():
        if name.startswith("_"):
            continue
        hook = getattr(made, name, None)
        if hook is None and name != "user_for_customer":
            continue
        count = len(inspect.signature(default).parameters) - 1
        if not callable(hook):
            yield name, "is missing or cannot be called"
        elif _is_never_run(hook):
            yield name, "is asynchronous or a generator"
        elif not _takes(hook, count):
            yield name, f"cannot be called with {count} argument{'' if count == 1 else 's'}"
