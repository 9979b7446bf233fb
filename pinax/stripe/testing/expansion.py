"""Expanded responses: objects instead of their ids.

Source: https://docs.stripe.com/expand
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pinax.stripe.testing import listing
from pinax.stripe.testing.objects.shape import Json, list_of
from pinax.stripe.testing.store import Store, key_of


@dataclass(frozen=True, slots=True)
class Expansion:
    """Expands objects of an account in one mode."""

    store: Store
    owner: str
    livemode: bool

    def shown(self, obj: Json, paths: Iterable[str]) -> Json:
        """Return an object as Stripe renders it, with what the paths name: ``latest_invoice.payments``.

        What cannot be expanded stays as it is.
        """
        wanted = [path.split(".") for path in paths]
        shown = listing.shown(obj, {path[0] for path in wanted})
        if obj.get("object") == "invoice" and "payments" not in obj and ["payments"] in [path[:1] for path in wanted]:
            shown["payments"] = self._payments(obj)
        for first in {path[0] for path in wanted} & set(shown):
            rest = [path[1:] for path in wanted if path[0] == first and path[1:]]
            shown[first] = self._expanded(shown[first], rest)
        return shown

    def _expanded(self, value: Any, rest: Sequence[Sequence[str]]) -> Any:
        if isinstance(value, list):
            return [self._expanded(one, rest) for one in value]
        if isinstance(value, dict) and value.get("object") == "list":
            inside = [path[1:] for path in rest if path[0] == "data" and path[1:]]
            return {**value, "data": [self.shown(one, map(".".join, inside)) for one in value["data"]]}
        found = self._find(value) if isinstance(value, str) else value
        return self.shown(found, map(".".join, rest)) if isinstance(found, dict) else value

    def _find(self, id_: str) -> Json | None:
        keys = [key_of({"object": kind, "id": id_}, self.owner, self.livemode) for kind in self.store.types_of(id_)]
        return next(filter(None, map(self.store.get, keys)), None)

    def _payments(self, invoice: Json) -> Json:
        every = self.store.newest_first(["invoice_payment"], self.owner, self.livemode)
        return list_of([one for one in every if one["invoice"] == invoice["id"]], "/v1/invoice_payments")
