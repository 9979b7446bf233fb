"""A Stripe object as it was at one point in time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from pinax.stripe.event_json import object_of
from pinax.stripe.models import model_of
from pinax.stripe.models.primary import from_primary
from pinax.stripe.plain_json import storable
from pinax.stripe.sync.children import children_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pinax.stripe.models import StripeObject
    from pinax.stripe.models.fields import Reference
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope
    from pinax.stripe.sync.children import Child
    from pinax.stripe.sync.lookup import Target


#: The fields that Stripe returns for a deleted object.
DELETED_OBJECT_FIELDS: Final = frozenset({"id", "object", "deleted", "livemode"})


@dataclass(frozen=True)
class Snapshot:
    """Stripe's object ``data`` as it was at ``as_of``, by Stripe's clock.

    Attributes:
        data: the object as JSON that every database can store.
        model: the model that stores it.
        scope: the account and mode of the event or request; the object's own ``livemode`` takes precedence.
        as_of: the event's ``created`` (whole seconds), or the time of Stripe's response.
        deleted: whether the object is deleted at Stripe.
        fetched_at: when the request was sent, if the object was fetched; None for an event's copy.
        is_reference: whether only the object's type and id are known, as from a thin event: it has to be fetched.
    """

    data: Json
    model: type[StripeObject]
    scope: Scope
    as_of: datetime
    deleted: bool = False
    fetched_at: datetime | None = None
    is_reference: bool = False

    @property
    def deleted_data(self) -> Json:
        """The fields that Stripe returns for the object once it is deleted."""
        return {name: value for name, value in self.data.items() if name in DELETED_OBJECT_FIELDS}

    @property
    def is_incomplete(self) -> bool:
        """Whether Stripe has truncated a list in the object."""
        return not self.deleted and self.model.is_incomplete_in(self.data)

    @cached_property
    def key(self) -> Mapping[str, Any]:
        """The lookup that identifies the row."""
        return self.model.key_of(self.data, self.scope)

    @cached_property
    def references(self) -> dict[Reference[Any, Any], str]:
        """The columns that reference other objects, with the ids of these objects."""
        read = {column: column.read(self.data) for column in self.model.references()}
        return {column: stripe_id for column, stripe_id in read.items() if stripe_id}

    @cached_property
    def children(self) -> list[Child]:
        """The objects in the lists that the model declares."""
        return children_of(self.model, self.data)

    @cached_property
    def targets(self) -> set[Target]:
        """The rows that the object and its children reference."""
        own = {(column.related_model, stripe_id) for column, stripe_id in self.references.items()}
        return own.union(*(child.targets for child in self.children))

    @property
    def inner_scope(self) -> Scope:
        """The scope of the objects that it references and contains: its account, in the object's own mode."""
        return replace(self.scope, livemode=self.key["livemode"])

    def row(self) -> StripeObject | None:
        """Return the current row, also if it is a tombstone, with ``data`` deferred; None if there is none."""
        return from_primary(self.model.all_objects.filter(**self.key)).defer("data").first()


def snapshot_of(data: Json, scope: Scope, as_of: datetime, *, deleted: bool = False) -> Snapshot:
    """Return the snapshot of an object of any type; an object with ``deleted: true`` counts as deleted."""
    deleted = deleted or data.get("deleted") is True
    return Snapshot(storable(data), model_of(data), scope, as_of, deleted=deleted)


def reference_to(reference: Json, scope: Scope, as_of: datetime) -> Snapshot:
    """Return the snapshot of an object of which only the type and the id are known.

    Args:
        reference: Stripe's ``{"type": ..., "id": ..., "url": ...}``. The path of a request is built from the type and
            the id; the url is only matched against it, to read the ids of parents, such as a person's account.
        scope: the account and mode.
        as_of: when it was referenced.
    """
    data = object_of(reference)
    model, url = model_of(data), str(reference.get("url")).partition("?")[0]
    for path in model.paths_of(data):
        found = _pattern(path).fullmatch(url)
        parents = {name: unquote(value) for name, value in found.groupdict().items()} if found else {}
        if found and parents.get("id") == data.get("id"):
            data = {**parents, **data}
    return Snapshot(storable(data), model, scope, as_of, is_reference=True)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    """Return the pattern of the URLs of a path, with a group for each name in braces."""
    literals = re.split(r"\{(\w+)\}", path.partition("?")[0])
    parts = [rf"(?P<{part}>[^/?#]+)" if number % 2 else re.escape(part) for number, part in enumerate(literals)]
    return re.compile("".join(parts))
