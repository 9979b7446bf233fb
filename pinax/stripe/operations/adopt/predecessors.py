"""The predecessors, and which of them has left its tables in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pinax.stripe.operations.adopt import dj_stripe, pinax_stripe, pinax_stripe_light
from pinax.stripe.operations.adopt.tables import columns_of_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pinax.stripe.operations.adopt.old_rows import Source


@dataclass(frozen=True)
class Predecessor:
    """A package whose tables can be read.

    Attributes:
        name: its name on PyPI.
        tables: the tables by which it is recognized, each with columns that it has.
        open: returns its tables, for a platform by name.
    """

    name: str
    tables: Mapping[str, set[str]]
    open: Callable[[str], Source]

    @property
    def is_here(self) -> bool:
        """Whether its tables are in the database."""
        there = columns_of_tables(*self.tables)
        return all(name in there and columns <= there[name] for name, columns in self.tables.items())


PREDECESSORS: Final = (
    Predecessor("pinax-stripe", pinax_stripe.TABLES, pinax_stripe.PinaxStripe),
    Predecessor("pinax-stripe-light", pinax_stripe_light.TABLES, pinax_stripe_light.PinaxStripeLight),
    Predecessor("dj-stripe", dj_stripe.TABLES, dj_stripe.DjStripe),
)


def found_in() -> list[Predecessor]:
    """Return the predecessors whose tables are in the database that events are written to."""
    return [one for one in PREDECESSORS if one.is_here]
