"""A Stripe object as it was at a moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from pinax.stripe.models import model_of
from pinax.stripe.models.primary import from_primary
from pinax.stripe.plain_json import storable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pinax.stripe.models import StripeObject
    from pinax.stripe.models.fields import Reference
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope


#: What Stripe leaves of a deleted object.
REMAINS: Final = frozenset({"id", "object", "deleted", "livemode"})


@dataclass(frozen=True)
class Snapshot:
    """Stripe's object ``data`` as it was at ``as_of``, by Stripe's clock.

    Attributes:
        data: the object, fit to be stored.
        model: the model that keeps it.
        scope: the account and the mode it was seen in; an object that names its own mode wins.
        as_of: the event's ``created`` (whole seconds), or the moment of the answer to a fetch.
        deleted: the object is gone.
        fetched_at: where this is no event's copy, but an answer of Stripe's to our asking: when we asked.
    """

    data: Json
    model: type[StripeObject]
    scope: Scope
    as_of: datetime
    deleted: bool = False
    fetched_at: datetime | None = None

    @property
    def remains(self) -> Json:
        """What Stripe leaves of the object once it is deleted."""
        return {name: value for name, value in self.data.items() if name in REMAINS}

    @property
    def is_incomplete(self) -> bool:
        """Whether a list in it is cut."""
        return not self.deleted and self.model.is_incomplete_in(self.data)

    @cached_property
    def key(self) -> Mapping[str, Any]:
        """What finds the row."""
        return self.model.key_of(self.data, self.scope)

    @cached_property
    def references(self) -> dict[Reference[Any, Any], str]:
        """The columns that point at other objects, and the ids of these."""
        read = {column: column.read(self.data) for column in self.model.references()}
        return {column: stripe_id for column, stripe_id in read.items() if stripe_id}

    @property
    def seen_in(self) -> Scope:
        """The scope of what it points at and holds: the account it was seen under, in the object's own mode."""
        return replace(self.scope, livemode=self.key["livemode"])

    def row(self) -> StripeObject | None:
        """Return the row as it is now, tombstone or not, without its ``data``; None if there is none.

        The rows that it points at come with it, if the object names them: for `known_references`.
        """
        names = [column.name for column in self.references]
        columns = [field.attname for field in self.model._meta.concrete_fields if field.name != "data"]
        columns += [f"{name}__{attribute}" for name in names for attribute in ("stripe_id", "erased_at")]
        rows = from_primary(self.model.all_objects.filter(**self.key))
        return rows.select_related(*names).only(*columns).first() if names else rows.defer("data").first()


def snapshot_of(data: Json, scope: Scope, as_of: datetime, *, deleted: bool = False) -> Snapshot:
    """Return the snapshot of an object of any type; one that says ``deleted: true`` of itself is gone."""
    gone = deleted or data.get("deleted") is True
    return Snapshot(storable(data), model_of(data), scope, as_of, deleted=gone)
