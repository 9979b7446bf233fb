"""What a page shows below its fields, each with a template of its own. Payloads are rendered here and nowhere else."""

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
#: What those read who may not look at payloads.
HIDDEN: Final = _("Hidden: it takes the permission pinax_stripe.view_payload to see it.")
#: Values that let whoever knows them act for a customer or for us; not even the end of a cut text shows one.
_SECRET_VALUES: Final = re.compile(r'("(?:client_)?secret"\s*:\s*")(?:[^"\\]|\\.)*')


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        title: what it is headed with.
    """

    template: ClassVar[str]
    title: _StrOrPromise


@dataclass(frozen=True)
class Note(Section):
    """A sentence in the place of what is not there, or not for everybody."""

    template = "admin/pinax_stripe/note.html"
    text: _StrOrPromise
    is_inner: bool = False


@dataclass(frozen=True)
class Payload(Section):
    """JSON as it came, readable and harmless: every payload on every page is one of these.

    Attributes:
        value: the JSON; None where there is none.
        hint: a sentence on what it is.
        is_open: it is shown at once, not only when asked for.
        is_inner: it stands inside another section.
    """

    template = "admin/pinax_stripe/payload.html"
    value: Any
    hint: _StrOrPromise = ""
    is_open: bool = False
    is_inner: bool = False

    @property
    def text(self) -> str:
        """The JSON in lines, keys in their own order, without what no page can hold and nobody should see."""
        value = plain_json.storable(self.value)
        text = value if isinstance(value, str) else _in_lines(value)
        cut = "\n…" if len(text) > MOST_SHOWN else ""
        return without_secrets(_SECRET_VALUES.sub(r"\1…", text[:MOST_SHOWN])) + cut


@dataclass(frozen=True)
class Receipts(Section):
    """The receivers of an event at which some have failed.

    Attributes:
        through: those that have come through, each with the moment.
        waiting: those that have not, and are called at the next try.
        note: a sentence on what that means.
    """

    template = "admin/pinax_stripe/receipts.html"
    through: Sequence[tuple[str, SafeString | str]]
    waiting: Sequence[str]
    note: _StrOrPromise


@dataclass(frozen=True)
class Failures(Section):
    """The latest failed tries of an event; what the errors said only where it may be seen."""

    template = "admin/pinax_stripe/failures.html"
    rows: Sequence[EventProcessingException]
    all_of_them: SafeString | str
    in_full: bool = False
    hidden: _StrOrPromise = HIDDEN


@dataclass(frozen=True)
class Refusals(Section):
    """The latest refused deliveries of an event, each with what was posted."""

    template = "admin/pinax_stripe/refusals.html"
    rows: Sequence[tuple[SafeString | str, SafeString | str, Payload | Note]]
    all_of_them: SafeString | str


@dataclass(frozen=True)
class Events(Section):
    """The latest events about an object: link, moment, confirmed, processed."""

    template = "admin/pinax_stripe/events.html"
    rows: Sequence[tuple[SafeString | str, SafeString | str, SafeString, SafeString]]
    all_of_them: SafeString | str


def posted(text: str) -> Any:
    """Return the JSON of a body that was kept as text; the text itself where it was cut."""
    try:
        return plain_json.parse(text)
    except ValueError:
        return text


def _in_lines(value: Any) -> str:
    """Write JSON in lines, and stop where no page would show more: deep nesting makes much of little."""
    parts, length = [], 0
    for part in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        parts.append(part)
        length += len(part)
        if length > MOST_SHOWN:
            break
    return "".join(parts)
