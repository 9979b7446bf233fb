"""Spans and a histogram for OpenTelemetry, by its semantic conventions for messaging.

Needs the extra ``pinax-stripe[opentelemetry]``, and is off until the project calls `instrument`. No attribute has
personal data, the id of an account, the message of an exception, or the event type of a forged delivery.

Source: https://opentelemetry.io/docs/specs/semconv/messaging/
"""

from __future__ import annotations

from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pinax.stripe.conf import conf
from pinax.stripe.exceptions import NotYet
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.steps import Step, observe

try:
    from opentelemetry import metrics, trace
    from opentelemetry.trace import SpanKind, Status, StatusCode
except ModuleNotFoundError as error:
    if error.name != "opentelemetry":
        raise
    raise ImportError('OpenTelemetry is not installed: pip install "pinax-stripe[opentelemetry]"') from error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import Span, TracerProvider

    from pinax.stripe.inbox.deliveries import Delivery
    from pinax.stripe.inbox.message import Message, Outcome

#: The name of the instrumentation, by which it can be configured.
NAME: Final = "pinax.stripe"
#: The destination of an event whose type is not declared and not confirmed: anyone could choose it.
OTHER: Final = "_OTHER"
#: The bounds of the histogram's buckets that the conventions recommend, in seconds.
BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)

_STRIPE: Final = "https://api.stripe.com"
_SERVER_ERROR: Final = 500


def instrument(*, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None) -> None:
    """Make spans and metrics of what this process does with events; a second call replaces the first.

    Args:
        tracer_provider: where spans go; None: to the global provider.
        meter_provider: where metrics go; None: to the global provider.
    """
    tracer = trace.get_tracer(NAME, tracer_provider=tracer_provider)
    observe(_Telemetry(tracer, metrics.get_meter(NAME, meter_provider=meter_provider)))


def uninstrument() -> None:
    """Stop making spans and metrics."""
    observe(None)


class _Telemetry:
    """Makes the spans and the metric."""

    def __init__(self, tracer: trace.Tracer, meter: metrics.Meter) -> None:
        self.tracer = tracer
        self.duration = meter.create_histogram(
            "messaging.process.duration",
            unit="s",
            description="Duration of processing operation.",
            explicit_bucket_boundaries_advisory=BOUNDS,
        )
        self.steps: dict[Step, Callable[..., Any]] = {
            Step.RECEIVE: self.receive,
            Step.PROCESS: self.process,
            Step.RECEIVER: self.receiver,
            Step.REQUEST: self.request,
        }

    def __call__(self, step: Step, function: Callable[[], Any], args: tuple[Any, ...]) -> Any:
        return self.steps[step](function, *args)

    def receive(self, function: Callable[[], Any], message: Message) -> Any:
        """Make the span of a delivery."""
        named = _operation("receive", message.kind)
        facts = {**named, **_message(message)}
        with self._span(_title(named), SpanKind.CLIENT, facts) as span:
            answer = function()
            if isinstance(answer, int) and answer >= _SERVER_ERROR:
                _fail(span, str(answer))
            return answer

    def process(self, function: Callable[[], Outcome], delivery: Delivery) -> Outcome:
        """Make the span of an attempt, and record its duration."""
        event, started = delivery.event, perf_counter()
        named = _operation("process", event.kind, confirmed=event.valid)
        result: dict[str, str] = {}
        try:
            with self._span(_title(named), SpanKind.CONSUMER, {**named, **_message(delivery.message)}) as span:
                try:
                    outcome = function()
                except BaseException as error:
                    result["error.type"] = _type(error)
                    raise
                if event.valid:  # now Stripe has said which type it is
                    named = _operation("process", event.kind, confirmed=True)
                    span.update_name(_title(named))
                result["pinax_stripe.outcome"] = outcome.value
                if delivery.failures:
                    failure = delivery.failures[0]
                    result["error.type"] = _type(failure.__cause__ or failure)
                    span.set_attribute("pinax_stripe.stage", str(failure.stage))
                    _fail(span, result["error.type"])
                span.set_attributes({**named, **result, "pinax_stripe.attempts": event.attempts})
                return outcome
        finally:
            self.duration.record(perf_counter() - started, {**named, **result})

    def receiver(self, function: Callable[[], Any], name: str, *_args: object) -> Any:
        """Make the span of a receiver's call."""
        with self._span(f"receiver {name}", SpanKind.INTERNAL, {"pinax_stripe.receiver": name}):
            return function()

    def request(self, function: Callable[[], Any], call: Any, *_args: object) -> Any:
        """Make the span of a request to Stripe; ids in its path are left out."""
        method, path, server = call.method.upper(), call.path.partition("?")[0], urlsplit(conf.API_BASE or _STRIPE)
        facts = {"http.request.method": method, "url.template": path, "server.address": server.hostname or ""}
        facts |= {"server.port": server.port} if server.port else {}
        with self._span(f"{method} {path}", SpanKind.CLIENT, facts) as span:
            try:
                return function()
            except BaseException as error:
                status = getattr(error, "status", None)
                if isinstance(status, int):
                    span.set_attribute("http.response.status_code", status)
                raise

    @contextmanager
    def _span(self, name: str, kind: SpanKind, facts: dict[str, Any]) -> Iterator[Span]:
        """Make a span; of an exception, only the type is kept: its message may quote a customer."""
        with self.tracer.start_as_current_span(
            name, kind=kind, attributes=facts, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                cause = error.__cause__ or error
                if not isinstance(cause, NotYet):
                    _fail(span, _type(cause))
                raise


def _operation(name: str, kind: str, *, confirmed: bool | None = None) -> dict[str, str]:
    """Return the attributes that spans and the metric share; the destination is the event type."""
    return {
        "messaging.system": "stripe",
        "messaging.operation.name": name,
        "messaging.operation.type": name,
        "messaging.destination.name": kind if confirmed or kind in WEBHOOK_SIGNALS else OTHER,
    }


def _title(named: dict[str, str]) -> str:
    return f"{named['messaging.operation.name']} {named['messaging.destination.name']}"


def _message(message: Message) -> dict[str, Any]:
    """Return the attributes of a message, for spans only."""
    facts = {"messaging.message.id": message.id, "pinax_stripe.livemode": message.livemode}
    return facts | ({"messaging.message.body.size": message.size} if message.size is not None else {})


def _fail(span: Span, what: str) -> None:
    span.set_status(Status(StatusCode.ERROR))
    span.set_attribute("error.type", what)


def _type(error: BaseException) -> str:
    """Return the dotted path of an exception's class, without that of a builtin."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
