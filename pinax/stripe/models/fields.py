"""A column and the place in Stripe's object that it comes from, in one line.

``current_period_end = fields.Timestamp("items.data.0.current_period_end", "current_period_end")`` is a column that
is filled from the first of these places that holds a value, newest API version first. Without a place, the column's
own name is the place. In migrations the columns are Django's own fields: places may change without one.

A place may name a sibling's value: ``"payment_method_details.{type}.last4"`` reads the block that ``type`` names, also
that of a payment method that Stripe adds next year.

What an API version says in other words is translated: ``translated=(("paid", True, "paid"),)`` reads a flag as a word.

A value that does not fit its column is left out of it, never an error: ``data`` holds the whole object anyway.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from pinax.stripe.plain_json import Json, id_of, place, same
from pinax.stripe.times import from_timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.base.base import BaseDatabaseWrapper

    from pinax.stripe.models.base import StripeObject

    # What a column takes and gives, for type checkers: Django's own classes know no type arguments.
    CharField = models.CharField[str, str]
    TextField = models.TextField[str, str]
    DateTimeField = models.DateTimeField[datetime | None, datetime | None]
    BigIntegerField = models.BigIntegerField[int | None, int | None]
    BooleanField = models.BooleanField[bool | None, bool | None]
    DecimalField = models.DecimalField[Decimal | None, Decimal | None]
else:
    from django.db.models import (
        BigIntegerField,
        BooleanField,
        CharField,
        DateTimeField,
        DecimalField,
        TextField,
    )

_Taken_contra = TypeVar("_Taken_contra", contravariant=True)
_Given_co = TypeVar("_Given_co", covariant=True)

_BIGGEST_INTEGER = 2**63 - 1

#: Stripe's ids are no longer, in characters. Source: https://docs.stripe.com/upgrades
LONGEST_ID = 255


#: A place, what stands there, and how the column says it.
Translation = tuple[str, Any, Any]


class FromStripe:
    """A column that knows its places in Stripe's object.

    Args:
        places: where the value stands, newest shape first.
        translated: for versions that say the same in other words, looked at where no place holds a value.
        lasting: once it holds a value, a copy of Stripe's that has none (or false) does not take it away. For what
            never ends being true, and what other objects say, too (see ``StripeObject.implies``).
    """

    name: str
    attname: str
    is_relation: bool
    #: What the column holds where Stripe's object says nothing.
    nothing: Any = None

    def __init__(
        self, *places: str, translated: tuple[Translation, ...] = (), lasting: bool = False, **options: Any
    ) -> None:
        self.places = places
        self.translated = translated
        self.lasting = lasting
        super().__init__(**options)

    @property
    def sources(self) -> list[str]:
        """Every place that the column may be filled from, in their order."""
        return list(dict.fromkeys([*(self.places or (self.name,)), *(path for path, _, _ in self.translated)]))

    @cached_property
    def _paths(self) -> list[tuple[str, bool]]:
        """Each place, and whether it is the name of an attribute, which needs no search."""
        return [(path, path.isidentifier()) for path in self.places or (self.name,)]

    def read(self, data: Json) -> Any:
        """Return the column's value: the first of its places that holds one that fits, or a translation."""
        for path, is_name in self._paths:
            value = data.get(path) if is_name else place(data, path)
            if value is not None:
                value = self.convert(value)
                if value is not None:
                    return value
        return next((value for path, told, value in self.translated if same(place(data, path), told)), self.nothing)

    def convert(self, value: Any) -> Any:
        """Return Stripe's value as the column holds it, or None where it does not fit."""
        raise NotImplementedError

    def deconstruct(self) -> Any:
        """Describe the column as Django's own field, so that migrations know nothing of places."""
        name, _path, args, options = super().deconstruct()  # type: ignore[misc]  # a Field comes next in the order
        django_field = next(cls for cls in type(self).__mro__ if cls.__module__.startswith("django.db.models."))
        return name, f"django.db.models.{django_field.__name__}", args, options


class StripeId(CharField):
    """An id that Stripe gave: at most 255 characters, upper and lower case differ on every database."""

    def __init__(self, *names: Any, **options: Any) -> None:
        super().__init__(*names, **{"max_length": LONGEST_ID, **options})

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Ask MySQL and MariaDB, which would take ``evt_A`` for ``evt_a``, for a binary collation."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters


