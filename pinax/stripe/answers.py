"""Answer the events with which Stripe asks a question: the answer is in the response to the delivery.

::

    from pinax.stripe.answers import answers


    @answers("issuing_authorization.request", default={"approved": False})
    def approve(data, event, **kwargs):
        return {"approved": data["pending_request"]["amount"] <= 10_000}

Only deliveries that a webhook secret has signed are answered. The event is recorded first, with the answer; it is
verified, synced and signalled afterwards, by the dispatcher or ``stripe_process``, because Stripe waits two seconds.

Source: https://docs.stripe.com/issuing/controls/real-time-authorizations
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from django.db import connections

from pinax.stripe.exceptions import ReceiverClash
from pinax.stripe.signals import WEBHOOK_SIGNALS, event_type_of, unknown_event_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.models import Event
    from pinax.stripe.plain_json import Json

__all__ = ["answers", "is_question", "override"]

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

logger = logging.getLogger("pinax.stripe")


class _Answerer(NamedTuple):
    function: Callable[..., Any]
    default: Json
    within: float


_answerers: Final[dict[str, _Answerer]] = {}


def answers(kind: str, *, default: Json, within: float = 1.5) -> Callable[[FunctionT], FunctionT]:
    """Let the decorated function answer events of a type: ``function(data, event, **kwargs)`` returns the JSON.

    ``data`` is the object in the delivery, which its signature confirms. ``event`` is the event's row, which is not
    processed yet. The function runs in a thread and outside any transaction. If it raises an error, returns no
    dictionary, or is late, the default is sent, and the error is logged.

    Args:
        kind: the event type, e.g. ``"issuing_authorization.request"``.
        default: the answer if there is no other.
        within: for how many seconds the function is waited for.

    Raises:
        UnknownEventType: no event type has that name; the message names the most similar one.
        ReceiverClash: another function answers this type.
        TypeError: the default is not a dictionary that JSON can express.
    """
    if kind not in WEBHOOK_SIGNALS:
        raise unknown_event_type(kind)
    if _as_json(default) is None:
        raise TypeError(f"default={default!r} is not a dictionary that JSON can express")
    name = event_type_of(kind)

    def connect(function: FunctionT) -> FunctionT:
        known = _answerers.get(name)
        if known and known.function is not function:
            path = f"{known.function.__module__}.{known.function.__qualname__}"
            raise ReceiverClash(f"{path} answers {name} already: only one function can")
        _answerers[name] = _Answerer(function, deepcopy(default), within)
        return function

    return connect


def is_question(kind: str) -> bool:
    """Whether a function answers events of this type."""
    return kind in _answerers


def kinds() -> list[str]:
    """Return the event types that a function answers."""
    return sorted(_answerers)


def answer(event: Event, data: Json) -> Json:
    """Return the answer to an event, and store it: the one that was given before, if there is one.

    Nothing is stored with an event that is pruned.

    Args:
        event: the event; a function answers its type.
        data: the object in the delivery.
    """
    if event.pruned_at:
        return _asked(event, data)
    if event.answer is None:
        event.transition({"answer": _asked(event, data)}, answer__isnull=True)
    given: Json = event.answer if event.answer is not None else _stored(event)
    return given


def _stored(event: Event) -> Json:
    """Return the answer that another delivery of the event was given meanwhile."""
    event.refresh_from_db()
    given: Json = event.answer or {}
    return given


def _asked(event: Event, data: Json) -> Json:
    answerer, name = _answerers[event.kind], event.stripe_id
    try:
        given = _in_thread(answerer, event, deepcopy(data)).result(answerer.within)
    except TooLate:
        logger.error("%s: no answer within %s seconds, so the default is sent", name, answerer.within)  # noqa: TRY400  (where it waited says nothing)
    except Exception:
        logger.exception("%s: the answer failed, so the default is sent", name)
    else:
        found = _as_json(given)
        if found is not None:
            return found
        logger.error("%s: the answer is not a dictionary that JSON can express, so the default is sent", name)
    return deepcopy(answerer.default)


def _in_thread(answerer: _Answerer, event: Event, data: Json) -> Future[Any]:
    """Call the function in a thread of its own: one that hangs holds up nothing else."""
    future: Future[Any] = Future()

    def call() -> None:
        try:
            future.set_result(answerer.function(data=data, event=event))
        except BaseException as error:  # noqa: BLE001  (raised where the result is waited for)
            future.set_exception(error)
        finally:
            connections.close_all()

    threading.Thread(target=call, name=f"answer to {event.stripe_id}", daemon=True).start()
    return future


def _as_json(value: Any) -> Json | None:
    """Return a dictionary as plain JSON, or None."""
    try:
        plain = json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        return None
    return plain if isinstance(value, dict) else None


@contextmanager
def override() -> Iterator[None]:
    """Restore the functions at the end of the block; for tests."""
    before = dict(_answerers)
    try:
        yield
    finally:
        _answerers.clear()
        _answerers.update(before)
