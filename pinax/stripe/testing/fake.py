"""Stripe in memory: what it holds, what happens there, and how it answers. No sockets."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from types import EllipsisType
from typing import Any

from pinax.stripe.testing import listing
from pinax.stripe.testing.api import API_VERSION, Api
from pinax.stripe.testing.exchange import Request, Response
from pinax.stripe.testing.faults import Fault
from pinax.stripe.testing.ids import new_id
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import Json, plain
from pinax.stripe.testing.store import Store, can_be_kept, key_of


class FakeStripe:
    """One Stripe for a test or a demo: a platform, its connected accounts, both modes, a clock.

    Any number of threads may use it at once.

    Args:
        test_key: the secret key of test mode.
        live_key: the secret key of live mode.
        organisation_keys: the test and the live key of an organisation that has the connected accounts as its members.
        account_id: the platform's own account.
        now: what the clock shows at first, in Unix seconds; the machine's time where none is given.
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
        #: The clock, in Unix seconds; it stands still until :meth:`advance` moves it.
        self.now = int(time.time()) if now is None else now
        #: What was asked, the oldest first.
        self.requests: list[Request] = []
        self.account_id = account_id
        self._modes = {test_key: False, live_key: True, organisation_keys[0]: False, organisation_keys[1]: True}
        self._organisation_keys = frozenset(organisation_keys)
        self._visible: set[str] = set()
        self._faults: list[Fault] = []
        self._store = Store()
        self._api = Api(self._store, account_id, self._visible)
        self._lock = threading.RLock()
        self.connect(account_id)

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        with self._lock:
            self.now += seconds

    def connect(self, account_id: str) -> None:
        """Let the keys see a connected account, which from now on exists in both modes."""
        with self._lock:
            self._visible.add(account_id)
            for livemode in (False, True):
                account = build("account", id=account_id, created=self.now)
                if self._store.get(key_of(account, "", livemode)) is None:
                    self._store.put(account, "", livemode)

    def disconnect(self, account_id: str) -> None:
        """Take a connected account out of the keys' sight, as one that has revoked the platform's access."""
        with self._lock:
            self._visible.discard(account_id)

    def put(self, obj: Mapping[str, Any], *, account: str = "", livemode: bool = False) -> Json:
        """Make ``obj`` the current state of that object, and return a copy of it.

        The members of its lists become current too. Every ``livemode`` in it says what ``livemode`` says.

        Raises:
            ValueError: it has no id, so the API could not be asked for it.
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

        What Stripe leaves a stub of is found as deleted, everything else is no longer found.
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
        """Let something happen, and return the event as Stripe delivers it.

        Args:
            kind: the event's type, e.g. ``invoice.paid``.
            obj: the object as it is now; None where the event carries none, as ``ping`` does. Its lists may be of any
                length: the event shows the first ten members, as Stripe's do, and the API has the rest.
            account: the connected account where it happens; the empty string for the platform itself.
            context: how an organisation's endpoint names the account: a member's events have this, and no ``account``.
            livemode: the mode in which it happens.
            id: the event's id.
            created: when it happens, in Unix seconds; now, where it is not given.
            api_version: the version that the event is rendered in.
            previous_attributes: what the changed keys of the object were before.
            store: False leaves the current state of the object alone, as an event that comes late does.
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
            return self.put(event, account=owner, livemode=livemode)

    def answering(  # noqa: PLR0913 - everything that can go wrong with an answer
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
        """Answer some of the next requests otherwise; what is left out stays as Stripe would say it.

        Used in a ``with`` statement, it ends with the block. Several are used up in their order.

        stripe-python tries again after some errors, with pauses of half a second and more. To save the time, an error
        says ``Stripe-Should-Retry: false`` as Stripe itself may, and a dropped connection breaks in the middle of the
        answer, after which stripe-python does not try again either. After a time-out it always does.

        Args:
            status: the HTTP status, an error having Stripe's body if ``body`` says nothing else;
                None drops the connection.
            body: bytes or text sent as they are, or anything else sent as JSON; with status 200.
            headers: further headers.
            path: the requests that it is for, as an fnmatch pattern, e.g. ``/v1/events/*``.
            times: for how many requests; None for all.
            delay: seconds until the answer, which is the one of the moment when it was asked for.
            retry: True leaves it to stripe-python whether it tries again: a connection is dropped before the answer,
                and an error says nothing about it.
        """
        fault = Fault(status, body, headers or {}, path, times, delay, retry)
        with self._lock:
            self._faults = [*(fault for fault in self._faults if fault.times != 0), fault]
        return fault

    def asked(self, path: str = "*") -> list[Request]:
        """Return the requests so far whose path matches an fnmatch pattern, the oldest first."""
        with self._lock:
            return [request for request in self.requests if fnmatchcase(request.path, path)]

    def answer(self, request: Request) -> Response:
        """Answer a request.

        Raises:
            ConnectionResetError: a test wants the connection to be dropped.
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
        time.sleep(fault.delay)
        return fault.applied_to(answer)
