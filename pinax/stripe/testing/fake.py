"""Stripe in memory, without sockets: its objects, its events and its responses."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from pinax.stripe.event_json import changes_in
from pinax.stripe.testing import listing
from pinax.stripe.testing.api import API_VERSION, Api
from pinax.stripe.testing.exchange import Request, Response
from pinax.stripe.testing.faults import Fault
from pinax.stripe.testing.ids import new_id
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import Json, plain
from pinax.stripe.testing.store import Key, Store, can_be_kept, key_of
from pinax.stripe.testing.thin import delivered, thin_event

if TYPE_CHECKING:
    from pinax.stripe.testing.http_client import FakeHTTPClient


class FakeStripe:
    """A fake Stripe for a test or a demo: a platform, its connected accounts, both modes, a clock.

    It is thread-safe.

    Args:
        test_key: the secret key of test mode.
        live_key: the secret key of live mode.
        organisation_keys: the test and the live key of an organisation with the connected accounts as its members.
        account_id: the platform's own account.
        now: the initial time of the clock, in Unix seconds; the current time if it is None.
    """

    def __init__(
        self,
        *,
        test_key: str = "sk_test_fake",
        live_key: str = "sk_live_fake",
        organisation_keys: tuple[str, str] = ("sk_org_test_fake", "sk_org_live_fake"),
        account_id: str = "acct_fake",
        now: int | None = None,
    ) -> None:
        #: The clock, in Unix seconds; only :meth:`advance` moves it.
        self.now = int(time.time()) if now is None else now
        #: The requests so far, the oldest first.
        self.requests: list[Request] = []
        #: The events that `Deliver` has not delivered yet, the oldest first.
        self.undelivered: list[Json] = []
        #: The events that it has delivered.
        self.delivered: list[Json] = []
        self.account_id = account_id
        self.test_key = test_key
        self._modes = {test_key: False, live_key: True, organisation_keys[0]: False, organisation_keys[1]: True}
        self._organisation_keys = frozenset(organisation_keys)
        self._visible: set[str] = set()
        self._faults: list[Fault] = []
        self._store = Store()
        self._twins: dict[str, str] = {}
        self._api = Api(self._store, account_id, self._visible)
        self._lock = threading.RLock()
        self.connect(account_id)

    def advance(self, seconds: int) -> None:
        """Move the clock forward."""
        with self._lock:
            self.now += seconds

    def connect(self, account_id: str) -> None:
        """Connect an account: it exists in both modes, and the keys have access to it."""
        with self._lock:
            self._visible.add(account_id)
            for livemode in (False, True):
                account = build("account", id=account_id, created=self.now)
                if self._store.get(key_of(account, "", livemode)) is None:
                    self._store.put(account, "", livemode)

    def disconnect(self, account_id: str) -> None:
        """Disconnect an account: the keys no longer have access to it, as if the account had revoked it."""
        with self._lock:
            self._visible.discard(account_id)

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
        gone = {"object": obj, "id": object_id} if isinstance(obj, str) else obj
        with self._lock:
            self._store.remove(gone, account, livemode)

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
            api_version: the version that the event is rendered in.
            previous_attributes: what the changed keys of the object were before.
            store: False leaves the current state of the object unchanged, as a late event does.
        """
        owner = account or context.rsplit("/", maxsplit=1)[-1]
        with self._lock:
            carried = listing.shown(obj) if obj is not None else None
            data = {"object": carried, "previous_attributes": previous_attributes}
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
                "request": {"id": None, "idempotency_key": None},
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
            self.delivered += [one for one in self.undelivered if one["id"] in ids]
            self.undelivered[:] = [one for one in self.undelivered if one["id"] not in ids]

    def objects_in(self, events: Iterable[Mapping[str, Any]]) -> list[tuple[Json, str, bool]]:
        """Return the current objects that events are about, each once, with its account and mode.

        One that is deleted is a stub with ``deleted``.
        """
        found: dict[Key, Json] = {}
        with self._lock:
            for event in events:
                obj = event.get("data", {}).get("object")
                if obj and obj.get("id") and can_be_kept(obj):
                    owner = event.get("account") or event.get("context", "").rsplit("/", maxsplit=1)[-1]
                    key = key_of(obj, owner, event["livemode"])
                    gone = {"object": obj["object"], "id": obj["id"], "deleted": True}
                    found[key] = listing.shown(self._store.get(key) or gone)
        return [(obj, key[0], key[1]) for key, obj in found.items()]

    def thin(self, event: Mapping[str, Any]) -> Json:
        """Return the thin event of the same occurrence as a snapshot event, as Stripe delivers it.

        The first call creates it; further calls return the same one.
        """
        account = event.get("account") or event.get("context", "").rsplit("/", maxsplit=1)[-1]
        facts: Json = {"livemode": event["livemode"], "created": event["created"], "snapshot_event": event["id"]}
        with self._lock:
            id_ = self._twins.setdefault(event["id"], new_id("evt"))
        context = event.get("context") or account or None
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
        """
        with self._lock:
            made = self._thin_event(kind, obj, **facts)
            self.undelivered.append(made)
        return dict(made)

    def _thin_event(self, kind: str, obj: Mapping[str, Any] | None, **facts: Any) -> Json:
        with self._lock:
            usual = {"id": new_id("evt"), "created": self.now, "livemode": False}
            made = thin_event(kind, obj, **{**usual, **facts})
            account = str(facts.get("context") or "").rsplit("/", maxsplit=1)[-1]
            self._store.put(made, account, made["livemode"])
        return delivered(made)

    def answering(  # noqa: PLR0913 - everything that can go wrong with a response
        self,
        status: int | EllipsisType | None = ...,
        body: Any = ...,
        headers: Mapping[str, str] | None = None,
        *,
        path: str = "*",
        times: int | None = None,
        delay: float = 0.0,
        retry: bool = False,
    ) -> Fault:
        """Change some of the next responses; what is not given stays as it would be.

        As a context manager, it ends with the block. Several are used in the order in which they were added.

        stripe-python retries after some errors, with pauses of half a second or more. To save this time, errors have
        the header ``Stripe-Should-Retry: false``, as Stripe's may, and a dropped connection breaks in the middle of the
        response, after which stripe-python does not retry either. It always retries after a timeout.

        Args:
            status: the HTTP status; an error has Stripe's body if ``body`` is not given. None drops the connection.
            body: bytes or text, or anything else to be sent as JSON; the status is 200 if ``status`` is not given.
            headers: additional headers.
            path: the paths of the requests, as an fnmatch pattern, e.g. ``/v1/events/*``.
            times: the number of requests; None for all.
            delay: seconds until the response, which has the state at the time of the request.
            retry: True lets stripe-python decide on retries: a connection is dropped before the response, and errors
                have no ``Stripe-Should-Retry`` header.
        """
        fault = Fault(status, body, headers or {}, path, times, delay, retry)
        with self._lock:
            self._faults = [*(fault for fault in self._faults if fault.times != 0), fault]
        return fault

    def asked(self, path: str = "*") -> list[Request]:
        """Return the requests so far with a path that matches an fnmatch pattern, the oldest first."""
        with self._lock:
            return [request for request in self.requests if fnmatchcase(request.path, path)]

    def http_client(self, timeout: tuple[float, float] | float = 80) -> "FakeHTTPClient":
        """Return an HTTP client for stripe-python, which asks this fake without a socket.

        ``stripe.StripeClient("sk_test_fake", http_client=fake.http_client())``; `in_process` uses it everywhere.

        Args:
            timeout: for a response, in seconds; the second one of two is for reading.
        """
        from pinax.stripe.testing.http_client import FakeHTTPClient  # a server of the fake needs no stripe-python

        return FakeHTTPClient(self, timeout[1] if isinstance(timeout, tuple) else timeout)

    def accept(self, key: str) -> None:
        """Accept another API key, of the mode that it names: ``rk_live_…`` of live mode."""
        with self._lock:
            self._modes.setdefault(key, "_live_" in key)
            if key.startswith("sk_org"):
                self._organisation_keys |= {key}

    def answer(self, request: Request, timeout: float | None = None) -> Response:
        """Respond to a request.

        Args:
            request: the request.
            timeout: for how many seconds the client waits; None if it looks after that itself.

        Raises:
            ConnectionResetError: a test has scripted a dropped connection.
            TimeoutError: a test has scripted a delay that is longer than ``timeout``.
        """
        with self._lock:
            of_organisation = request.key in self._organisation_keys
            mode = self._modes.get(request.key)
            request = replace(request, at=self.now, livemode=mode, of_organisation=of_organisation)
            self.requests.append(request)
            answer = self._api.answer(request)
            fault = next((fault for fault in self._faults if fault.takes(request.path)), None)
        if fault is None:
            return answer
        if timeout is not None and fault.delay > timeout:
            time.sleep(timeout)
            raise TimeoutError("the fake Stripe was told not to answer in time")
        time.sleep(fault.delay)
        return fault.applied_to(answer)
