"""Stripe in memory, without sockets: its objects, its events and its responses."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from pinax.stripe.testing import errors
from pinax.stripe.testing.api import Api
from pinax.stripe.testing.exchange import Request, Response
from pinax.stripe.testing.faults import Fault
from pinax.stripe.testing.histories import Histories
from pinax.stripe.testing.idempotency import IdempotencyKeys
from pinax.stripe.testing.ids import new_id
from pinax.stripe.testing.operation_names import check_operation
from pinax.stripe.testing.typos import check_error_code

if TYPE_CHECKING:
    from pinax.stripe.testing.http_client import FakeHTTPClient


class FakeStripe(Histories):
    """A fake Stripe for a test or a demo: a platform, its connected accounts, both modes, a clock.

    It is thread-safe.

    Args:
        test_key: the secret key of test mode.
        live_key: the secret key of live mode.
        organisation_keys: the test and the live key of an organisation with the connected accounts as its members.
        account_id: the platform's own account.
        now: the initial time of the clock, in Unix seconds; the current time if it is None.
        retry_days: after how many days a failed payment of a subscription is tried again, each time after the last one.
        after_retries: the status of the subscription after the last retry: canceled, unpaid or past_due.
    """

    def __init__(  # noqa: PLR0913 - what a test may choose
        self,
        *,
        test_key: str = "sk_test_fake",
        live_key: str = "sk_live_fake",
        organisation_keys: tuple[str, str] = ("sk_org_test_fake", "sk_org_live_fake"),
        account_id: str = "acct_fake",
        now: int | None = None,
        retry_days: Sequence[int] = (3, 5, 7),
        after_retries: str = "canceled",
    ) -> None:
        super().__init__(account_id, now, retry_days, after_retries)
        #: The requests so far, the oldest first.
        self.requests: list[Request] = []
        self.test_key = test_key
        self._modes = {test_key: False, live_key: True, organisation_keys[0]: False, organisation_keys[1]: True}
        self._organisation_keys = frozenset(organisation_keys)
        self._faults: list[Fault] = []
        self._api = Api(self._store, account_id, self._visible, self._data_for, IdempotencyKeys())

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
        return self._add(Fault(status, body, headers or {}, path, "*", times, delay, retry))

    def scripted(
        self, operation: str, answer: Any = ..., *, error: str = "", times: int | None = 1, **details: Any
    ) -> Fault:
        """Script the response of an operation: an answer, or an error in Stripe's form. Nothing is created or changed.

        As a context manager, it ends with the block.

        Args:
            operation: as stripe-python calls it, or an fnmatch pattern: ``refunds.create``, ``subscriptions.*``.
            answer: the object in the response.
            error: the code of the error: ``card_declined``, ``rate_limit``, ``resource_missing``, …
            times: the number of requests; None for all.
            details: other keys of the error: ``decline_code``, ``message``, ``param``; ``status`` is that of HTTP, and
                allows a code that the fake does not know.

        Raises:
            ValueError: neither an answer nor an error is given, or both; or there is no such operation or code.
        """
        check_operation(operation)
        if (answer is ...) is not bool(error):
            raise ValueError(f"{operation}: script either an answer or an error")
        if not error:
            return self._add(Fault(200, answer, operation=operation, times=times))
        if "status" not in details:
            check_error_code(error)
        failure = errors.of_code(error, **details)
        return self._add(Fault(failure.status, failure.body, operation=operation, times=times))

    def _add(self, fault: Fault) -> Fault:
        with self._lock:
            self._faults = [*(known for known in self._faults if known.times != 0), fault]
        return fault

    def calls(self, operation: str = "*") -> list[Request]:
        """Return the requests so far for an operation, the oldest first; their `params` are what was sent.

        Args:
            operation: as stripe-python calls it, or an fnmatch pattern: ``customers.create``, ``invoices.*``.

        Raises:
            ValueError: stripe-python has no such operation.
        """
        check_operation(operation)
        with self._lock:
            return [request for request in self.requests if fnmatchcase(request.operation, operation)]

    def knows(self, key: str) -> bool:
        """Whether an API key is one of this fake's."""
        return key in self._modes

    def asked(self, path: str = "*") -> list[Request]:
        """Return the requests so far with a path that matches an fnmatch pattern, the oldest first."""
        with self._lock:
            return [request for request in self.requests if fnmatchcase(request.path, path)]

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
            request = replace(request, at=self.now, livemode=mode, of_organisation=of_organisation, id=new_id("req"))
            self.requests.append(request)
            fault = next((fault for fault in self._faults if fault.takes(request)), None)
            answer = self._api.answer(request, carry_out=not (fault and fault.prevents(request)))
        if fault is None:
            return answer
        if timeout is not None and fault.delay > timeout:
            time.sleep(timeout)
            raise TimeoutError("the fake Stripe was told not to answer in time")
        time.sleep(fault.delay)
        return fault.applied_to(answer)
