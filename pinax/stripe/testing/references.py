"""What a test may give where an object is meant: its id, the object, or its row."""

from collections.abc import Mapping
from typing import Any, Protocol


class HasId(Protocol):
    """An object of stripe-python."""

    @property
    def id(self) -> Any: ...  # noqa: D102


class HasStripeId(Protocol):
    """A row of the app."""

    @property
    def stripe_id(self) -> Any: ...  # noqa: D102


#: An id, an object as a dictionary or as stripe-python has it, or a row.
Reference = str | Mapping[str, Any] | HasStripeId | HasId


def id_of(given: Reference) -> str:
    """Return the id of an object at Stripe.

    Raises:
        TypeError: what is given has none.
    """
    if isinstance(given, Mapping):
        found = given.get("id")
    else:
        found = given if isinstance(given, str) else getattr(given, "stripe_id", None) or getattr(given, "id", None)
    if not isinstance(found, str):
        raise TypeError(f"Expected an id at Stripe, an object with one, or a row, not {given!r}")
    return found
