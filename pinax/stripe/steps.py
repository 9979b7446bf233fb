"""The steps of processing that an observer can watch; without an observer, a step costs one more function call.

`pinax.stripe.opentelemetry` is an observer: it makes a span of each step.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

ParamsT = ParamSpec("ParamsT")
ReturnT = TypeVar("ReturnT")

#: Called in place of a step's function, with the step, the function without parameters, and the function's arguments by
#: position; it returns what the function returns, and lets its exceptions pass.
Observer = Callable[["Step", Callable[[], Any], tuple[Any, ...]], Any]


class Step(Enum):
    """A step, and the arguments and results of its function."""

    #: Receiving a delivery: the `Message`; the HTTP status, the answer to a question, or the `Outcome`.
    RECEIVE = "receive"
    #: An attempt to process an event: its `Delivery`; the `Outcome`.
    PROCESS = "process"
    #: The call of a receiver: its identity and the receiver; None.
    RECEIVER = "receiver"
    #: A request to Stripe: the call, with ``method`` and ``path``, and the scope; the answer.
    REQUEST = "request"


_observer: Observer | None = None


def observe(observer: Observer | None) -> None:
    """Let an observer watch all steps of this process, in place of the one before; None: no observer."""
    global _observer  # noqa: PLW0603  (the fastest test of whether there is one)
    _observer = observer


def observed(step: Step) -> Callable[[Callable[ParamsT, ReturnT]], Callable[ParamsT, ReturnT]]:
    """Return the decorator of a function that is a step."""

    def decorate(function: Callable[ParamsT, ReturnT]) -> Callable[ParamsT, ReturnT]:
        @wraps(function)
        def watched(*args: ParamsT.args, **options: ParamsT.kwargs) -> ReturnT:
            if _observer is None:
                return function(*args, **options)
            returned: ReturnT = _observer(step, lambda: function(*args, **options), args)
            return returned

        return watched

    return decorate
