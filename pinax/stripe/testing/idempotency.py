"""Idempotency keys: a request that is sent again gets the first response, and is not carried out again.

Source: https://docs.stripe.com/api/idempotent_requests
"""

from dataclasses import dataclass, field

from pinax.stripe.testing import errors
from pinax.stripe.testing.exchange import Request
from pinax.stripe.testing.objects.shape import Json, plain

#: What has to be the same: method, path and body.
Content = tuple[str, str, bytes]


@dataclass(slots=True)
class IdempotencyKeys:
    """The keys that were used, with what was sent and answered: by account and API key."""

    _known: dict[tuple[str, str, str], tuple[Content, int, Json]] = field(default_factory=dict)

    def find(self, request: Request) -> tuple[int, Json] | None:
        """Return status and body of the first response to this key; None if there is none.

        Raises:
            ApiError: the key was used for another request.
        """
        known = self._known.get(_key(request)) if _is_idempotent(request) else None
        if known is None:
            return None
        content, status, body = known
        if content != _content(request):
            raise errors.same_key(request.idempotency_key)
        return status, body

    def keep(self, request: Request, status: int, body: Json) -> None:
        """Keep a response."""
        if _is_idempotent(request):
            self._known[_key(request)] = _content(request), status, plain(body)


def _is_idempotent(request: Request) -> bool:
    return request.method == "POST" and bool(request.idempotency_key) and request.livemode is not None


def _key(request: Request) -> tuple[str, str, str]:
    return request.key, request.account, request.idempotency_key


def _content(request: Request) -> Content:
    return request.method, request.path, request.body
