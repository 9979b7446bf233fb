"""The objects of an account in one mode, and their changes: each one makes the event that Stripe makes."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from pinax.stripe.catalog import CATALOG
from pinax.stripe.testing import errors
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import UNDATED, Json, plain
from pinax.stripe.testing.store import Key, Store, key_of

#: Object type → the beginning of its events' names, if that is not its own name.
EVENTS: Final[Mapping[str, str]] = {
    "discount": "customer.discount",
    "subscription": "customer.subscription",
    "tax_id": "customer.tax_id",
}


class Emit(Protocol):
    """Make an event of a type about an object."""

    def __call__(self, kind: str, obj: Json, previous_attributes: Json | None = None) -> object: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class AccountData:
    """The objects of an account in one mode."""

    store: Store
    #: The account; ``""`` for the platform.
    owner: str
    livemode: bool
    #: The clock, in Unix seconds.
    now: int
    #: Makes an event of this account and mode.
    emit: Emit
    #: Connects an account that is created.
    connect: Callable[[str], None]
    #: The accounts that the keys may see, the platform's own among them.
    visible: AbstractSet[str]
    #: Returns the data of another account in this mode; of the platform for ``""``.
    of_account: "Callable[[str], AccountData]"
    #: How renewals are paid and retried.
    billing: "Billing"

    def get(self, kind: str, id_: Any, param: str = "") -> Json:
        """Return a copy of an object.

        Args:
            kind: its type.
            id_: its id.
            param: the parameter that names it; ``""`` if the path does.

        Raises:
            ApiError: there is no such object.
        """
        found = self.store.get(key_of({"object": kind, "id": id_}, self.owner, self.livemode))
        if found is None or found.get("deleted"):
            raise errors.no_such(kind, str(id_), status=400 if param else 404, param=param or "id")
        return dict(found)

    def all(self, kind: str, **where: Any) -> list[Json]:
        """Return the objects of a type with these values, the oldest first."""
        found = self.store.newest_first([kind], self.owner, self.livemode)
        return [dict(obj) for obj in reversed(found) if all(obj.get(name) == value for name, value in where.items())]

    def create(self, kind: str, *, silent: bool = False, **fields: Any) -> Json:
        """Create an object, and make its ``created`` event if there is such a type.

        Args:
            kind: its type.
            silent: without the event.
            fields: what differs from `build`.
        """
        dated = {} if kind in UNDATED else {"created": self.now}
        return self.put(build(kind, **{**dated, **fields}), "" if silent else "created")

    def put(self, obj: Json, event: str, previous: Json | None = None) -> Json:
        """Store an object, and make an event about it.

        Args:
            obj: the object.
            event: the end of the event's type, or all of it; ``""`` for none.
            previous: what the changed keys were before.
        """
        obj = plain(obj, livemode=self.livemode)
        key = self.store.put(obj, self.owner, self.livemode)
        if name := _type_of(obj, event):
            self.emit(name, obj, previous)
            self.billing.unannounced.pop(key, None)
        return obj

    def change(self, obj: Json, event: str = "updated", **fields: Any) -> Json:
        """Change keys of an object, and make an event with what they were before; none if nothing changes.

        If Stripe has no such event, the changes are unannounced.

        Args:
            obj: the object.
            event: the end of the event's type, or all of it; ``""`` where Stripe makes none.
            fields: the keys.
        """
        changed = {name: value for name, value in fields.items() if obj.get(name) != value}
        if not changed:
            return obj
        if not _type_of(obj, event):
            self.billing.unannounced.setdefault(key_of(obj, self.owner, self.livemode), set()).update(changed)
        before = {name: obj.get(name) for name in changed} if event.endswith("updated") else None
        return self.put(obj | changed, event, before)

    def delete(self, obj: Json) -> Json:
        """Delete an object, and return what Stripe answers."""
        if name := _type_of(obj, "deleted"):
            self.emit(name, obj)
        self.store.remove(obj, self.owner, self.livemode)
        return {"id": obj["id"], "object": obj["object"], "deleted": True}

    def watch(self, obj: Json, *facts: str) -> None:
        """Let the clock look after an object; ``facts`` are what its keys do not say."""
        self.billing.watched.setdefault(key_of(obj, self.owner, self.livemode), set()).update(facts)


def _type_of(obj: Json, event: str) -> str:
    """Return the type of an event, from its end or all of it; ``""`` if Stripe has no such type."""
    name = event if "." in event else f"{EVENTS.get(obj['object'], obj['object'])}.{event}"
    return name if event and name in CATALOG else ""


def part_of(left: int, fields: Json, message: str) -> int:
    """Return the ``amount`` of a request, which is a part of what is left; by default all of it.

    Args:
        left: in minor units.
        fields: the parameters.
        message: the error for another amount, with ``{amount}`` and ``{left}``.

    Raises:
        ApiError: it is not positive, or more than what is left.
    """
    amount: int = fields.get("amount", left)
    if not 0 < amount <= left:
        raise errors.invalid("amount", message.format(amount=amount, left=left))
    return amount


@dataclass(slots=True)
class Billing:
    """How payments go, and what follows from a failed one."""

    #: Payment method → the decline code of its next payments.
    declines: dict[str, str] = field(default_factory=dict)
    #: The payment methods whose payments the customer authenticates now.
    authenticated: set[str] = field(default_factory=set)
    #: What the clock looks after: subscriptions, invoices and Checkout sessions; and what it has done with them.
    watched: dict[Key, set[str]] = field(default_factory=dict)
    #: Checkout session → what its request said about what comes to be when it is completed.
    sessions: dict[str, Json] = field(default_factory=dict)
    #: The keys of objects that have changed without an event, as some do at Stripe.
    unannounced: dict[Key, set[str]] = field(default_factory=dict)
    #: After how many days a payment is tried again, each time after the last one.
    retry_days: tuple[int, ...] = (3, 5, 7)
    #: The status of a subscription after the last retry: canceled, unpaid or past_due.
    after_retries: str = "canceled"


def merged_metadata(obj: Mapping[str, Any], given: Mapping[str, Any] | None) -> Json:
    """Return the metadata after a change: empty values remove their keys, and None all of them."""
    if given is None:
        return {}
    merged = {**(obj.get("metadata") or {}), **given}
    return {name: value for name, value in merged.items() if value not in {"", None}}
