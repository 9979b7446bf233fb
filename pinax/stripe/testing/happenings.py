"""What is there at Stripe, and what happens: objects, events, connected accounts."""

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

from pinax.stripe.event_json import changes_in
from pinax.stripe.testing import listing
from pinax.stripe.testing.api import API_VERSION
from pinax.stripe.testing.endpoint_deliveries import EndpointDelivery, deliveries_of
from pinax.stripe.testing.ids import new_id
from pinax.stripe.testing.objects import build, check_object_type
from pinax.stripe.testing.objects.shape import Json, plain
from pinax.stripe.testing.references import Reference, id_of
from pinax.stripe.testing.store import Key, Store, can_be_kept, key_of
from pinax.stripe.testing.thin import delivered, thin_event
from pinax.stripe.testing.typos import check_event_type
from pinax.stripe.testing.versions import data_in


class Happenings:
    """The objects and events of a platform and its connected accounts; see :class:`FakeStripe`."""

    def __init__(self, account_id: str, now: int | None) -> None:
        #: The clock, in Unix seconds; only :meth:`advance` moves it.
        self.now = int(time.time()) if now is None else now
        self.account_id = account_id
        #: The events that `Deliver` has not delivered yet, the oldest first.
        self.undelivered: list[Json] = []
        #: The events that it has delivered.
        self.delivered: list[Json] = []
        self._visible: set[str] = set()
        self._store = Store()
        self._twins: dict[str, str] = {}
        self._lock = threading.RLock()
        self.connect(account_id)

    def connect(self, account_id: Reference) -> None:
        """Connect an account: it exists in both modes, and the keys have access to it."""
        id_ = id_of(account_id)
        with self._lock:
            self._visible.add(id_)
            for livemode in (False, True):
                account = build("account", id=id_, created=self.now)
                if self._store.get(key_of(account, "", livemode)) is None:
                    self._store.put(account, "", livemode)

    def disconnect(self, account_id: Reference) -> None:
        """Disconnect an account: the keys no longer have access to it, as if the account had revoked it."""
        with self._lock:
            self._visible.discard(id_of(account_id))

    def put(self, obj: Mapping[str, Any], *, account: str = "", livemode: bool = False) -> Json:
        """Make ``obj`` the current state of that object, and return a copy of it.

        So do the members of its lists. Every ``livemode`` in it is set to ``livemode``.

        Raises:
            ValueError: it has no id, so the API could not return it.
        """
        if not can_be_kept(obj):
            raise ValueError(f"the API has no {obj.get('object')} without an id")
        with self._lock:
            self._store.put(obj, account, livemode)
        return plain(obj, livemode=livemode)

    def remove(
        self, obj: Mapping[str, Any] | str, object_id: str = "", *, account: str = "", livemode: bool = False
    ) -> None:
        """Delete an object: ``remove(customer)`` or ``remove("customer", "cus_…")``.

        If Stripe keeps a stub of deleted objects of its type, requests return that; otherwise it is not found.
        """
        if isinstance(obj, str):
            check_object_type(obj)
        gone = {"object": obj, "id": object_id} if isinstance(obj, str) else obj
        with self._lock:
            self._store.remove(gone, account, livemode)

    def created(self, kind: str, *, account: str = "", livemode: bool = False) -> list[Json]:
        """Return the current objects of a type, the oldest first; those that are deleted are not among them.

        Raises:
            ValueError: the type is probably misspelt.
        """
        check_object_type(kind)
        with self._lock:
            found = self._store.newest_first([kind], account, livemode)
            return [plain(obj) for obj in reversed(found)]

    def event(  # noqa: PLR0913 - these are the facts of an event
        self,
        kind: str,
        obj: Mapping[str, Any] | None = None,
        *,
        account: str = "",
        context: str = "",
        livemode: bool = False,
        id: str | None = None,  # noqa: A002 - Stripe's word
        created: int | None = None,
        api_version: str | None = None,
        previous_attributes: Mapping[str, Any] | None = None,
        store: bool = True,
        request: Mapping[str, Any] | None = None,
    ) -> Json:
        """Create an event, and return it as Stripe delivers it.

        Args:
            kind: the event's type, e.g. ``invoice.paid``.
            obj: the object as it is now; None if the event carries none, as ``ping``. Its lists may be of any length:
                the event has the first ten members, as Stripe's do, and the API returns the rest.
            account: the connected account of the event; ``""`` for the platform itself.
            context: the account in events of an organisation's endpoint, which have no ``account``.
            livemode: the mode of the event.
            id: the event's id.
            created: in Unix seconds; the time of the clock if it is None.
            api_version: the version that the event is rendered in, as far as the fake knows its shape; by default the
                newest.
            previous_attributes: what the changed keys of the object were before.
            store: False leaves the current state of the object unchanged, as a late event does.
            request: the id and the idempotency key of the request that has caused it; None if none has.

        Raises:
            ValueError: the type is probably misspelt.
        """
        check_event_type(kind)
        owner = _owner_of({"account": account, "context": context})
        with self._lock:
            carried = listing.shown(obj) if obj is not None else None
            data: Json = {"object": carried, "previous_attributes": previous_attributes}
            if api_version:
                data = data_in(data, api_version)
            event = {
                "id": id or new_id("evt"),
                "object": "event",
                **({"account": account} if account else {}),
                **({"context": context} if context else {}),
                "api_version": api_version or API_VERSION,
                "created": self.now if created is None else created,
                "data": {key: value for key, value in data.items() if value is not None},
                "livemode": livemode,
                "pending_webhooks": 1,
                "request": dict(request or {"id": None, "idempotency_key": None}),
                "type": kind,
            }
            if store and obj is not None and can_be_kept(obj):
                self._store.put(obj, owner, livemode)
                if kind.endswith(".deleted") and kind != "customer.subscription.deleted":
                    self._store.remove(obj, owner, livemode)
            self.undelivered.append(event)
            return self.put(event, account=owner, livemode=livemode)

    def mark_delivered(self, event: Mapping[str, Any]) -> None:
        """Move an event from those that are not delivered to those that are; also if its thin event was delivered."""
        ids = {event.get("id"), event.get("snapshot_event")}
        with self._lock:
            delivered = [one for one in self.undelivered if one["id"] in ids]
            for one in delivered:
                owner = _owner_of(one)
                if known := self._store.get(key_of(one, owner, one["livemode"])):
                    self._store.put(known | {"pending_webhooks": 0}, owner, one["livemode"])
            self.delivered += delivered
            self.undelivered[:] = [one for one in self.undelivered if one["id"] not in ids]

    def objects_in(self, events: Iterable[Mapping[str, Any]]) -> dict[Key, Json]:
        """Return the current objects that events are about, each once.

        One that is deleted is a stub with ``deleted``.
        """
        found: dict[Key, Json] = {}
        with self._lock:
            for event in events:
                obj = event.get("data", {}).get("object")
                if obj and obj.get("id") and can_be_kept(obj):
                    key = key_of(obj, _owner_of(event), event["livemode"])
                    gone = {"object": obj["object"], "id": obj["id"], "deleted": True}
                    found[key] = listing.shown(self._store.get(key) or gone)
        return found

    def thin(self, event: Mapping[str, Any]) -> Json:
        """Return the thin event of the same occurrence as a snapshot event, as Stripe delivers it.

        The first call creates it; further calls return the same one.
        """
        facts: Json = {"livemode": event["livemode"], "created": event["created"], "snapshot_event": event["id"]}
        with self._lock:
            id_ = self._twins.setdefault(event["id"], new_id("evt"))
        context = event.get("context") or _owner_of(event) or None
        return self._thin_event(
            event["type"], event["data"].get("object"), **facts, id=id_, context=context, changes=changes_in(event)
        )

    def thin_event(self, kind: str, obj: Mapping[str, Any] | None = None, **facts: Any) -> Json:
        """Create a thin event, and return it as Stripe delivers it; the API also returns its ``changes`` and ``data``.

        The object that it references is not changed: `put` stores its current state.

        Args:
            kind: the event's type, e.g. ``v1.customer.subscription.active`` or ``v2.core.account.updated``.
            obj: the object; None if the event references none.
            facts: what is not as usual: ``id``, ``created`` in Unix seconds, ``livemode``, ``context``,
                ``snapshot_event``, ``changes``, ``data``.

        Raises:
            ValueError: the type is probably misspelt.
        """
        check_event_type(kind)
        with self._lock:
            made = self._thin_event(kind, obj, **facts)
            self.undelivered.append(made)
        return dict(made)

    def deliveries(self, event: Mapping[str, Any]) -> list[EndpointDelivery]:
        """Return what Stripe posts of a snapshot event: one delivery for each enabled endpoint that receives its type.

        Each is rendered in the API version of the endpoint, as far as the fake knows the shapes of that version, and
        signed with the endpoint's secret. A destination of thin events gets the event's twin.

        Args:
            event: an event as `event` returns it.
        """
        twin = self.thin(event)
        with self._lock:
            return list(deliveries_of(event, twin, self._store))

    def _thin_event(self, kind: str, obj: Mapping[str, Any] | None, **facts: Any) -> Json:
        with self._lock:
            usual = {"id": new_id("evt"), "created": self.now, "livemode": False}
            made = thin_event(kind, obj, **{**usual, **facts})
            self._store.put(made, _owner_of(facts), made["livemode"])
        return delivered(made)


def _owner_of(event: Mapping[str, Any]) -> str:
    """Return the connected account of an event, which is the last one of its context; ``""`` for the platform."""
    return event.get("account") or (event.get("context") or "").rsplit("/", maxsplit=1)[-1]
