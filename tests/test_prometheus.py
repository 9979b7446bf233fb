"""The metrics, as prometheus-client exposes them."""

import subprocess
import sys

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from prometheus_client import CollectorRegistry, generate_latest

from pinax.stripe.models import Event
from pinax.stripe.prometheus import register
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def exposed():
    """What is exposed now, line by line without the comments."""
    registry = CollectorRegistry()
    register(registry)

    def exposed():
        lines = generate_latest(registry).decode().splitlines()
        return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))

    return exposed


def test_the_state_of_processing_is_exposed(stripe, post_event, connect, exposed):
    def fails(**kwargs):
        raise RuntimeError("no")

    connect(WEBHOOK_SIGNALS["customer.updated"], fails)
    post_event(stripe.event("customer.created", build("customer")))
    for _ in range(2):
        assert post_event(stripe.event("customer.updated", build("customer"))).status_code == 503

    found = exposed()

    assert found["pinax_stripe_up"] == "1.0"
    assert found['pinax_stripe_events{state="pending"}'] == "2.0"
    assert found['pinax_stripe_events{state="failing"}'] == "2.0"
    assert found['pinax_stripe_events{state="given_up"}'] == "0.0"
    assert found["pinax_stripe_events_received_last_day"] == "3.0"
    assert found['pinax_stripe_failed_events{kind="customer.updated"}'] == "2.0"
    assert float(found["pinax_stripe_oldest_pending_seconds"]) > 0
    assert 'pinax_stripe_lag_seconds{quantile="0.5"}' in found


def test_a_forged_delivery_chooses_no_label(stripe, post_event, exposed):
    with stripe.answering(500):
        post_event(stripe.event("customer.created", build("customer")) | {"type": "chosen.by.somebody"})

    assert Event.objects.get().attempts == 1
    assert not any("chosen" in name for name in exposed())


def test_a_scrape_costs_a_fixed_number_of_statements_and_registering_none(stripe, post_event, exposed):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            exposed()
        return len(captured.captured_queries)

    before = statements()
    for _ in range(3):
        post_event(stripe.event("customer.created", build("customer")))

    assert statements() == before
    with CaptureQueriesContext(connection) as captured:
        register(CollectorRegistry())
    assert captured.captured_queries == []


def test_without_a_database_the_metrics_say_so(exposed):
    def fail(execute, sql, params, many, context):
        raise OperationalError("the database is away")

    with connection.execute_wrapper(fail):
        assert exposed() == {"pinax_stripe_up": "0.0"}


def test_nothing_is_imported_unless_it_is_asked_for():
    code = "import django; django.setup(); import sys; sys.exit('prometheus_client' in sys.modules)"
    command = [sys.executable, "-c", f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; {code}"]

    assert subprocess.run(command, check=False).returncode == 0