class Text(FromStripe, CharField):
    """A word of Stripe's: a status, a name, an id. Cut to 255 characters; ``data`` has the whole."""

    nothing = ""

    def __init__(self, *places: str, **options: Any) -> None:
        super().__init__(*places, **{"max_length": 255, "blank": True, "default": "", **options})

    def convert(self, value: Any) -> str | None:
        """Take a string, or the id of an expanded object."""
        text = id_of(value)
        return text if text is None else text[: self.max_length]


class LongText(FromStripe, TextField):
    """A text of any length: a description, a reason in words, an address on the web."""

    nothing = ""

    def __init__(self, *places: str, **options: Any) -> None:
        super().__init__(*places, **{"blank": True, "default": "", **options})

    def convert(self, value: Any) -> str | None:
        """Take a string."""
        return value if isinstance(value, str) else None


class _Nullable(FromStripe):
    def __init__(self, *places: str, **options: Any) -> None:
        super().__init__(*places, **{"null": True, "blank": True, **options})


class Timestamp(_Nullable, DateTimeField):
    """A moment; Stripe gives whole Unix seconds."""

    def convert(self, value: Any) -> datetime | None:
        """Take Unix seconds."""
        return from_timestamp(value)


class Number(_Nullable, BigIntegerField):
    """A whole number: a quantity, a count, a day of the month."""

    def convert(self, value: Any) -> int | None:
        """Take an integer that 64 bits hold."""
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _BIGGEST_INTEGER
        return value if fits else None


class Amount(Number):
    """An amount in the currency's minor unit (cents, yen, fils), as Stripe gives it; see `pinax.stripe.money`.

    A place with a star in it, ``"total_taxes.*.amount"``, holds the sum over a list.
    """

    def convert(self, value: Any) -> int | None:
        """Take an integer that 64 bits hold, or a list of such."""
        if not isinstance(value, list):
            return super().convert(value)
        parts = [super(Amount, self).convert(part) for part in value]
        return super().convert(sum(part for part in parts if part is not None)) if None not in parts else None


class Flag(_Nullable, BooleanField):
    """Yes, no, or (None) not said."""

    def convert(self, value: Any) -> bool | None:
        """Take true or false."""
        return value if isinstance(value, bool) else None


class Fraction(_Nullable, DecimalField):
    """A number with up to twelve decimal places: a percentage, a rate, a quantity, parts of a minor unit."""

    def __init__(self, *places: str, **options: Any) -> None:
        super().__init__(*places, **{"max_digits": 30, "decimal_places": 12, **options})

    def convert(self, value: Any) -> Decimal | None:
        """Take a number, or a number written as a string."""
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return None
        return number if number.is_finite() and abs(number) < Decimal(10) ** 18 else None


class Reference(FromStripe, models.ForeignKey[_Taken_contra, _Given_co]):
    """Another Stripe object: its local row, made as a stub (ids only) where it has not been seen yet.

    The row that is pointed at lives under the same account and mode; an ``Account`` lives under none. Rows of
    money protect what they point at: nothing here cascades.

    Args:
        to: the model.
        places: see `FromStripe`.
        related_name: the attribute of the other side.
        prefix: how the ids begin, where the place may hold other kinds of objects, too.
    """

    # For the mypy plugin of django-stubs, which puts the model in place of Any.
    _pyi_private_set_type: Any | None
    _pyi_private_get_type: Any | None
    related_model: type[StripeObject]

    def __init__(
        self,
        to: str,
        *places: str,
        related_name: str | None = None,
        prefix: str | tuple[str, ...] = "",
        **options: Any,
    ) -> None:
        self.prefix = prefix
        defaults = {"on_delete": models.PROTECT, "null": True, "blank": True, "related_name": related_name}
        super().__init__(*places, **{"to": to, **defaults, **options})

    def convert(self, value: Any) -> str | None:
        """Take an id or an expanded object; what is read is that object's id, until sync finds the row."""
        identifier = id_of(value) or ""
        fits = len(identifier) <= LONGEST_ID and identifier.startswith(self.prefix)
        return identifier if identifier and fits else None
