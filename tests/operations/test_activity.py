"""When stripe_process was last active: written seldom, shown by stripe_status, and an alert once it is long ago."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinax.stripe.models import CommandRun, Customer
from pinax.stripe.operations import activity
from pinax.stripe.operations.activity import PROCESS, Activity
from pinax.stripe.operations.erasure import unfinished
from pinax.stripe.operations.health import Limits, alerts, status

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """Move the clock on that says when to write again."""
    now = [0.0]
    monkeypatch.setattr(activity, "monotonic", lambda: now[0])

    def move(seconds):
        now[0] += seconds

    return move


def last_run(**ago):
    moment = timezone.now() - timedelta(**ago)
    CommandRun.objects.create(name=PROCESS, started_at=moment, active_at=moment)


def messages():
    return [alert.message for alert in alerts(status(), Limits())]


def test_a_run_is_recorded_and_the_next_one_in_the_same_row():
    for _ in range(2):
        before = timezone.now()
        call_command("stripe_process", stdout=io.StringIO())
        assert CommandRun.objects.get().active_at >= before

    assert status().process_idle < timedelta(minutes=5)


def test_it_is_written_once_a_minute_however_often_it_is_active(clock):
    running = Activity(PROCESS)
    running.record()

    with CaptureQueriesContext(connection) as captured:
        for _ in range(59):
            clock(1)
            running.record()
    assert len(captured) == 0
    with CaptureQueriesContext(connection) as captured:
        clock(1)
        running.record()

    assert len(captured) == 1


def test_an_error_of_the_database_stops_no_command(caplog):
    def refuse(execute, sql, params, many, context):
        raise DatabaseError("read-only")

    with connection.execute_wrapper(refuse):
        Activity(PROCESS).record()

    assert "it could not be recorded that stripe_process is active" in caplog.text


def test_that_it_has_not_run_for_long_is_an_alert():
    last_run(minutes=50)
    assert messages() == []

    CommandRun.objects.update(active_at=timezone.now() - timedelta(hours=3))

    assert messages() == ["stripe_process has not run for 3.0 h"]


def test_that_it_has_never_run_is_an_alert_if_failed_receivers_are_left_to_it(settings):
    assert messages() == []
    settings.PINAX_STRIPE_ACKNOWLEDGE = "recorded"

    (message,) = messages()

    assert message.startswith("stripe_process has never run")
    last_run(minutes=1)
    assert messages() == []


def test_unfinished_erasures_are_counted():
    for number, left in enumerate((True, True, False)):
        Customer.objects.create(stripe_id=f"cus_{number}", livemode=False, erasure_unfinished=left)

    assert status().unfinished_erasures == len(unfinished()) == 2
    out = io.StringIO()
    call_command("stripe_status", stdout=out)
    assert "erasures        2 unfinished: stripe_prune completes them" in out.getvalue()


@pytest.mark.skipif(not connection.features.supports_partial_indexes, reason="no partial index here")
def test_unfinished_erasures_are_found_by_their_index():
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, Customer._meta.db_table)

    assert constraints["pinaxstripe_unfinished_erasure"]["columns"] == ["erasure_unfinished"]
    if connection.vendor == "sqlite":
        plan = Customer.all_objects.filter(erasure_unfinished=True).order_by().explain()
        assert "pinaxstripe_unfinished_erasure" in plan
