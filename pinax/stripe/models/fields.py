"""Model fields that are filled from a path in Stripe's object.

``current_period_end = fields.Timestamp("items.data.0.current_period_end", "current_period_end")`` is filled from the
first of these paths that has a value; the path of the newest API version comes first. Without a path, the field's own
name is the path. Migrations contain Django's own fields, so a change of paths needs no migration.

A path can refer to a sibling's value: ``"payment_method_details.{type}.last4"`` reads from the block that ``type``
names, which includes payment methods that Stripe adds later.

Values that an API version expresses differently are translated: ``translated=(("paid", True, "paid"),)`` reads the
status from a boolean.

A value that does not fit its column is left out of it and is not an error: ``data`` has the whole object.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from pinax.stripe.plain_json import Json, id_of, same, value_at
from pinax.stripe.times import from_iso, from_timestamp

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.base.base import BaseDatabaseWrapper

    from pinax.stripe.models.base import StripeObject

    # The types that a column accepts and returns, for type checkers: Django's own classes take no type arguments.
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

#: The maximum length of Stripe's ids, in characters. Source: https://docs.stripe.com/upgrades
LONGEST_ID = 255


#: A path, Stripe's value at it, and the column's value.
Translation = tuple[str, Any, Any]


class FromStripe:
    """A column that is filled from Stripe's object.

    Args:
        paths: the paths of the value, newest API version first.
        translated: translations for API versions that express the value differently; used if no path has a value.
        lasting: whether sync keeps the column's value if Stripe's object has none (or false). For facts that stay
            true and that other objects imply, too (see ``StripeObject.implies``).
    """

    name: str
    attname: str
    is_relation: bool
    #: The column's value if Stripe's object has none.
    nothing: Any = None

    def __init__(
        self, *paths: str, translated: tuple[Translation, ...] = (), lasting: bool = False, **options: Any
    ) -> None:
        self.paths = paths
        self.translated = translated
        self.lasting = lasting
        super().__init__(**options)

    @property
    def sources(self) -> list[str]:
        """All paths that can fill the column, in order."""
        return list(dict.fromkeys([*(self.paths or (self.name,)), *(path for path, _, _ in self.translated)]))

    @cached_property
    def only_key(self) -> str:
        """The key of Stripe's object, if nothing but its value fills the column; else empty."""
        [path, *others] = self.paths or (self.name,)
        return path if path.isidentifier() and not others and not self.translated else ""

    @cached_property
    def _paths(self) -> list[tuple[str, str]]:
        """Each path as a key of the object and the path below it; the key is empty if another value names it."""
        parts = [(path, *path.partition(".")) for path in self.paths or (self.name,)]
        return [("", path) if key.startswith("{") else (key, rest) for path, key, _, rest in parts]

    def read(self, data: Json) -> Any:
        """Return the column's value: from the first path whose value fits, or from a translation."""
        for key, rest in self._paths:
            value = data.get(key) if key else data
            if value is not None and rest:
                value = value_at(value, rest)
            if value is not None:
                value = self.convert(value)
                if value is not None:
                    return value
        translated = (value for path, theirs, value in self.translated if same(value_at(data, path), theirs))
        return next(translated, self.nothing)

    def convert(self, value: Any) -> Any:
        """Return the column's value for Stripe's value, or None if it does not fit."""
        raise NotImplementedError

    def deconstruct(self) -> Any:
        """Describe the column as Django's own field, so that migrations contain no paths."""
        name, _path, args, options = super().deconstruct()  # type: ignore[misc]  # a Field comes next in the order
        django_field = next(cls for cls in type(self).__mro__ if cls.__module__.startswith("django.db.models."))
        return name, f"django.db.models.{django_field.__name__}", args, options


class StripeId(CharField):
    """One of Stripe's ids: at most 255 characters, and case-sensitive on every database."""

    def __init__(self, *names: Any, **options: Any) -> None:
        super().__init__(*names, **{"max_length": LONGEST_ID, **options})

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Set a binary collation on MySQL and MariaDB, so that ``evt_A`` and ``evt_a`` differ."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters


class Text(FromStripe, CharField):
    """A short string: a status, a name, an id. Truncated to 255 characters; ``data`` has all of it."""

    nothing = ""

    def __init__(self, *paths: str, **options: Any) -> None:
        super().__init__(*paths, **{"max_length": 255, "blank": True, "default": "", **options})

    def convert(self, value: Any) -> str | None:
        """Accept a string, or the id of an expanded object."""
        text = id_of(value)
        return text if text is None else text[: self.max_length]


