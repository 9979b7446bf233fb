"""Names in a test that Stripe does not have: what is probably a typo is an error, what may be new is not."""

from collections.abc import Collection
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

from pinax.stripe.catalog import CATALOG

#: How similar an object type is to a known one, from 0 to 1, if it is taken for a typo.
SIMILAR: Final = 0.8
#: By how many characters a misspelt event type differs: new types are often similar, as ``v2.core.brand.created``.
MISSPELT: Final = 3
EVENT_TYPES: Final = frozenset(CATALOG) | {row.thin_name for row in CATALOG.values()}


def suggestion(name: str, known: Collection[str], cutoff: float = 0.6) -> str:
    """Return the question that names the most similar names; ``""`` if none is similar."""
    nearest = get_close_matches(name, known, cutoff=cutoff)
    return f" Did you mean {' or '.join(map(repr, nearest))}?" if nearest else ""


def check_event_type(kind: str) -> None:
    """Check an event type; an unknown one is accepted if it is declared, or is not similar to a known one.

    Raises:
        ValueError: it is probably misspelt.
    """
    if kind in EVENT_TYPES:
        return
    meant = _misspelt(kind)
    if not meant:
        return
    from pinax.stripe.signals import WEBHOOK_SIGNALS  # a fake without a project needs no Django

    if kind not in WEBHOOK_SIGNALS:
        new = f"pinax.stripe.signals.declare({kind!r}) adds a new one."
        raise ValueError(f"Stripe has no event type {kind!r}.{suggestion(kind, meant)} {new}")


@cache
def _misspelt(kind: str) -> tuple[str, ...]:
    """Return the event types that an unknown one is probably meant to be."""
    return tuple(known for known in EVENT_TYPES if _difference(kind, known) <= MISSPELT)


def _difference(name: str, known: str) -> int:
    """Return how many characters are added and removed between two names."""
    if abs(len(name) - len(known)) > MISSPELT:
        return MISSPELT + 1
    same = sum(block.size for block in SequenceMatcher(None, name, known).get_matching_blocks())
    return len(name) + len(known) - 2 * same


def check_error_code(code: str) -> None:
    """Check the code of a scripted error.

    Raises:
        ValueError: Stripe does not have it.
    """
    if code not in _error_codes():
        asked = suggestion(code, _error_codes())
        raise ValueError(f"Stripe has no error code {code!r}.{asked} With status=... any code is accepted.")


@cache
def _error_codes() -> frozenset[str]:
    lines = Path(__file__).with_name("error_codes.txt").read_text("utf-8").splitlines()
    return frozenset(code for line in lines if not line.startswith("#") for code in line.split())
