"""HookSet.alert: what stripe_status warns of, once when it begins and once when it ends."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.models import CommandRun, Event, Reconciliation
from pinax.stripe.monitoring import RESOLVED, Level
from pinax.stripe.operations import health
from pinax.stripe.operations.activity import PROCESS, STATUS
from pinax.stripe.operations.alerting import report_alerts, report_changes
from pinax.stripe.operations.health import Limits, alerts, status
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]


class Pager(DefaultHookSet):
    calls: list

    def alert(self, findings):
        self.calls.append(findings)


class Broken(Pager):
    def alert(self, findings):
        super().alert(findings)
        raise ConnectionError("the pager is down")


@pytest.fixture
def calls(settings, monkeypatch):
    """What the hook was called with, call by call."""
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Pager"
    monkeypatch.setattr(Pager, "calls", [], raising=False)
    return Pager.calls


@pytest.fixture
def event():
    """An event that is neither due nor late."""
    moment = timezone.now() + timedelta(hours=1)
    return Event.objects.create(
        stripe_id="evt_1", kind="ping", livemode=False, created=moment, webhook_message={}, next_attempt_at=moment
    )


def give_up(event):
    Event.objects.filter(pk=event.pk).update(given_up_at=timezone.now(), next_attempt_at=None)


def take_back(event):
    Event.objects.filter(pk=event.pk).update(given_up_at=None, next_attempt_at=timezone.now() + timedelta(hours=1))


def recorded(event, **ago):
    Event.objects.filter(pk=event.pk).update(received_at=timezone.now() - timedelta(**ago))


def process():
    call_command("stripe_process", stdout=io.StringIO())


def stripe_status(*args):
    try:
        call_command("stripe_status", "--alert", *args, stdout=io.StringIO())
    except CommandError as error:
        return error.returncode
    return 0


def words(calls):
    return [[(str(one.level.name), one.code, one.resolved) for one in findings] for findings in calls]


@pytest.mark.parametrize("watch", [process, stripe_status], ids=["stripe_process", "stripe_status --alert"])
def test_an_alert_is_reported_once_and_again_when_it_is_resolved(watch, calls, event):
    watch()
    assert calls == []
    give_up(event)

    for _ in range(3):
        watch()
    assert words(calls) == [[("CRITICAL", "given_up", False)]]
    (alert,) = calls[0]
    assert alert.message == "1 given up"
    assert abs(alert.since - timezone.now()) < timedelta(minutes=1)

    take_back(event)
    for _ in range(3):
        watch()
    assert words(calls[1:]) == [[("CRITICAL", "given_up", True)]]
    (resolved,) = calls[1]
    assert resolved.message == "resolved: no more events are given up than allowed"
    assert resolved.since == alert.since

    give_up(event)
    watch()
    assert len(calls) == 3


def test_the_findings_are_those_of_stripe_status(calls, event):
    give_up(event)
    recorded(event, days=1)
    Reconciliation.objects.create(stripe_account="acct_1", livemode=True, reached=timezone.now() - timedelta(days=26))
    CommandRun.objects.create(name=PROCESS, started_at=timezone.now(), active_at=timezone.now() - timedelta(hours=3))
    found = alerts(status(), Limits())

    assert stripe_status() == 2

    assert len(found) == 3
    assert [(one.level, one.message, one.code, one.about) for one in calls[0]] == [
        (one.level, one.message, one.code, one.about) for one in found
    ]


def test_another_number_is_not_another_alert_and_another_level_is(calls, event):
    recorded(event, minutes=20)
    stripe_status()
    recorded(event, minutes=30)
    stripe_status()
    assert words(calls) == [[("WARNING", "oldest_pending", False)]]

    recorded(event, hours=3)
    stripe_status()

    assert words(calls[1:]) == [[("CRITICAL", "oldest_pending", False)]]
    assert calls[1][0].since == calls[0][0].since
    recorded(event, minutes=1)
    stripe_status()
    assert words(calls[2:]) == [[("CRITICAL", "oldest_pending", True)]]


def test_each_account_has_an_alert_of_its_own(calls):
    for account in ("acct_1", "acct_2"):
        Reconciliation.objects.create(
            stripe_account=account, livemode=True, reached=timezone.now() - timedelta(days=26)
        )
    stripe_status()
    Reconciliation.objects.filter(stripe_account="acct_1").update(reached=timezone.now())
    stripe_status()

    assert [[one.about for one in findings] for findings in calls] == [
        ["live mode acct_1", "live mode acct_2"],
        ["live mode acct_1"],
    ]
    assert calls[1][0].message == "resolved: live mode acct_1 reconciled in time"


@pytest.mark.parametrize("watch", [process, stripe_status], ids=["stripe_process", "stripe_status --alert"])
@pytest.mark.parametrize("hookset", [f"{__name__}.Broken", "nowhere.HookSet"])
def test_a_hook_that_fails_stops_nothing_and_is_called_again(watch, hookset, calls, event, settings, caplog):
    settings.PINAX_STRIPE_HOOKSET = hookset
    give_up(event)
    code = watch()

    assert code in {None, 2}
    assert f"{hookset}.alert raised an error" in caplog.text

    calls.clear()
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Pager"
    watch()
    assert words(calls) == [[("CRITICAL", "given_up", False)]]
    settings.PINAX_STRIPE_HOOKSET = hookset
    take_back(event)
    watch()
    calls.clear()
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Pager"
    watch()
    assert words(calls) == [[("CRITICAL", "given_up", True)]]


def test_of_two_processes_one_reports_it(calls, event):
    give_up(event)
    found = alerts(status(), Limits())
    once = []

    def other(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if "LIKE" in sql and not once:  # it has seen that the alert is new
            once.append(sql)
            report_changes(found)
        return result

    with connection.execute_wrapper(other):
        report_changes(found)

    assert words(calls) == [[("CRITICAL", "given_up", False)]]


def test_stripe_process_leaves_alerts_to_stripe_status_while_that_runs(calls, event):
    give_up(event)
    assert stripe_status("--max-given-up", "1") == 0

    process()
    assert calls == []
    CommandRun.objects.filter(name=STATUS).update(active_at=timezone.now() - timedelta(hours=2))
    process()

    assert words(calls) == [[("CRITICAL", "given_up", False)]]


def test_without_the_option_stripe_status_reports_nothing_to_the_hook(calls, event):
    give_up(event)
    with pytest.raises(CommandError):
        call_command("stripe_status", stdout=io.StringIO())

    assert calls == []
    assert CommandRun.objects.count() == 0


def test_a_project_without_the_hook_pays_nothing():
    with CaptureQueriesContext(connection) as captured:
        report_alerts()

    assert captured.captured_queries == []


def test_where_nothing_changes_it_costs_a_few_statements(calls, event):
    give_up(event)
    report_alerts()
    with CaptureQueriesContext(connection) as of_status:
        status()
    with CaptureQueriesContext(connection) as captured:
        report_alerts()

    assert len(captured) == len(of_status) + 3
    assert len(calls) == 1


def test_an_error_of_the_database_stops_nothing(calls, caplog):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("read-only")

    with connection.execute_wrapper(refuse):
        report_alerts()

    assert "the alerts could not be reported" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_service_reports_alerts_while_it_runs(calls, event, signals_as_before):
    give_up(event)
    done = []

    def stop(findings):
        done.append(findings)
        raise KeyboardInterrupt

    Pager.calls = type("Calls", (), {"append": staticmethod(stop)})()
    with pytest.raises(KeyboardInterrupt):
        call_command("stripe_process", "--forever", stdout=io.StringIO())

    assert words(done) == [[("CRITICAL", "given_up", False)]]


def test_every_code_has_its_words_and_its_line_in_the_docs():
    source = Path(health.__file__).read_text("utf-8")
    page = (ROOT / "docs/how-to/monitoring.md").read_text("utf-8")

    assert set(re.findall(r'Alert\(.*?,\s+"([a-z_]+)"', source, re.DOTALL)) == set(RESOLVED)
    assert re.findall(r"^\| `(\w+)` \| (?:critical|warning)", page, re.MULTILINE) == list(RESOLVED)


def test_the_levels_are_the_exit_codes_of_monitoring_systems():
    assert [(level.name, int(level)) for level in Level] == [("FINE", 0), ("WARNING", 1), ("CRITICAL", 2)]


def test_no_customer_is_in_a_finding(calls, stripe, post_event, settings, connect):
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1

    def ship(**kwargs):
        raise ValueError("nobody is called Ada")

    connect(any_event, ship)
    post_event(stripe.event("customer.created", build("customer", id="cus_ada", name="Ada")))
    stripe_status()

    assert "ada" not in repr(calls).lower()
