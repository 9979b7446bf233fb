"""Scripted responses: errors, invalid content, delays, dropped connections."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from http import HTTPStatus
from types import EllipsisType
from typing import Any, Self

from pinax.stripe.testing import errors
from pinax.stripe.testing.exchange import Request, Response, encoded


@dataclass(slots=True)
class Fault:
    """The scripted response to some of the next requests; see :meth:`FakeStripe.answering`.

    As a context manager, it ends with the block.
    """

    status: int | EllipsisType | None = ...
    body: Any = ...
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = "*"
    operation: str = "*"
    times: int | None = None
    delay: float = 0.0
    retry: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.end()

    def end(self) -> None:
        """Stop: the next requests are answered normally."""
        self.times = 0

    def takes(self, request: Request) -> bool:
        """Whether it applies to a request; if it does, the request is counted."""
        if self.times == 0 or not fnmatchcase(request.path, self.path):
            return False
        if self.operation != "*" and not fnmatchcase(request.operation, self.operation):
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def prevents(self, request: Request) -> bool:
        """Whether a request is not carried out: one that writes, if the response says that it failed, or what is there.

        If the connection is dropped, it is carried out.
        """
        fails = isinstance(self.status, int) and self.status >= HTTPStatus.BAD_REQUEST
        return request.method != "GET" and (fails or self.body is not ...)

    def applied_to(self, answer: Response) -> Response:
        """Return the response to send instead of ``answer``.

        Raises:
            ConnectionResetError: the connection is dropped before a response.
        """
        if self.status is None:
            if self.retry:
                raise ConnectionResetError("the fake Stripe was told to drop the connection")
            return replace(answer, broken_off=True)
        status, body = self._status_over(answer), self._body_over(answer)
        headers = {**answer.headers, **self.headers}
        if status >= HTTPStatus.BAD_REQUEST and not self.retry:
            headers.setdefault("Stripe-Should-Retry", "false")
        return replace(answer, status=status, body=body, headers=headers)

    def _status_over(self, answer: Response) -> int:
        if isinstance(self.status, int):
            return self.status
        return answer.status if self.body is ... else 200

    def _body_over(self, answer: Response) -> bytes:
        if self.body is not ...:
            return encoded(self.body)
        if isinstance(self.status, int) and self.status >= HTTPStatus.BAD_REQUEST:
            return encoded(errors.scripted(self.status).body)
        return answer.body
