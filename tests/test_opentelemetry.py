"""Spans and the histogram, as opentelemetry-sdk exports them."""

import json
import subprocess
import sys

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from pinax.stripe import clouds
from pinax.stripe.exceptions import NotProcessed, NotYet
from pinax.stripe.models import Event
from pinax.stripe.opentelemetry import BOUNDS, instrument, uninstrument
from pinax.stripe.operations.retry import process_due
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event
from pinax.stripe.testing import build
from tests.tracing import traced

pytestmark = pytest.mark.django_db


@pytest.fixture
def exporter():
    """The exporter of spans, while the app is instrumented."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrument(tracer_provider=provider, meter_provider=MeterProvider())
    yield exporter
    uninstrument()
    provider.shutdown()


@pytest.fixture
def spans(exporter):
    """The spans that have ended, by name."""
    return lambda: {span.name: span for span in exporter.get_finished_spans()}


@pytest.fixture
def durations():
    """The points of the histogram, while the app is instrumented."""
    reader = InMemoryMetricReader()
    provider = MeterProvider(metric_readers=[reader])
    instrument(tracer_provider=TracerProvider(), meter_provider=provider)

    def durations():
        found = [
            metric
            for resource in reader.get_metrics_data().resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        ]
        assert [(metric.name, metric.unit) for metric in found] == [("messaging.process.duration", "s")]
        return list(found[0].data.data_points)

    yield durations
    uninstrument()
    provider.shutdown()


def thank(**kwargs):
    """A receiver."""


def ship(**kwargs):
    raise ValueError("nobody is called Ada Lovelace")


def wait(**kwargs):
    raise NotYet("no box for Ada Lovelace")


def parent_of(span, spans):
    return next((name for name, other in spans.items() if span.parent and other.context == span.parent), None)


@pytest.mark.loopback
def test_a_delivery_is_a_tree_of_spans(stripe, post_event, connect, spans):
    connect(WEBHOOK_SIGNALS["customer.created"], thank)
    body = json.dumps(stripe.event("customer.created", build("customer")))

    assert post_event(body).status_code == 200

    found, receiver = spans(), f"receiver {__name__}.thank"
    assert {name: (parent_of(span, found), span.kind) for name, span in found.items()} == {
        "receive customer.created": (None, SpanKind.CLIENT),
        "process customer.created": ("receive customer.created", SpanKind.CONSUMER),
        "GET /v1/events/{id}": ("process customer.created", SpanKind.CLIENT),
        receiver: ("process customer.created", SpanKind.INTERNAL),
    }
    message = {"messaging.message.id": Event.objects.get().stripe_id, "messaging.message.body.size": len(body)}
    of_stripe = {"messaging.system": "stripe", "messaging.destination.name": "customer.created"}
    assert dict(found["receive customer.created"].attributes) == {
        **message,
        **of_stripe,
        "messaging.operation.name": "receive",
        "messaging.operation.type": "receive",
        "pinax_stripe.livemode": False,
    }
    assert dict(found["process customer.created"].attributes) == {
        **message,
        **of_stripe,
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "pinax_stripe.livemode": False,
        "pinax_stripe.attempts": 1,
        "pinax_stripe.outcome": "processed",
    }
    assert dict(found[receiver].attributes) == {"pinax_stripe.receiver": f"{__name__}.thank"}
    request = dict(found["GET /v1/events/{id}"].attributes)
    assert (request["http.request.method"], request["url.template"]) == ("GET", "/v1/events/{id}")
    assert request["server.address"] == "127.0.0.1"
    assert {span.status.status_code for span in found.values()} == {StatusCode.UNSET}


def test_a_failed_receiver_is_an_error_of_its_span_and_of_the_attempt(stripe, post_event, connect, spans):
    for receiver in (ship, thank):
        connect(WEBHOOK_SIGNALS["customer.created"], receiver)

    assert post_event(stripe.event("customer.created", build("customer"))).status_code == 503

    found = spans()
    errors = {name: dict(span.attributes)["error.type"] for name, span in found.items() if not span.status.is_unset}
    assert errors == {
        f"receiver {__name__}.ship": "ValueError",
        "process customer.created": "ValueError",
        "receive customer.created": "503",
    }
    attempt = dict(found["process customer.created"].attributes)
    assert (attempt["pinax_stripe.outcome"], attempt["pinax_stripe.stage"]) == ("to be tried again", "receiver")


def test_a_receiver_that_waits_is_not_an_error(stripe, post_event, connect, spans):
    connect(WEBHOOK_SIGNALS["customer.created"], wait)

    post_event(stripe.event("customer.created", build("customer")))

    found = spans()
    assert found[f"receiver {__name__}.wait"].status.is_unset
    assert found["process customer.created"].status.is_unset
    assert found["process customer.created"].attributes["pinax_stripe.outcome"] == "to be tried again"


def test_a_request_that_fails_has_its_status(stripe, post_event, spans):
    with stripe.answering(500):
        assert post_event(stripe.event("customer.created", build("customer"))).status_code == 503

    request = spans()["GET /v1/events/{id}"]
    assert request.attributes["http.response.status_code"] == 500
    assert request.attributes["error.type"] == "pinax.stripe.exceptions.StripeUnreachable"
    assert not request.status.is_unset


def test_nothing_about_a_person_and_no_message_of_an_exception_is_exported(stripe, post_event, connect, exporter):
    for receiver in (ship, wait):
        connect(any_event, receiver)
    stripe.connect("acct_secret")
    ada = build("customer", id="cus_ada", name="Ada Lovelace", email="ada@example.com")

    post_event(stripe.event("customer.created", ada, account="acct_secret"))
    earlier = stripe.now - 60
    post_event(
        stripe.event("customer.updated", ada, account="acct_secret", created=earlier)
    )  # late: the customer is fetched

    said = "".join(span.to_json() for span in exporter.get_finished_spans())
    assert "GET /v1/customers/{id}" in said
    for word in ("Ada", "Lovelace", "ada@", "cus_ada", "acct_secret", "nobody", "sk_test"):
        assert word not in said


def test_a_forged_delivery_chooses_no_label(stripe, post_event, durations):
    forged = stripe.event("customer.created", build("customer"), store=False) | {"type": "chosen.by.somebody"}

    assert post_event(forged).status_code == 400

    (point,) = durations()
    assert point.attributes["messaging.destination.name"] == "_OTHER"
    assert point.attributes["pinax_stripe.outcome"] == "rejected"


def test_a_forged_delivery_chooses_no_name_of_a_span(stripe, post_event, spans, exporter):
    post_event(stripe.event("customer.created", build("customer"), store=False) | {"type": "chosen.by.somebody"})

    assert set(spans()) == {"receive _OTHER", "process _OTHER", "GET /v1/events/{id}"}
    assert "chosen" not in "".join(span.to_json() for span in exporter.get_finished_spans())


def test_a_type_that_stripe_confirms_is_a_name_although_nobody_has_declared_it(stripe, post_event, spans):
    post_event(stripe.event("brand.new", build("customer")))

    assert set(spans()) == {"receive _OTHER", "process brand.new", "GET /v1/events/{id}"}
    assert spans()["process brand.new"].attributes["messaging.destination.name"] == "brand.new"


def test_the_duration_of_each_attempt_is_in_the_histogram(stripe, post_event, connect, durations):
    for _ in range(2):
        post_event(stripe.event("customer.created", build("customer")))
    connect(WEBHOOK_SIGNALS["customer.updated"], ship)
    post_event(stripe.event("customer.updated", build("customer")))

    found = {point.attributes["messaging.destination.name"]: point for point in durations()}

    known = {"messaging.system": "stripe", "messaging.operation.name": "process", "messaging.operation.type": "process"}
    assert {name: (point.count, dict(point.attributes)) for name, point in found.items()} == {
        "customer.created": (
            2,
            {**known, "messaging.destination.name": "customer.created", "pinax_stripe.outcome": "processed"},
        ),
        "customer.updated": (
            1,
            {
                **known,
                "messaging.destination.name": "customer.updated",
                "pinax_stripe.outcome": "to be tried again",
                "error.type": "ValueError",
            },
        ),
    }
    assert found["customer.created"].explicit_bounds == BOUNDS


def test_an_attempt_of_stripe_process_is_a_trace_of_its_own(stripe, post_event, spans, exporter):
    with stripe.answering(500):
        post_event(stripe.event("customer.created", build("customer")))
    exporter.clear()
    Event.objects.update(next_attempt_at=Event.objects.get().received_at)

    process_due()

    assert spans()["process customer.created"].parent is None
    assert "messaging.message.body.size" not in spans()["process customer.created"].attributes


def test_an_event_from_a_cloud_has_the_same_spans(stripe, spans):
    event = stripe.event("customer.created", build("customer"))
    source = "aws.partner/stripe.com/ed_1"
    envelope = {"source": source, "detail-type": "customer.created", "detail": event}

    with stripe.answering(500), pytest.raises(NotProcessed):
        clouds.receive(envelope, source="ed_1")

    assert spans()["receive customer.created"].attributes["error.type"] == "pinax.stripe.exceptions.NotProcessed"
    assert parent_of(spans()["process customer.created"], spans()) == "receive customer.created"


def test_an_error_that_ends_the_process_ends_the_spans(stripe, post_event, connect, spans):
    def stop(**kwargs):
        raise SystemExit

    connect(any_event, stop)
    with pytest.raises(SystemExit):
        post_event(stripe.event("customer.created", build("customer")))

    assert {name.partition(" ")[0] for name in spans()} == {"receive", "process", "GET", "receiver"}
    assert spans()["receive customer.created"].attributes["error.type"] == "SystemExit"


def test_it_can_be_switched_off_again(stripe, post_event, exporter):
    uninstrument()

    post_event(stripe.event("customer.created", build("customer")))

    assert exporter.get_finished_spans() == ()


def test_where_it_is_off_a_step_costs_one_call(stripe, post_event, connect):
    connect(WEBHOOK_SIGNALS["customer.created"], thank)

    with traced() as trace:
        assert post_event(stripe.event("customer.created", build("customer"))).status_code == 200

    of_steps = {name: number for name, number in trace.items() if name.startswith(("steps.py", "opentelemetry.py"))}
    assert of_steps == {"steps.py:observed.<locals>.decorate.<locals>.watched": 4}


def test_nothing_is_imported_unless_it_is_asked_for():
    code = "import django; django.setup(); import sys; sys.exit('opentelemetry' in sys.modules)"
    command = [sys.executable, "-c", f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; {code}"]

    assert subprocess.run(command, check=False).returncode == 0


def test_where_it_is_not_installed_the_extra_is_named():
    code = "import sys; sys.modules['opentelemetry'] = None; import pinax.stripe.opentelemetry"
    ran = subprocess.run(
        [sys.executable, "-c", f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; {code}"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert 'OpenTelemetry is not installed: pip install "pinax-stripe[opentelemetry]"' in ran.stderr
