"""Lists of objects inside other objects, declared beside the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, overload

from pinax.stripe.plain_json import Json, value_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db import models


class Children:
    """A list of objects inside this object; each of them has a row of its own.

    Declared beside the columns: ``items = Children("items.data", "SubscriptionItem")``. If the child's model has
    a `Reference` to this model, sync sets it. If the ``related_name`` of that reference is the same name, as it should
    be for children of one model only, the attribute is the reverse relation.

    Args:
        path: the path of the list's objects.
        models: the models of the children; the ``object`` of each child decides which one it is.
        owned: whether the children change only together with this object and have no events of their own. They are
            then written together with it, and children that are missing in a complete list (``has_more`` false) are
            tombstoned.
        rest: the path that lists all of them, for a truncated list; braces as in ``stripe_paths``. Empty if the
            children are listed by their own model.
        expected: whether Stripe has such a list for an object that does not include it; it is then fetched, too.
    """

    def __init__(
        self,
        path: str,
        *models: str,
        owned: bool = False,
        rest: str = "",
        expected: Callable[[Json], bool] = lambda data: False,  # noqa: ARG005  (the default)
    ) -> None:
        self.path = path
        self.models = models
        self.owned = owned
        self.rest = rest
        self.expected = expected

    def contribute_to_class(self, model: type[models.Model], name: str) -> None:
        """Add this to the model's declarations; the attribute itself is left to the reverse relation."""
        self.name = name
        model.stripe_children = (*getattr(model, "stripe_children", ()), self)  # type: ignore[attr-defined]

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: models.Model, owner: Any) -> models.Manager[Any]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> Self: ...
        def __get__(self, instance: object, owner: Any) -> Any: ...

    def read(self, data: Json) -> list[Json]:
        """Return the objects in the list."""
        found = value_at(data, self.path)
        return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []

    def is_complete(self, data: Json) -> bool:
        """Whether the object includes the list, and the list is not truncated."""
        holder = self._holder(data)
        return isinstance(holder, dict) and isinstance(holder.get("data"), list) and holder.get("has_more") is False

    def is_cut(self, data: Json) -> bool:
        """Whether Stripe has more children than the object includes, and ``rest`` lists them."""
        holder = self._holder(data)
        if not isinstance(holder, dict):
            return bool(self.rest) and self.expected(data)
        return bool(self.rest) and holder.get("has_more") is True

    def completed(self, data: Json, members: list[Json]) -> Json:
        """Return a copy of the object whose list has these members, beginning with those that it had already."""
        name = self.path.rpartition(".")[0]
        holder = self._holder(data) or {"object": "list"}
        shown = {item.get("id"): number for number, item in enumerate(self.read(data))}
        in_order = sorted(members, key=lambda member: shown.get(member["id"], len(shown)))
        return {**data, name: {**holder, "data": in_order, "has_more": False}}

    def _holder(self, data: Json) -> Any:
        return value_at(data, self.path.rpartition(".")[0])
