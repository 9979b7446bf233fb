"""What every synced Stripe object keeps."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Self, TypeVar

from django.db import models

from pinax.stripe.models import fields
from pinax.stripe.models.paths import LISTED, PATHS
from pinax.stripe.plain_json import id_of, place
from pinax.stripe.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pinax.stripe.models.children import Children
    from pinax.stripe.models.fields import FromStripe
    from pinax.stripe.plain_json import Json


#: What of an object tells of no person: words of Stripe's, and ids.
_WORDS: Final = frozenset({"id", "object", "currency", "status", "type"})
_IDS: Final = frozenset({"account", "charge", "customer", "invoice", "payment_intent", "subscription"})

_Row_co = TypeVar("_Row_co", bound="StripeObject", covariant=True)


class StripeObjectQuerySet(models.QuerySet[_Row_co]):
    """Rows of Stripe objects, as sentences."""

    def synced(self) -> Self:
        """Rows that a copy of Stripe's has filled."""
        return self.filter(synced_at__isnull=False)

    def stubs(self) -> Self:
        """Rows that are known by id only, because another object points at them."""
        return self.filter(synced_at__isnull=True)

    def incomplete(self) -> Self:
        """Rows in which a list was cut, and Stripe could not be asked for the rest: ``stripe_sync --incomplete``."""
        return self.filter(incomplete=True)

    def deleted(self) -> Self:
        """Tombstones: objects that are gone at Stripe (only ``all_objects`` shows them)."""
        return self.filter(deleted_at__isnull=False)

    def of_account(self, stripe_account: str) -> Self:
        """Objects of a connected account, or of the platform itself (``""``)."""
        return self.filter(stripe_account=stripe_account)

    def in_livemode(self, livemode: bool = True) -> Self:
        """Objects of live mode, or (False) of test mode and sandboxes."""
        return self.filter(livemode=livemode)

    def during(self, start: datetime, end: datetime) -> Self:
        """Objects that came to be from ``start`` on and before ``end``."""
        return self.filter(created__gte=start, created__lt=end)

    def about(self, data: Json, scope: Scope) -> Self:
        """The row of Stripe's object ``data``, tombstone or not."""
        return self.filter(**self.model.key_of(data, scope))


class Present(models.Manager[_Row_co]):
    """Hides tombstones; ``objects = Present.from_queryset(…)()`` gives it a model's own sentences."""

    def get_queryset(self) -> models.QuerySet[_Row_co]:
        """Return the rows that have no ``deleted_at``."""
        return super().get_queryset().filter(deleted_at__isnull=True)


class StripeList(NamedTuple):
    """Where Stripe lists objects, the newest first, and how the list can be asked for.

    Attributes:
        path: ``"/v1/subscriptions?status=all"``; ``{account}`` is the connected account, without which there is none.
        by_created: the list can be narrowed to what was created since a moment.
        in_pages: it comes in pages; else in one piece, or as one object.
    """

    path: str
    by_created: bool = True
    in_pages: bool = True


class Implied(NamedTuple):
    """What one object says of another that it names, and what stays true for good.

    Attributes:
        reference: the column that names the other.
        column: the other's column, which is a ``lasting`` one.
        value: what it holds; None: the row that says so.
    """

    reference: str
    column: str
    value: Any = None


