"""The abstract model of all synced Stripe objects."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from django.db import models

from pinax.stripe.models import fields
from pinax.stripe.models.paths import LISTED, PATHS
from pinax.stripe.models.querysets import NotDeletedManager, StripeObjectQuerySet
from pinax.stripe.plain_json import id_of, value_at
from pinax.stripe.platforms import account_of
from pinax.stripe.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pinax.stripe.models.children import Children
    from pinax.stripe.models.fields import FromStripe
    from pinax.stripe.plain_json import Json


#: String fields of an object that contain no personal data, and fields that hold ids.
_WORDS: Final = frozenset({"id", "object", "currency", "status", "type"})
_IDS: Final = frozenset({"account", "charge", "customer", "invoice", "payment_intent", "subscription"})


class StripeList(NamedTuple):
    """A list endpoint of Stripe's API, which lists the newest objects first.

    Attributes:
        path: ``"/v1/subscriptions?status=all"``; ``{account}`` stands for the connected account, and such a list
            exists for connected accounts only.
        by_created: whether the list can be filtered by ``created``.
        in_pages: whether the list is paginated; if not, it is returned as a whole, or as a single object.
    """

    path: str
    by_created: bool = True
    in_pages: bool = True


class Implied(NamedTuple):
    """A fact about another object that one object implies, and that stays true.

    Attributes:
        reference: the column that references the other object.
        column: the other object's column to write, a ``lasting`` one.
        value: the value; None for a reference to the row that implies it.
    """

    reference: str
    column: str
    value: Any = None


class StripeObject(models.Model):
    """A Stripe object in its last known state: all of it as JSON, and columns to filter, join and sum by.

    A row is a *stub* until ``synced_at`` is set, and a *tombstone* once ``deleted_at`` is set; ``objects`` hides
    tombstones, ``all_objects`` does not. An object without ``livemode`` gets that of its event.
    """

    #: The value of ``object`` in Stripe's objects of this type.
    stripe_object: ClassVar[str]
    #: The paths that retrieve an object, such as ``"/v1/customers/{id}"``. Names in braces are fields of the object;
    #: the first path whose fields are all present is used. Empty if Stripe's API cannot retrieve the object.
    stripe_paths: ClassVar[tuple[str, ...]] = ()
    #: The list endpoint; None if there is none.
    stripe_list: ClassVar[StripeList | None] = None
    #: Whether rows have the ``stripe_account`` they belong to; an Account has that of the platform it is connected to.
    kept_by_account: ClassVar[bool] = True
    #: Attributes of this package, which sync does not overwrite.
    own_columns: ClassVar[tuple[str, ...]] = ()
    #: Columns with personal data, which are blanked when a customer is erased.
    personal: ClassVar[tuple[str, ...]] = ()
    #: Whether the object concerns more than one customer, such as a product, an account or the project's own money.
    #: Erasing an object that references or contains it does not erase it.
    shared: ClassVar[bool] = False
    #: The declared lists of children, in order.
    stripe_children: ClassVar[tuple[Children, ...]] = ()

    stripe_id = fields.StripeId(help_text="The object's id at Stripe.")
    stripe_account = fields.StripeId(
        blank=True,
        default="",
        help_text="The connected account that the object belongs to; empty for the platform account.",
    )
    livemode = models.BooleanField(help_text="True for live mode, false for test mode and sandboxes.")
    created = fields.Timestamp("created", "date", help_text="When the object was created at Stripe.")
    data = models.JSONField(null=True, blank=True, help_text="The whole object as JSON, in its last known state.")
    as_of = models.DateTimeField(
        null=True, blank=True, help_text="The time, by Stripe's clock, at which the object had this state."
    )
    fetched_at = models.DateTimeField(
        null=True, blank=True, help_text="When the object was last fetched from Stripe, by Stripe's clock."
    )
    synced_at = models.DateTimeField(
        null=True, blank=True, help_text="When the row was last written; empty for a stub."
    )
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="When the object was deleted at Stripe.")
    incomplete = models.BooleanField(
        default=False,
        help_text="Whether a list in the object, such as its items, is truncated and could not be completed.",
    )
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="When personal data was erased from the row; sync does not restore it."
    )

    # The first manager is the default one; Django's related-object access uses the base manager, which hides no rows.
    objects = NotDeletedManager.from_queryset(StripeObjectQuerySet)()
    all_objects = StripeObjectQuerySet.as_manager()

    class Meta:
        """One row for an id, account and mode: ids that users choose can repeat across accounts and modes."""

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
        """Whether only the id is known so far."""
        return self.synced_at is None

    @property
    def is_deleted(self) -> bool:
        """Whether the object is deleted at Stripe."""
        return self.deleted_at is not None

    @classmethod
    def key_of(cls, data: Json, scope: Scope) -> Mapping[str, Any]:
        """Return the lookup of the row of Stripe's object ``data``; its own ``livemode`` precedes the scope's."""
        own = data.get("livemode")
        return {
            "stripe_id": cls.identify(data),
            "stripe_account": cls.home_of(scope),
            "livemode": own if isinstance(own, bool) else scope.livemode,
        }

    @classmethod
    def key_columns(cls) -> tuple[str, ...]:
        """Return the names of the columns that are unique together."""
        return ("stripe_id", "stripe_account", "livemode")

    @property
    def scope(self) -> Scope:
        """The account and mode to use in requests for the object, with the keys of the default platform."""
        return Scope(self.stripe_account, livemode=self.livemode)

    @classmethod
    def identify(cls, data: Json) -> str:
        """Return the id of Stripe's object ``data``, or a substitute for it; empty if there is neither."""
        return id_of(data) or ""

    @classmethod
    def as_child(cls, data: Json, parent: Json) -> Json:  # noqa: ARG003  (for overrides)
        """Return Stripe's object ``data`` as it is stored if it was embedded in ``parent``."""
        return data

    @classmethod
    def owner_of(cls, data: Json, parent: Json) -> tuple[type[StripeObject], str] | None:  # noqa: ARG003
        """Return the object that Stripe's object ``data`` belongs to, if that is not ``parent``, which contains it.

        Such an embedded object may no longer exist. Only `Discount` overrides this.
        """
        return None

    @classmethod
    def home_of(cls, scope: Scope) -> str:
        """Return the ``stripe_account`` of rows of this model in a scope.

        Raises:
            UnknownPlatform: there is no such platform.
        """
        return scope.stripe_account if cls.kept_by_account else account_of(scope.platform)

    @classmethod
    def paths_of(cls, data: Json) -> tuple[str, ...]:
        """Return the API paths that can retrieve Stripe's object ``data``."""
        return cls.stripe_paths or PATHS.get(str(data.get("object")), ())

    @classmethod
    def path_parameters(cls, path: str, data: Json) -> dict[str, str] | None:
        """Return the parameters of a path, read from Stripe's object ``data``; None if one is missing."""
        names = [part.partition("}")[0] for part in path.split("{")[1:]]
        places = {name: id_of(value_at(data, name)) for name in names}
        known = {name: value for name, value in places.items() if value is not None}
        return known if len(known) == len(places) else None

    @classmethod
    def is_incomplete_in(cls, data: Json) -> bool:
        """Whether Stripe has truncated a list of children that its object ``data`` owns."""
        return any(declaration.owned and declaration.is_cut(data) for declaration in cls.stripe_children)

    def after_write(self) -> None:
        """Do what follows from a sync of the row; called in the same transaction.

        The instance has its ``own_columns``; after a bulk write it may have no primary key.
        """

    def implies(self) -> Iterator[Implied]:
        """Yield facts about other objects that this one implies: only facts that stay true."""
        yield from ()

    @classmethod
    def list_of(cls, object_type: str, connected: str) -> StripeList | None:
        """Return the list endpoint for objects of this type; None if there is none.

        Args:
            object_type: the value of ``object`` in the list's objects.
            connected: the connected account whose objects are listed; empty for a platform's own.
        """
        found = cls.stripe_list
        if found is None and object_type in LISTED:
            found = StripeList(PATHS[object_type][0].removesuffix("/{id}"), by_created=False)
        return found if found and (connected or "{account}" not in found.path) else None

    @classmethod
    def nothing_personal(cls) -> dict[str, Any]:
        """Return the blank values of the columns with personal data."""
        return {column.attname: column.nothing for column in cls.columns() if column.name in cls.personal}

    @classmethod
    def erased_values(cls, data: Json | None, erased_at: datetime) -> dict[str, Any]:
        """Return the values that remove personal data from a row of Stripe's object ``data``."""
        return {**cls.nothing_personal(), "data": data and cls.remainder(data), "erased_at": erased_at}

    def erase(self, erased_at: datetime) -> None:
        """Remove personal data from the instance, without saving it."""
        for name, value in self.erased_values(self.data, erased_at).items():
            setattr(self, name, value)

    @classmethod
    def remainder(cls, data: Json) -> Json:
        """Return Stripe's object without personal data: only numbers, booleans, ids and a few other strings.

        Nested objects and lists are left out.
        """
        ids = {*_IDS, *(path for column in cls.columns() if column.is_relation for path in column.sources)}
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
        """Return the columns that reference the row of another object."""
        return _references(cls)


@cache
def _columns(model: type[StripeObject]) -> list[FromStripe]:
    return [field for field in model._meta.concrete_fields if isinstance(field, fields.FromStripe)]


@cache
def _references(model: type[StripeObject]) -> list[fields.Reference[Any, Any]]:
    return [column for column in _columns(model) if isinstance(column, fields.Reference)]


#: The indexes of objects that finance people search for by currency and account, in the admin.
MONEY: Final = [
    *StripeObject.Meta.indexes,
    models.Index(fields=["currency"]),
    models.Index(fields=["stripe_account"]),
]
