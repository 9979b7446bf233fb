"""The parts of a page below its fields, each with its own template. All payloads are rendered by `Payload`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _

from pinax.stripe import plain_json
from pinax.stripe.conf import without_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrOrPromise
    from django.utils.safestring import SafeString

    from pinax.stripe.models import EventProcessingException

#: How much of a payload a page shows, in characters.
MOST_SHOWN: Final = 200_000
#: Shown to users who may not view payloads.
HIDDEN: Final = _("Hidden: viewing it requires the permission pinax_stripe.view_payload.")
#: Secrets with which anyone can act for a customer or the platform. The end of a truncated text may be part of one.
_SECRET_VALUES: Final = re.compile(r'("(?:client_)?secret"\s*:\s*")(?:[^"\\]|\\.)*')


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        title: its heading.
    """

    template: ClassVar[str]
    #: Whether it stands above the fields.
    leads: ClassVar[bool] = False
    title: _StrOrPromise


@dataclass(frozen=True)
class Note(Section):
    """A sentence in place of something that does not exist or is hidden."""

    template = "admin/pinax_stripe/note.html"
    text: _StrOrPromise
    is_inner: bool = False


@dataclass(frozen=True)
class Payload(Section):
    """JSON, indented, escaped and without secrets.

    Attributes:
        value: the JSON, parsed; or a text that is not JSON.
        hint: a sentence that describes it.
        is_open: whether it is expanded at first.
        is_inner: whether it is part of another section.
    """

    template = "admin/pinax_stripe/payload.html"
    value: Any
    hint: _StrOrPromise = ""
    is_open: bool = False
    is_inner: bool = False

    @property
    def text(self) -> str:
        """The JSON, indented, with keys in their order; truncated, and without secrets."""
        value = plain_json.storable(self.value)
        text = value if isinstance(value, str) else _in_lines(value)
        cut = "\n…" if len(text) > MOST_SHOWN else ""
        return without_secrets(_SECRET_VALUES.sub(r"\1…", text[:MOST_SHOWN])) + cut


@dataclass(frozen=True)
class Receivers(Section):
    """The receivers of an event.

    Attributes:
        succeeded: the receivers that have succeeded: identity, when, and the seconds it took in the last attempt.
        waiting: the identities of those that have not.
        note: a sentence on what happens to them next.
    """

    template = "admin/pinax_stripe/receivers.html"
    succeeded: Sequence[tuple[str, SafeString | str, str]]
    waiting: Sequence[str]
    note: _StrOrPromise


@dataclass(frozen=True)
class Failures(Section):
    """The latest failed attempts of an event; the messages only if the user may view payloads."""

    template = "admin/pinax_stripe/failures.html"
    rows: Sequence[EventProcessingException]
    all_of_them: SafeString | str
    in_full: bool = False
    hidden: _StrOrPromise = HIDDEN


@dataclass(frozen=True)
class Rejections(Section):
    """The latest rejected deliveries of an event, each with what was posted."""

    template = "admin/pinax_stripe/rejections.html"
    rows: Sequence[tuple[SafeString | str, SafeString | str, Payload | Note]]
    all_of_them: SafeString | str


@dataclass(frozen=True)
class Events(Section):
    """The latest events about an object: link, created, confirmed, processed."""

    template = "admin/pinax_stripe/events.html"
    rows: Sequence[tuple[SafeString | str, SafeString | str, SafeString, SafeString]]
    all_of_them: SafeString | str


def posted(text: str) -> Any:
    """Return the JSON of a body that is stored as text, or the text if it was truncated."""
    try:
        return plain_json.parse(text)
    except ValueError:
        return text


def _in_lines(value: Any) -> str:
    """Indent JSON up to the length that a page shows: indentation makes deeply nested JSON many times longer."""
    parts, length = [], 0
    for part in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        parts.append(part)
        length += len(part)
        if length > MOST_SHOWN:
            break
    return "".join(parts)