class StripeObject(models.Model):
    """A Stripe object as last seen: the whole of it, and columns for what one filters, joins and sums by.

    A row is a *stub* until ``synced_at`` is set, and a *tombstone* once ``deleted_at`` is; ``objects`` hides
    tombstones, ``all_objects`` does not. An object without ``livemode`` takes its event's.
    """

    #: The name in the object's ``object``.
    stripe_object: ClassVar[str]
    #: Where Stripe retrieves it, ``"/v1/customers/{id}"``; braces name places of the object, and the first path
    #: whose places are all there is taken. Empty: Stripe does not give it by itself.
    stripe_paths: ClassVar[tuple[str, ...]] = ()
    #: Where Stripe lists them; None: they come with others, with their events, or when they are asked for one by one.
    stripe_list: ClassVar[StripeList | None] = None
    #: Whether it is kept under the connected account it belongs to; an Account itself is kept under none.
    kept_by_account: ClassVar[bool] = True
    #: Attributes that are our own, which no copy of Stripe's writes over.
    own_columns: ClassVar[tuple[str, ...]] = ()
    #: Columns that tell of a person, blanked when a customer is erased.
    personal: ClassVar[tuple[str, ...]] = ()
    #: Whether it concerns more than one customer: what the project sells, its accounts, its own money. An object that
    #: merely mentions or contains it does not erase it.
    shared: ClassVar[bool] = False
    #: The declared children, in order.
    stripe_children: ClassVar[tuple[Children, ...]] = ()

    stripe_id = fields.StripeId(help_text="The object's id at Stripe.")
    stripe_account = fields.StripeId(
        blank=True,
        default="",
        help_text="The connected account it belongs to; empty for the platform itself.",
    )
    livemode = models.BooleanField(help_text="Live mode, or test mode and sandboxes.")
    created = fields.Timestamp("created", "date", help_text="When Stripe says that it came to be.")
    data = models.JSONField(null=True, blank=True, help_text="The whole object, as Stripe last described it.")
    as_of = models.DateTimeField(null=True, blank=True, help_text="The moment at Stripe that this row reflects.")
    fetched_at = models.DateTimeField(
        null=True, blank=True, help_text="When Stripe was last asked for its current state, by Stripe's clock."
    )
    synced_at = models.DateTimeField(null=True, blank=True, help_text="When it was last written; empty for a stub.")
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="When Stripe deleted it.")
    incomplete = models.BooleanField(
        default=False, help_text="Stripe cut a list in it, such as its items, and could not be asked for the rest."
    )
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="When what it told of a person was erased; no copy of Stripe's brings it back."
    )

    # The first one is the model's default; Django itself goes through related objects without hiding any.
    objects = Present.from_queryset(StripeObjectQuerySet)()
    all_objects = StripeObjectQuerySet.as_manager()

    class Meta:
        """One row for an id, an account and a mode: people choose ids, which repeat across the other two."""

        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["stripe_id", "stripe_account", "livemode"], name="pinaxstripe_%(class)s_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["created"])]

    def __str__(self) -> str:
        return self.stripe_id

    @property
    def is_stub(self) -> bool:
        """Whether only the id is known yet."""
        return self.synced_at is None

    @property
    def is_deleted(self) -> bool:
        """Whether Stripe says that it is gone."""
        return self.deleted_at is not None

    @classmethod
    def key_of(cls, data: Json, scope: Scope) -> Mapping[str, Any]:
        """Return what finds the row of Stripe's object ``data``, seen in this scope; its own ``livemode`` wins."""
        own = data.get("livemode")
        return {
            "stripe_id": cls.identify(data),
            "stripe_account": cls.home_of(scope.stripe_account),
            "livemode": own if isinstance(own, bool) else scope.livemode,
        }

    @classmethod
    def key_columns(cls) -> tuple[str, ...]:
        """Return the names of the columns that together tell the rows apart."""
        return ("stripe_id", "stripe_account", "livemode")

    @property
    def scope(self) -> Scope:
        """The account and the mode in which Stripe is asked for the object."""
        return Scope(self.stripe_account, livemode=self.livemode)

    @classmethod
    def identify(cls, data: Json) -> str:
        """Return the id of Stripe's object ``data``, or what stands in for one; empty where nothing can."""
        return id_of(data) or ""

    @classmethod
    def as_child(cls, data: Json, parent: Json) -> Json:  # noqa: ARG003  (kinds without an id of their own look)
        """Return Stripe's object ``data`` as it is kept when it was found inside ``parent``."""
        return data

    @classmethod
    def owner_of(cls, data: Json, parent: Json) -> tuple[type[StripeObject], str] | None:  # noqa: ARG003
        """Return whose it is, if ``parent``, in which Stripe's object ``data`` stands, only shows it; Discount looks.

        That it stands there does not say that it still exists, then.
        """
        return None

    @classmethod
    def home_of(cls, stripe_account: str) -> str:
        """Return the account under which objects of this kind are kept."""
        return stripe_account if cls.kept_by_account else ""

    @classmethod
    def paths_of(cls, data: Json) -> tuple[str, ...]:
        """Return the paths that may retrieve Stripe's object ``data``."""
        return cls.stripe_paths or PATHS.get(str(data.get("object")), ())

    @classmethod
    def path_parameters(cls, path: str, data: Json) -> dict[str, str] | None:
        """Return what fills the braces of a path, read from Stripe's object ``data``; None if anything is missing."""
        names = [part.partition("}")[0] for part in path.split("{")[1:]]
        places = {name: id_of(place(data, name)) for name in names}
        known = {name: value for name, value in places.items() if value is not None}
        return known if len(known) == len(places) else None

    @classmethod
    def is_incomplete_in(cls, data: Json) -> bool:
        """Whether Stripe has more of what belongs to its object ``data`` than it shows."""
        return any(declaration.owned and declaration.is_cut(data) for declaration in cls.stripe_children)

    def after_write(self) -> None:
        """Do what follows from a copy of Stripe's that has just been written, in the same transaction.

        The row has its ``own_columns``; written together with others, it may have no primary key.
        """

    def implies(self) -> Iterator[Implied]:
        """Yield what the object says of others: only what is certain, and never ends being true."""
        yield from ()

    @classmethod
    def list_of(cls, object_type: str, stripe_account: str) -> StripeList | None:
        """Return where Stripe lists an account's objects of this type; None if it does not."""
        found = cls.stripe_list
        if found is None and object_type in LISTED:
            found = StripeList(PATHS[object_type][0].removesuffix("/{id}"), by_created=False)
        return found if found and (stripe_account or "{account}" not in found.path) else None

    @classmethod
    def nothing_personal(cls) -> dict[str, Any]:
        """Return the values of the columns that tell of a person, once nothing is to be told."""
        return {column.attname: column.nothing for column in cls.columns() if column.name in cls.personal}

    @classmethod
    def erased_values(cls, data: Json | None, erased_at: datetime) -> dict[str, Any]:
        """Return the values with which a row of Stripe's object ``data`` tells of no person any more."""
        return {**cls.nothing_personal(), "data": data and cls.remainder(data), "erased_at": erased_at}

    def erase(self, erased_at: datetime) -> None:
        """Let the instance tell of no person any more; saves nothing."""
        for name, value in self.erased_values(self.data, erased_at).items():
            setattr(self, name, value)

    @classmethod
    def remainder(cls, data: Json) -> Json:
        """Return of Stripe's object what tells of no person: numbers, flags, a few words, and ids.

        Only what stands in the object itself: what is inside other objects and lists is left out.
        """
        ids = {*_IDS, *(place for column in cls.columns() if column.is_relation for place in column.sources)}
        kept: Json = {}
        for name, value in data.items():
            if value is None or isinstance(value, bool | int | float) or (name in _WORDS and isinstance(value, str)):
                kept[name] = value
            elif name in ids and id_of(value):
                kept[name] = id_of(value)
        return kept

    @classmethod
    def columns(cls) -> list[FromStripe]:
        """Return the columns that are read from Stripe's object."""
        return _columns(cls)

    @classmethod
    def references(cls) -> list[fields.Reference[Any, Any]]:
        """Return the columns that point at the row of another object."""
        return _references(cls)


@cache
def _columns(model: type[StripeObject]) -> list[FromStripe]:
    return [field for field in model._meta.concrete_fields if isinstance(field, fields.FromStripe)]


@cache
def _references(model: type[StripeObject]) -> list[fields.Reference[Any, Any]]:
    return [column for column in _columns(model) if isinstance(column, fields.Reference)]
