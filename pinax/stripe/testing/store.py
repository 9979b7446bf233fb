"""The current state of every object, as the API returns it."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from pinax.stripe.testing.objects.shape import IDLESS, Json, plain

#: Object types of which Stripe keeps a stub after deletion: ``{"id", "object", "deleted"}``.
LEAVES_A_STUB: Final = frozenset(
    {
        "account",
        "bank_account",
        "card",
        "coupon",
        "customer",
        "discount",
        "invoice",
        "invoiceitem",
        "person",
        "plan",
        "price",
        "product",
        "subscription_item",
        "tax_id",
        "test_helpers.test_clock",
        "webhook_endpoint",
    }
)

#: Object types that belong to the account in their ``account``, whichever account makes the request.
OF_AN_ACCOUNT: Final = frozenset({"bank_account", "capability", "card", "person"})

#: Account, livemode, object type, id.
Key = tuple[str, bool, str, str]


def can_be_kept(obj: Mapping[str, Any]) -> bool:
    """Whether the API can return ``obj``: the preview of an invoice, for example, has no id."""
    kind = obj.get("object")
    return kind in IDLESS or bool(kind and obj.get("id"))


def key_of(obj: Mapping[str, Any], account: str, livemode: bool) -> Key:
    """Return the key of ``obj`` from ``account`` in that mode."""
    kind = obj["object"]
    if kind == "account":
        account = ""
    elif kind in OF_AN_ACCOUNT:
        account = obj.get("account") or account
    return account, livemode, kind, obj.get("id") or obj.get("identifier") or obj.get("customer") or ""


class Store:
    """Objects by account, mode, type and id. Not thread-safe: FakeStripe holds its lock around it."""

    def __init__(self) -> None:
        #: The signing secrets of endpoints, by id: the API returns one only when it is made.
        self.secrets: dict[str, str] = {}
        self._objects: dict[Key, Json] = {}
        self._members: dict[Key, list[Key]] = {}

    def put(self, obj: Mapping[str, Any], account: str, livemode: bool) -> Key:
        """Store ``obj`` and the members of its lists as their current state.

        A member that is no longer in a complete list is deleted.
        """
        key = key_of(obj, account, livemode)
        lists = [value for value in obj.values() if isinstance(value, dict) and value.get("object") == "list"]
        # Stripe's lists start with the newest, which is stored last.
        members = [member for one in lists for member in reversed(one["data"]) if can_be_kept(member)]
        held = [self.put(member, account, livemode) for member in members]
        before = self._members.get(key, [])
        left = [member for member in before if member not in held]
        if any(one["has_more"] for one in lists):
            held = left + held
        else:
            for member in left:
                self._drop(member)
        self._members[key] = held
        self._objects[key] = plain(obj, livemode=livemode)
        return key

    def remove(self, obj: Mapping[str, Any], account: str, livemode: bool) -> None:
        """Delete ``obj`` and the members of its lists, except for the stub that Stripe may keep."""
        self._drop(key_of(obj, account, livemode))

    def get(self, key: Key) -> Json | None:
        """Return the current state of one object, or its stub, or None."""
        return self._objects.get(key)

    def of_v2(self, id_: str, account: str, livemode: bool) -> Json | None:
        """Return the object of API v2 with this id, of whatever type, or None."""
        for (owner, mode, kind, its_id), obj in self._objects.items():
            if (owner, mode, its_id) == (account, livemode, id_) and kind.startswith("v2."):
                return obj
        return None

    def types_of(self, id_: str) -> list[str]:
        """Return the types of the objects with this id."""
        return [kind for _, _, kind, its_id in self._objects if its_id == id_]

    def places_of(self, kind: str, id_: str) -> list[tuple[str, bool]]:
        """Return the accounts, with the mode, that have an object."""
        return [
            (owner, livemode)
            for owner, livemode, its_kind, its_id in self._objects
            if (its_kind, its_id) == (kind, id_)
        ]

    def members(self, key: Key) -> list[Json]:
        """Return the members of an object's lists, the newest first."""
        return [self._objects[member] for member in reversed(self._members.get(key, []))]

    def newest_first(self, kinds: Collection[str], account: str, livemode: bool) -> list[Json]:
        """Return all objects of these types in the order of Stripe's lists."""
        found = [
            obj
            for (owner, mode, kind, _), obj in self._objects.items()
            if owner == account and mode == livemode and kind in kinds and not obj.get("deleted")
        ]
        found.reverse()
        return sorted(found, key=lambda obj: obj.get("created") or 0, reverse=True)

    def _drop(self, key: Key) -> None:
        for member in self._members.pop(key, []):
            self._drop(member)
        self._objects.pop(key, None)
        _, _, kind, id_ = key
        if kind in LEAVES_A_STUB:
            self._objects[key] = {"id": id_, "object": kind, "deleted": True}
