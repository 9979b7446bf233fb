"""HTTP in, HTTP out.

POST is the only method; the body is one event, as Stripe sends it. Answers, in short plain text that says no more
than an unauthenticated sender may know:

=====  ==================================================================================================
200    recorded and processed; or queued; or a duplicate of a processed one; or of a type or mode that is skipped; or
       delivered in another API version, only to be compared (`pinax.stripe.inbox.compared`). To a question
       (`pinax.stripe.answers`), the answer as JSON
400    unreadable, not signed by a webhook secret, or contradicted by Stripe
404    no platform has the name in the URL
405    another method than POST
411    without a length, from a WSGI server that does not say where a chunked body ends
413    larger than ``PINAX_STRIPE_MAX_BODY_BYTES``
503    deliver it again: Stripe could not be asked, too many unsigned deliveries are verified, a step or a receiver
       failed or is not ready yet, or another process is processing the event
=====  ==================================================================================================
"""

from __future__ import annotations

import logging
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error as DatabaseError
from django.db import connections, transaction
from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pinax.stripe import answers, client, platforms
from pinax.stripe.conf import conf
from pinax.stripe.dispatch import dispatch, process_later
from pinax.stripe.exceptions import EventDeleted, SignatureMismatch, UnreadableDelivery
from pinax.stripe.inbox import compared
from pinax.stripe.inbox.deliveries import count_duplicate
from pinax.stripe.inbox.message import Outcome, open_delivery
from pinax.stripe.inbox.recording import record, store_signed
from pinax.stripe.inbox.rejections import rejection_of, store, unreadable
from pinax.stripe.inbox.transactions import refuse_open_transaction
from pinax.stripe.steps import Step, observed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from pinax.stripe.inbox.deliveries import Delivery
    from pinax.stripe.inbox.message import Message
    from pinax.stripe.models import RejectedDelivery
    from pinax.stripe.plain_json import Json

    ViewT = TypeVar("ViewT", bound=Callable[..., Any])

logger = logging.getLogger("pinax.stripe")

_STATUS: Final = MappingProxyType(
    {
        Outcome.PROCESSED: 200,
        Outcome.DUPLICATE: 200,
        Outcome.QUEUED: 200,
        Outcome.SKIPPED: 200,
        Outcome.REJECTED: 400,
        Outcome.RETRY: 503,
    }
)
_TEXT: Final = MappingProxyType(
    {200: "received", 400: "not accepted", 404: "not found", 411: "length required", 413: "too large", 503: "try again"}
)


class _NotReadError(Exception):
    """A body is not read; the message says why.

    Attributes:
        status: what the delivery is answered.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def never_atomic(view: ViewT) -> ViewT:
    """Keep ``ATOMIC_REQUESTS`` away, on every database: what was recorded stays, whatever happens after."""
    for alias in connections:
        view = transaction.non_atomic_requests(alias)(view)
    return view


@login_not_required
@csrf_exempt
@never_atomic
@require_POST
@client.no_retries()
def webhook(request: HttpRequest, platform: str = "") -> HttpResponse:
    """Receive one delivery of an event; Stripe's POSTs go here.

    Args:
        request: the POST.
        platform: the name of the platform in the URL; empty for the default one.
    """
    try:
        answer = _answer(request, platform)
    except EventDeleted:
        logger.warning("a delivery whose event was deleted or joined with another one meanwhile: 503")
        answer = 503
    except Exception:  # the one place where an error becomes an answer: Stripe delivers the event again
        logger.exception("a delivery that could not be recorded or processed: 503")
        answer = 503
    if isinstance(answer, int):
        return HttpResponse(f"{_TEXT[answer]}\n", status=answer, content_type="text/plain; charset=utf-8")
    # Source: https://docs.stripe.com/issuing/controls/real-time-authorizations#respond
    return JsonResponse(answer, headers={"Stripe-Version": client.api_version()})


def _answer(request: HttpRequest, platform: str) -> int | Json:
    """Return the status with which a delivery is answered, or the answer to its question."""
    if platform and platforms.find(platform) is None:
        logger.warning("a delivery to a platform that is not configured: 404 (%.100s)", platform)
        return 404
    try:
        body = _read(request, conf.MAX_BODY_BYTES)
        header = request.headers.get("Stripe-Signature", "")
        message = open_delivery(body, header, platform)
    except _NotReadError as error:
        logger.warning("a delivery that is not read: %d (%s)", error.status, error)
        return error.status
    except SignatureMismatch as error:
        _store(rejection_of(body, header, error, platform))
        return 400
    except UnreadableDelivery as error:
        if error.signed_by:
            _store(unreadable(body, error, platform), logging.ERROR)
        else:
            logger.warning("a delivery that is not accepted: 400 (%s)", error)
        return 400
    query: str = request.META.get("QUERY_STRING", "")
    return _taken(message, only_compared=query != "" and compared.is_marked(query))


@observed(Step.RECEIVE)
def _taken(message: Message, *, only_compared: bool) -> int | Json:
    """Record a delivery and process it, and return its status; if Stripe asks a question with it, the answer."""
    refuse_open_transaction()
    is_question = message.signed and answers.is_question(message.kind)
    if only_compared and not is_question and compared.keep_to_compare(message):
        return 200
    if not is_question and count_duplicate(message):
        return 200
    delivery = record(message)
    if is_question and delivery.outcome in {None, Outcome.DUPLICATE}:
        return _answered(delivery)
    outcome = dispatch(delivery)
    if outcome is Outcome.RETRY and delivery.event.synced_at and conf.ACKNOWLEDGE == "recorded":
        return 200  # receivers that failed are left to stripe_process
    return _STATUS[outcome]


def _answered(delivery: Delivery) -> Json:
    """Answer the question of an event, which is processed later: Stripe waits two seconds."""
    if not delivery.is_stored:
        store_signed(delivery)
    given = answers.answer(delivery.event, delivery.message.object)
    if delivery.outcome is None:
        process_later(delivery.event)
    return given


def _read(request: HttpRequest, limit: int) -> bytes:
    """Return the body; no more than ``limit`` bytes and one are ever read.

    Raises:
        _NotReadError: it is larger than that, or its length is unknown.
    """
    read = _chunks(request) if _is_chunked(request) else request.read
    try:
        body: bytes = read(limit + 1)
    except OSError:  # the sender hung up
        return b""
    if len(body) > limit:
        raise _NotReadError(413, f"more than {limit} bytes")
    return body


def _is_chunked(request: HttpRequest) -> bool:
    """Whether Django takes the body for empty: under WSGI it reads what ``Content-Length`` says, and chunks say none.

    Under ASGI, it has read the body to its end already.
    """
    coding = request.headers.get("Transfer-Encoding", "").lower()
    return isinstance(request, WSGIRequest) and "chunked" in coding and not request.environ.get("CONTENT_LENGTH")


def _chunks(request: HttpRequest) -> Callable[[int], bytes]:
    """Return the function that reads a chunked body, if the server ends it (``wsgi.input_terminated``).

    Raises:
        _NotReadError: it does not say so.
    """
    if not request.META.get("wsgi.input_terminated"):
        raise _NotReadError(411, "it is chunked, and this WSGI server does not end what an application reads")
    read: Callable[[int], bytes] = request.META["wsgi.input"].read
    return read


def _store(rejected: RejectedDelivery, level: int = logging.WARNING) -> None:
    """Keep a rejected delivery as evidence; if it cannot be kept, the answer is the same."""
    logger.log(level, "a delivery that is not accepted: 400 (%s)", rejected)
    try:
        store(rejected)
    except DatabaseError:
        logger.exception("a rejected delivery could not be kept")
