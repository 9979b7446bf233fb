"""Check-ins of the commands that have to run: any monitor can be told that they do, and none can stop them."""

import io
import os
import signal

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.management.progress import Progress
from pinax.stripe.models import Event
from pinax.stripe.monitoring import CheckIn
from pinax.stripe.operations import activity, check_ins
from pinax.stripe.operations.check_ins import checked_in
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


class Monitor(DefaultHookSet):
    heard: list[CheckIn]

    def check_in(self, check_in):
        self.heard.append(check_in)


class Broken(DefaultHookSet):
    def check_in(self, check_in):
        raise ConnectionError("the monitor is down")


@pytest.fixture
def heard(settings, monkeypatch):
    """The check-ins so far."""
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Monitor"
    monkeypatch.setattr(Monitor, "heard", [], raising=False)
    return Monitor.heard


@pytest.fixture
def clock(monkeypatch):
    """Move the clock on that says how long ago the last check-in was."""
    now = [0.0]
    for module in (activity, check_ins):
        monkeypatch.setattr(module, "monotonic", lambda: now[0])

    def move(seconds):
        now[0] += seconds

    return move


def run(*args):
    call_command(*args, stdout=io.StringIO(), stderr=io.StringIO())


def states(heard):
    return [(check_in.command, str(check_in.state)) for check_in in heard]


@pytest.mark.parametrize("command", ["stripe_process", "stripe_reconcile"])
def test_a_run_checks_in_at_its_start_and_its_end(command, stripe, heard):
    run(command)
    run(command)

    assert states(heard) == [(command, "started"), (command, "finished")] * 2
    assert [check_in.run for check_in in heard[:2]] == [heard[0].run] * 2
    assert heard[0].run != heard[2].run
    assert heard[1].seconds >= heard[0].seconds >= 0
    assert {check_in.problem for check_in in heard} == {""}


def test_a_run_that_exits_with_one_has_failed_and_says_why(stripe, post_event, connect, heard):
    connect(any_event, lambda **kwargs: 1 / 0)
    event = stripe.event("customer.created", build("customer"))
    with stripe.answering(500):
        post_event(event)
    Event.objects.update(next_attempt_at=Event.objects.get().received_at)

    with pytest.raises(CommandError):
        run("stripe_process")

    assert states(heard)[-1] == ("stripe_process", "failed")
    assert heard[-1].problem == "1 failed; see the errors of these events"


def test_a_reconciliation_that_fails_says_so(stripe, heard):
    with stripe.answering(401), pytest.raises(CommandError):
        run("stripe_reconcile")

    assert states(heard) == [("stripe_reconcile", "started"), ("stripe_reconcile", "failed")]


def test_a_dry_run_is_not_a_run(stripe, heard):
    run("stripe_reconcile", "--dry-run")

    assert heard == []


def test_of_an_error_only_the_type_is_reported(heard):
    with pytest.raises(ValueError, match="Ada"), checked_in("stripe_process"):
        raise ValueError("nobody is called Ada")

    assert heard[-1].problem == "ValueError"


def test_a_key_is_masked(heard, settings):
    with pytest.raises(CommandError), checked_in("stripe_process"):
        raise CommandError(f"{settings.PINAX_STRIPE_SECRET_KEY} and sk_live_other")

    assert heard[-1].problem == "… and sk_…"


def test_a_long_run_checks_in_once_a_minute(heard, clock):
    with checked_in("stripe_process") as running:
        for _ in range(120):
            clock(1)
            running.running()

    assert [str(check_in.state) for check_in in heard] == ["started", "running", "running", "finished"]
    assert [check_in.seconds for check_in in heard] == [0, 60, 120, 120]


def test_a_long_reconciliation_checks_in_once_a_minute(stripe, heard, clock, monkeypatch):
    for _ in range(3):
        stripe.event("customer.created", build("customer"))
    update = Progress.update
    monkeypatch.setattr(Progress, "update", lambda self, stats: (clock(61), update(self, stats)))
    run("stripe_reconcile", "--testmode", "--rate", "1000000")

    assert [str(check_in.state) for check_in in heard].count("running") >= 3


@pytest.mark.django_db(transaction=True)
def test_a_service_is_one_run_that_ends_when_it_is_stopped(heard, clock, monkeypatch, signals_as_before):
    rounds = []

    def wait(self, interval):
        rounds.append(interval)
        clock(31)
        if len(rounds) == 4:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("threading.Event.wait", wait)
    run("stripe_process", "--forever")

    assert [str(check_in.state) for check_in in heard] == ["started", "running", "finished"]
    assert len({check_in.run for check_in in heard}) == 1


@pytest.mark.django_db(transaction=True)
def test_a_service_whose_database_is_away_says_so_once_a_minute(heard, clock, monkeypatch, signals_as_before):
    rounds = []

    def wait(self, interval):
        rounds.append(interval)
        clock(31)
        if len(rounds) == 6:
            os.kill(os.getpid(), signal.SIGTERM)

    def refuse(execute, sql, params, many, context):
        raise OperationalError("read-only")

    monkeypatch.setattr("threading.Event.wait", wait)
    with connection.execute_wrapper(refuse):
        run("stripe_process", "--forever")

    assert [str(check_in.state) for check_in in heard] == ["started", "failed", "failed", "finished"]
    assert heard[1].problem == "OperationalError"


@pytest.mark.parametrize(
    ("command", "hookset"),
    [
        ("stripe_process", f"{__name__}.Broken"),
        ("stripe_process", "nowhere.HookSet"),
        ("stripe_reconcile", f"{__name__}.Broken"),  # the platforms to reconcile are a hook, too
    ],
)
def test_a_monitor_that_is_down_stops_no_command(command, hookset, stripe, settings, caplog):
    settings.PINAX_STRIPE_HOOKSET = hookset

    run(command)

    assert caplog.text.count(f"{hookset}.check_in raised an error") == 2
