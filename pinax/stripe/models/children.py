"""Objects that stand inside others, in lists of Stripe's: declared beside the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, overload

from pinax.stripe.plain_json import Json, place

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db import models


class Children:
    """Objects that stand inside this one, in a list of Stripe's; each has a row of its own.

    Declared beside the columns: ``items = Children("items.data", "SubscriptionItem")``. Where the child has
    a `Reference` to this model, it is filled in; where that reference's ``related_name`` is the same name, as it
    should be for children of one kind only, it takes the attribute over.

    Args:
        path: the place of the list's objects.
        models: what they may be; their own ``object`` says which.
        owned: they change only with this object and have no events of their own, so they follow it in everything,
            and a complete list (``has_more`` false) says that others are gone.
        rest: where Stripe lists all of them, for a list that it has cut; braces as in ``stripe_paths``. Empty: they
            have a list of their own.
        expected: whether Stripe has such a list for an object that does not show it; it is then completed, too.
    """

    def __init__(
        self,
        path: str,
        *models: str,
        owned: bool = False,
        rest: str = "",
        expected: Callable[[Json], bool] = lambda data: False,  # noqa: ARG005  (what most lists are)
    ) -> None:
        self.path = path
        self.models = models
        self.owned = owned
        self.rest = rest
        self.expected = expected

    def contribute_to_class(self, model: type[models.Model], name: str) -> None:
        """Join the model's declarations; the attribute is left to the reverse relation."""
        self.name = name
        model.stripe_children = (*getattr(model, "stripe_children", ()), self)  # type: ignore[attr-defined]

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: models.Model, owner: Any) -> models.Manager[Any]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> Self: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...

    def read(self, data: Json) -> list[Json]:
        """Return the objects that the list shows."""
        found = place(data, self.path)
        return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []

    def is_complete(self, data: Json) -> bool:
        """Whether the list is there and shows all there is."""
        holder = self._holder(data)
        return isinstance(holder, dict) and isinstance(holder.get("data"), list) and holder.get("has_more") is False

    def is_cut(self, data: Json) -> bool:
        """Whether Stripe has more of them than the object shows."""
        holder = self._holder(data)
        if not isinstance(holder, dict):
            return bool(self.rest) and self.expected(data)
        return bool(self.rest) and holder.get("has_more") is True

    def completed(self, data: Json, members: list[Json]) -> Json:
        """Return a copy of the object whose list has these members, those that it showed first in their order."""
        name = self.path.rpartition(".")[0]
        holder = self._holder(data) or {"object": "list"}
        shown = {item.get("id"): number for number, item in enumerate(self.read(data))}
        in_order = sorted(members, key=lambda member: shown.get(member["id"], len(shown)))
        return {**data, name: {**holder, "data": in_order, "has_more": False}}

    def _holder(self, data: Json) -> Any:
        return place(data, self.path.rpartition(".")[0])