class Lowercase(FromStripe, CharField):
    """A string in lower case: an index on it serves a search that ignores case, on every database.

    Args:
        paths: the paths of the value.
        last_word_first: whether the last word comes first: "lovelace ada".
    """

    nothing = ""

    def __init__(self, *paths: str, last_word_first: bool = False, **options: Any) -> None:
        self.last_word_first = last_word_first
        super().__init__(*paths, **{"max_length": 255, "blank": True, "default": "", "db_index": True, **options})

    def convert(self, value: Any) -> str | None:
        """Accept a string; white space is normalized."""
        words = value.lower().split() if isinstance(value, str) else []
        if self.last_word_first:
            words = [*words[-1:], *words[:-1]]
        return " ".join(words)[: self.max_length] if words else None


class LongText(FromStripe, TextField):
    """A text of any length: a description, an error message, a URL."""

    nothing = ""

    def __init__(self, *paths: str, **options: Any) -> None:
        super().__init__(*paths, **{"blank": True, "default": "", **options})

    def convert(self, value: Any) -> str | None:
        """Accept a string."""
        return value if isinstance(value, str) else None


class _Nullable(FromStripe):
    def __init__(self, *paths: str, **options: Any) -> None:
        super().__init__(*paths, **{"null": True, "blank": True, **options})


class Timestamp(_Nullable, DateTimeField):
    """A datetime; Stripe has Unix timestamps in whole seconds."""

    def convert(self, value: Any) -> datetime | None:
        """Accept a Unix timestamp."""
        return from_timestamp(value) or from_iso(value)


class Number(_Nullable, BigIntegerField):
    """An integer: a quantity, a count, a day of the month."""

    def convert(self, value: Any) -> int | None:
        """Accept a 64-bit integer."""
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _BIGGEST_INTEGER
        return value if fits else None


class Amount(Number):
    """An amount in the currency's minor unit (cents, yen, fils), as in Stripe's API; see `pinax.stripe.money`.

    For a path with a ``*``, such as ``"total_taxes.*.amount"``, the value is the sum over the list.
    """

    def convert(self, value: Any) -> int | None:
        """Accept a 64-bit integer, or a list of them."""
        if not isinstance(value, list):
            return super().convert(value)
        parts = [super(Amount, self).convert(part) for part in value]
        return super().convert(sum(part for part in parts if part is not None)) if None not in parts else None


class Flag(_Nullable, BooleanField):
    """A boolean; None if Stripe's object has no value."""

    def convert(self, value: Any) -> bool | None:
        """Accept a boolean."""
        return value if isinstance(value, bool) else None


class Fraction(_Nullable, DecimalField):
    """A number with up to twelve decimal places: a percentage, a rate, a quantity, parts of a minor unit."""

    def __init__(self, *paths: str, **options: Any) -> None:
        super().__init__(*paths, **{"max_digits": 30, "decimal_places": 12, **options})

    def convert(self, value: Any) -> Decimal | None:
        """Accept a number, or a number as a string."""
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return None
        return number if number.is_finite() and abs(number) < Decimal(10) ** 18 else None


class Reference(FromStripe, models.ForeignKey[_Taken_contra, _Given_co]):
    """A reference to the row of another Stripe object; sync creates a stub (ids only) if the row is missing.

    The referenced row has the same account and mode, except that an ``Account`` has that of its platform.
    Deletion is protected and never cascades.

    Args:
        to: the model.
        paths: see `FromStripe`.
        related_name: the name of the reverse relation.
        prefix: the prefix of the ids, if objects of other types can be at the same path.
    """

    # For the mypy plugin of django-stubs, which puts the model in place of Any.
    _pyi_private_set_type: Any | None
    _pyi_private_get_type: Any | None
    related_model: type[StripeObject]

    def __init__(
        self,
        to: str,
        *paths: str,
        related_name: str | None = None,
        prefix: str | tuple[str, ...] = "",
        **options: Any,
    ) -> None:
        self.prefix = prefix
        defaults = {"on_delete": models.PROTECT, "null": True, "blank": True, "related_name": related_name}
        super().__init__(*paths, **{"to": to, **defaults, **options})

    def convert(self, value: Any) -> str | None:
        """Accept an id or an expanded object, and return the id, for which sync looks up the row."""
        identifier = id_of(value) or ""
        fits = len(identifier) <= LONGEST_ID and identifier.startswith(self.prefix)
        return identifier if identifier and fits else None
